import type { StepRef } from '@flightdeck/api-client/model';
import { isFailure } from '../../../domain/failure.ts';
import type { LiveCalls } from '../../../ports/ci-server.ts';
import type { Clock } from '../../../ports/clock.ts';
import { decoded } from '../../upstream/log-decoder.ts';
import type { Caller } from '../caller.ts';
import { logAbsent, storedBytes, storedCalls } from '../records.ts';
import { entryLog } from './record.ts';
import { routes } from './routes.ts';
import type { StepAddress, StepIds } from './step-ids.ts';

/**
 * An agent sends lines a second after the last one, and the end at once: a log is whole only some time after its step
 * (3.17.0: `null` 3 s after the end, 7 of 9 lines at the end).
 */
const wholeAfterMs = 4_000;

export function logCalls(
  caller: Caller,
  { clock, steps }: { clock: Clock; steps: StepIds },
): Pick<LiveCalls, 'storedLog' | 'storedBytes' | 'storedSoFar'> {
  const { instance } = caller;

  async function* read(
    path: string,
    step: StepRef,
    signal: AbortSignal,
    mayBegin: (at: StepAddress) => Promise<void>,
  ): AsyncGenerator<Uint8Array> {
    try {
      const at = await steps.find(caller, path, step);
      await mayBegin(at);
      signal.throwIfAborted();
      const params = { id: at.repository, number: step.number, step: at.step };
      yield* storedBytes(caller, { route: routes.storedLog, params }, signal);
    } catch (error) {
      throw isFailure(error, 'not_found') ? logAbsent(instance, error) : error;
    }
  }

  const bytes: LiveCalls['storedBytes'] = (path, step, signal) =>
    read(path, step, signal, async (at) => {
      // What is there of a running step is only the beginning of its log.
      if (!at.over) throw logAbsent(instance);
      const now = at.askedAt ?? clock.now();
      const age = at.finishedAt === null ? wholeAfterMs : Math.max(0, now - at.finishedAt);
      if (age < wholeAfterMs) await clock.sleep(wholeAfterMs - age, signal);
    });

  return {
    ...storedCalls(instance, bytes, entryLog),
    storedSoFar: (path, step, signal) =>
      decoded(
        read(path, step, signal, async () => {}),
        entryLog(),
        instance,
      ),
  };
}
