import { Failure, isFailure } from '../../domain/failure.ts';
import type { LiveCalls, LogDecoder, LogRecord } from '../../ports/ci-server.ts';
import { decoded, listDecoder } from '../upstream/log-decoder.ts';
import type { UpstreamRequest } from '../upstream/types.ts';
import type { Caller } from './caller.ts';

/** A record of a log from what JSON.parse gave; null for what is none. By hand: a million must not cost a schema each. */
export type ReadRecord = (value: unknown) => LogRecord | null;

/** One record from its JSON text, or none. */
export function recordOf(json: string, read: ReadRecord): LogRecord[] {
  try {
    const record = read(JSON.parse(json));
    return record ? [record] : [];
  } catch {
    return [];
  }
}

/** The position of a record, where it is one. */
export const positionOf = (value: unknown): number | null =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;

/** Thirty years. JSON may say 1e999, and no number of it can be sent on. */
const LONGEST_STEP = 1e9;

/** Seconds since the step began. */
export const secondsOf = (value: unknown): number =>
  typeof value === 'number' && value > 0 ? Math.min(value, LONGEST_STEP) : 0;

/** `{pos, out, time}`, zero values left out; `null` is none (seen in the source of 2.25 at the end of a stream with Redis). */
export const plainRecord: ReadRecord = (value) => {
  if (typeof value !== 'object' || value === null) return null;
  const { pos, out, time } = value as Record<string, unknown>;
  const position = positionOf(pos);
  if (position === null) return null;
  return { pos: position, out: typeof out === 'string' ? out : '', time: secondsOf(time) };
};

/** A stored log as the server sends it; `not_found` becomes `log_absent`. */
export async function* storedBytes(
  caller: Caller,
  request: Pick<UpstreamRequest, 'route' | 'params'>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  try {
    const { token } = caller;
    const { body } = await caller.upstream.stream({ ...request, token, class: 'log', signal });
    yield* body;
  } catch (error) {
    if (isFailure(error, 'not_found')) throw logAbsent(caller.instance, error);
    throw caller.translate(error);
  }
}

/** Both ways to a stored log, from the one to its bytes. */
export const storedCalls = (
  instance: string,
  bytes: LiveCalls['storedBytes'],
  decoder: () => LogDecoder,
): Pick<LiveCalls, 'storedLog' | 'storedBytes' | 'storedSoFar'> => ({
  storedSoFar: null,
  storedBytes: bytes,
  storedLog: (path, step, signal) => decoded(bytes(path, step, signal), decoder(), instance),
});

/** Of a stored log that is a list of such records. An empty one (`null`) is a step that printed nothing. */
export const plainLog = (): LogDecoder => listDecoder(plainRecord);

export function logAbsent(instance: string, cause?: unknown): Failure {
  const facts = isFailure(cause) ? cause.facts : { instance };
  return new Failure('log_absent', 'The server has no log of this step.', { ...facts, cause });
}
