import { Failure, isFailure } from '../../domain/failure.ts';
import type { LogRecord } from '../../ports/ci-server.ts';
import { ListBroken, ListCut, readList } from '../upstream/json-list.ts';
import type { UpstreamRequest } from '../upstream/types.ts';
import type { Caller } from './caller.ts';

const batchSize = 1_000;

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

/** Seconds since the step began. */
export const secondsOf = (value: unknown): number => (typeof value === 'number' && value > 0 ? value : 0);

/** `{pos, out, time}`, zero values left out; `null` is none (seen in the source of 2.25 at the end of a stream with Redis). */
export const plainRecord: ReadRecord = (value) => {
  if (typeof value !== 'object' || value === null) return null;
  const { pos, out, time } = value as Record<string, unknown>;
  const position = positionOf(pos);
  if (position === null) return null;
  return { pos: position, out: typeof out === 'string' ? out : '', time: secondsOf(time) };
};

/** A stored log in batches; `not_found` becomes `log_absent`. */
export async function* storedRecords(
  caller: Caller,
  request: Pick<UpstreamRequest, 'route' | 'params'>,
  read: ReadRecord,
  signal: AbortSignal,
): AsyncGenerator<LogRecord[]> {
  const failed = (code: 'ci_unreachable' | 'ci_answer_unreadable', message: string, cause: Error) =>
    new Failure(code, message, { instance: caller.instance, raw: cause.message, cause });
  try {
    const { token } = caller;
    const { body } = await caller.upstream.stream({ ...request, token, class: 'log', signal });
    for await (const elements of readList(body, batchSize)) {
      const records = elements.map(read).filter((record) => record !== null);
      if (records.length > 0) yield records;
    }
  } catch (error) {
    if (isFailure(error, 'not_found')) throw logAbsent(caller.instance, error);
    // The connection may end in good order in the middle of a log: storage that fails after the 200.
    if (error instanceof ListCut) throw failed('ci_unreachable', 'The log came only in part.', error);
    if (error instanceof ListBroken) throw failed('ci_answer_unreadable', 'The log cannot be read.', error);
    throw caller.translate(error);
  }
}

export function logAbsent(instance: string, cause?: unknown): Failure {
  const facts = isFailure(cause) ? cause.facts : { instance };
  return new Failure('log_absent', 'The server has no log of this step.', { ...facts, cause });
}
