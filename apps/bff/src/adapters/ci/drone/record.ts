import type { LogRecord } from '../../../ports/ci-server.ts';

/**
 * One log record from its JSON text; none for `null` (seen in the source at the end of a stream with Redis) and for
 * what is no record. Checked by hand: a million of them must not cost a schema each.
 */
export function recordOf(json: string): LogRecord[] {
  try {
    const record = asRecord(JSON.parse(json));
    return record ? [record] : [];
  } catch {
    return [];
  }
}

export function asRecord(value: unknown): LogRecord | null {
  if (typeof value !== 'object' || value === null) return null;
  const { pos, out, time } = value as Record<string, unknown>;
  if (typeof pos !== 'number' || !Number.isSafeInteger(pos) || pos < 0) return null;
  return {
    pos,
    out: typeof out === 'string' ? out : '',
    time: typeof time === 'number' && time > 0 ? time : 0,
  };
}
