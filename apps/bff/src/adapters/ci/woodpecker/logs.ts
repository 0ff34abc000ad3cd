import { Failure, isFailure } from '../../../domain/failure.ts';
import type { CiClient, LogRecord } from '../../../ports/ci-server.ts';
import type { Clock } from '../../../ports/clock.ts';
import { ListBroken, ListCut, readList } from '../../upstream/json-list.ts';
import { type Caller, translate } from './caller.ts';
import { asRecord } from './record.ts';
import { routes } from './routes.ts';
import type { StepIds } from './step-ids.ts';

const batchSize = 1_000;
/**
 * An agent sends lines a second after the last one, and the end at once: a log is whole only some time after its step
 * (3.17.0: `null` 3 s after the end, 7 of 9 lines at the end).
 */
const wholeAfterMs = 4_000;

export function logCalls(
  caller: Caller,
  { clock, steps }: { clock: Clock; steps: StepIds },
): Pick<CiClient, 'storedLog'> {
  const { instance } = caller;
  const failed = (code: 'ci_unreachable' | 'ci_answer_unreadable', message: string, cause: Error) =>
    new Failure(code, message, { instance, raw: cause.message, cause });
  const absent = (cause?: unknown) =>
    new Failure('log_absent', 'The server has no log of this step.', { instance, cause });

  async function* storedLog(
    path: string,
    step: { number: number; stage: number; step: number },
    signal: AbortSignal,
  ): AsyncGenerator<LogRecord[]> {
    try {
      const at = await steps.find(caller, path, step);
      // What is there of a running step is only the beginning of its log.
      if (!at.over) throw absent();
      const age = at.finishedAt === null ? wholeAfterMs : clock.now() - at.finishedAt;
      if (age >= 0 && age < wholeAfterMs) await clock.sleep(wholeAfterMs - age, signal);
      signal.throwIfAborted();
      const { body } = await caller.upstream.stream({
        route: routes.storedLog,
        params: { id: at.repository, number: step.number, step: at.step },
        token: caller.token,
        class: 'log',
        signal,
      });
      let any = false;
      for await (const elements of readList(body, batchSize)) {
        const records = elements.map(asRecord).filter((record) => record !== null);
        if (records.length === 0) continue;
        any = true;
        yield records;
      }
      // Whatever ran begins with the command it ran: `null` means not yet, never ran, or deleted.
      if (!any) throw absent();
    } catch (error) {
      if (isFailure(error, 'not_found')) throw absent(error);
      // The connection may end in good order in the middle of a log.
      if (error instanceof ListCut) throw failed('ci_unreachable', 'The log came only in part.', error);
      if (error instanceof ListBroken) throw failed('ci_answer_unreadable', 'The log cannot be read.', error);
      throw translate(error);
    }
  }
  return { storedLog };
}
