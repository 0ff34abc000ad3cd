import type { LogRecord } from '../../../ports/ci-server.ts';

/** One log entry from its JSON text; none for what is no entry. By hand: a million of them must not cost a schema each. */
export function recordOf(json: string): LogRecord[] {
  try {
    const record = asRecord(JSON.parse(json));
    return record ? [record] : [];
  } catch {
    return [];
  }
}

/**
 * An entry is one line without its line end, as base64; `null` is an empty one. A line of more than 1 MiB comes as
 * several entries that nothing joins (3.17.0).
 */
export function asRecord(value: unknown): LogRecord | null {
  if (typeof value !== 'object' || value === null) return null;
  const { line, data, time } = value as Record<string, unknown>;
  if (typeof line !== 'number' || !Number.isSafeInteger(line) || line < 0) return null;
  const text = typeof data === 'string' ? Buffer.from(data, 'base64').toString('utf8') : '';
  return { pos: line, out: `${text}\n`, time: typeof time === 'number' && time > 0 ? time : 0 };
}
