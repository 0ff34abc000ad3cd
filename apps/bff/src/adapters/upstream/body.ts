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

const tooMany = 'it has too many parts';

/** What makes an answer too much work to read; null when it is not. Looks no further than the limits itself. */
export function shapeFault(value: unknown, limits: { jsonDepth: number; jsonParts: number }): string | null {
  let parts = 0;
  const look = (one: unknown, depth: number): string | null => {
    if (depth > limits.jsonDepth && typeof one === 'object' && one !== null) return 'it nests too deeply';
    // Words and numbers in a list cost a schema too, when the list should hold something else.
    parts += 1;
    if (typeof one !== 'object' || one === null) return parts > limits.jsonParts ? tooMany : null;
    const fields = Object.values(one);
    // Known fields are few; a dictionary may hold any number.
    parts += Math.max(0, Array.isArray(one) ? 0 : fields.length - 200);
    const inner = Array.isArray(one) ? one : fields.filter((field) => typeof field === 'object');
    if (parts > limits.jsonParts) return tooMany;
    for (const next of inner) {
      const fault = look(next, depth + 1);
      if (fault) return fault;
    }
    return null;
  };
  return look(value, 1);
}
