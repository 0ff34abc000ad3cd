import { Failure } from '../../domain/failure.ts';
import type { LogDecoder, LogRecord } from '../../ports/ci-server.ts';
import { ListBroken, ListCut, ListReader } from './json-list.ts';

const batchSize = 1_000;

/**
 * A stored log that is a JSON list of records. `recordOf` makes a record of an element, null of what is none.
 * `emptyIsAbsent`: a server says with an empty list that there is no log.
 */
export function listDecoder(
  recordOf: (element: unknown) => LogRecord | null,
  { emptyIsAbsent = false } = {},
): LogDecoder {
  const list = new ListReader(batchSize);
  let any = false;

  function* feed(part: Uint8Array): Generator<LogRecord[]> {
    try {
      for (const elements of list.feed(part)) {
        const records: LogRecord[] = [];
        for (const element of elements) {
          const record = recordOf(element);
          if (record) records.push(record);
        }
        if (records.length === 0) continue;
        any = true;
        yield records;
      }
    } catch (error) {
      throw meaning(error);
    }
  }

  return {
    feed,
    end() {
      try {
        list.end();
      } catch (error) {
        throw meaning(error);
      }
      if (!any && emptyIsAbsent) throw new Failure('log_absent', 'The server has no log of this step.');
    },
  };
}

function meaning(error: unknown): unknown {
  const failed = (code: 'ci_unreachable' | 'ci_answer_unreadable', message: string, cause: Error) =>
    new Failure(code, message, { raw: cause.message, cause });
  // The connection may end in good order in the middle of a log: storage that fails after the 200.
  if (error instanceof ListCut) return failed('ci_unreachable', 'The log came only in part.', error);
  if (error instanceof ListBroken) return failed('ci_answer_unreadable', 'The log cannot be read.', error);
  return error;
}

/** Records of a stored log whose bytes are `source`; failures are about `instance`. */
export async function* decoded(
  source: AsyncIterable<Uint8Array>,
  decoder: LogDecoder,
  instance: string,
): AsyncGenerator<LogRecord[]> {
  const about = (error: unknown) =>
    error instanceof Failure && error.facts.instance === undefined
      ? new Failure(error.code, error.message, { ...error.facts, instance })
      : error;
  for await (const part of source) {
    try {
      yield* decoder.feed(part);
    } catch (error) {
      throw about(error);
    }
  }
  try {
    decoder.end();
  } catch (error) {
    throw about(error);
  }
}
