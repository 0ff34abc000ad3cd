/** A body grew over its limit. */
export class TooLarge extends Error {
  override readonly name = 'TooLarge';
}

/** Reads a body whole, as text. Throws TooLarge beyond `limit` bytes. */
export async function readText(body: AsyncIterable<Uint8Array>, limit: number): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of body) {
    size += part.byteLength;
    if (size > limit) throw new TooLarge(`more than ${limit} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts, size).toString('utf8');
}

/** Whether objects and lists nest deeper than `limit`. Looks no deeper than that itself. */
export function nestsDeeper(value: unknown, limit: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (limit === 0) return true;
  for (const inner of Object.values(value)) {
    if (nestsDeeper(inner, limit - 1)) return true;
  }
  return false;
}
