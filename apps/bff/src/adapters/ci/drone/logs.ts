import { Failure, isFailure } from '../../../domain/failure.ts';
import type { CiClient, LogRecord } from '../../../ports/ci-server.ts';
import { ListBroken, ListCut, readList } from '../../upstream/json-list.ts';
import { type Caller, inRepo, translate } from './caller.ts';
import { asRecord } from './record.ts';
import { routes } from './routes.ts';

const batchSize = 1_000;

export function logCalls(caller: Caller): Pick<CiClient, 'storedLog'> {
  const failed = (code: 'ci_unreachable' | 'ci_answer_unreadable', message: string, cause: Error) =>
    new Failure(code, message, { instance: caller.instance, raw: cause.message, cause });

  async function* storedLog(
    path: string,
    step: { number: number; stage: number; step: number },
    signal: AbortSignal,
  ): AsyncGenerator<LogRecord[]> {
    try {
      const { body } = await caller.upstream.stream({
        route: routes.storedLog,
        params: { ...inRepo(path), ...step },
        token: caller.token,
        class: 'log',
        signal,
      });
      for await (const elements of readList(body, batchSize)) {
        const records = elements.map(asRecord).filter((record) => record !== null);
        if (records.length > 0) yield records;
      }
    } catch (error) {
      // Also 404 while the step runs, when it never ran, and after the log was deleted.
      if (isFailure(error, 'not_found')) {
        throw new Failure('log_absent', 'The server has no log of this step.', {
          ...error.facts,
          cause: error,
        });
      }
      // The connection may end in good order in the middle of a log: storage that fails after the 200 (2.25.0).
      if (error instanceof ListCut) throw failed('ci_unreachable', 'The log came only in part.', error);
      if (error instanceof ListBroken) throw failed('ci_answer_unreadable', 'The log cannot be read.', error);
      throw translate(error);
    }
  }
  return { storedLog };
}
