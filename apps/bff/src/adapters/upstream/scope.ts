import { Failure } from '../../domain/failure.ts';
import type { Clock } from '../../ports/clock.ts';
import { type CallFacts, fromFault, outOfTime } from './errors.ts';

/** One call's life: the caller's wish to stop and our own time limit, as one signal. */
export interface Scope {
  signal: AbortSignal;
  /** Set once the first byte may have left: from then on a change without an answer is uncertain. */
  sent: boolean;
  /** Rejects as soon as the call must end, whatever `work` does. */
  race<T>(work: Promise<T>): Promise<T>;
  /** What an error means here: the caller's own reason, our Failure, or the network's fault as a Failure. */
  meaning(error: unknown): unknown;
  close(): void;
}

/** `limitMs` null: no limit in time. */
export function openScope(
  facts: CallFacts,
  clock: Clock,
  limitMs: number | null,
  callers: AbortSignal | undefined,
): Scope {
  const controller = new AbortController();
  const timer = new AbortController();
  let late: Failure | null = null;
  let stop: (reason: unknown) => void = () => {};
  const stopped = new Promise<never>((_, reject) => {
    stop = reject;
  });
  stopped.catch(() => {});
  const end = (reason: unknown) => {
    stop(reason);
    controller.abort(reason);
  };
  const onAbort = () => end(callers?.reason);
  callers?.addEventListener('abort', onAbort, { once: true });
  const scope: Scope = {
    signal: controller.signal,
    sent: false,
    race: (work) => Promise.race([work, stopped]),
    meaning: (error) => {
      if (late) return late;
      if (callers?.aborted) return callers.reason;
      return error instanceof Failure ? error : fromFault(error, facts);
    },
    close: () => {
      // With a reason: else each call would make an error with its stack, only to throw it away.
      timer.abort('closed');
      callers?.removeEventListener('abort', onAbort);
    },
  };
  if (limitMs !== null) {
    void clock.sleep(limitMs, timer.signal).then(() => {
      if (timer.signal.aborted) return;
      late = outOfTime({ ...facts, mutating: facts.mutating && scope.sent }, limitMs);
      end(late);
    });
  }
  return scope;
}
