import { Failure } from '../../domain/failure.ts';
import type { Deadlines } from './deadlines.ts';
import { type CallFacts, fromFault, outOfTime } from './errors.ts';

/** One call's life: the caller's wish to stop and our own time limit, as one. */
export interface Scope {
  /** The same as a signal; made when it is asked for. */
  readonly signal: AbortSignal;
  /** Set once the first byte may have left: from then on a change without an answer is uncertain. */
  sent: boolean;
  /** What must be stopped when the call must end; one at a time. At once when it has ended already. */
  stoppable(stop: (reason: Error) => void): void;
  throwIfEnded(): void;
  /** Rejects as soon as the call must end, whatever `work` does. */
  race<T>(work: Promise<T>): Promise<T>;
  /** What an error means here: the caller's own reason, our Failure, or the network's fault as a Failure. */
  meaning(error: unknown): unknown;
  close(): void;
}

/** `limitMs` null: no limit in time. */
export function openScope(
  facts: CallFacts,
  deadlines: Deadlines,
  limitMs: number | null,
  callers: AbortSignal | undefined,
): Scope {
  let controller: AbortController | null = null;
  let late: Failure | null = null;
  let ended: { reason: unknown } | null = null;
  let stopRace: (reason: unknown) => void = () => {};
  let stopWork: (reason: Error) => void = () => {};
  const end = (reason: unknown) => {
    ended = { reason };
    stopRace(reason);
    controller?.abort(reason);
    stopWork(errorOf(reason));
  };
  const onAbort = () => end(callers?.reason);
  callers?.addEventListener('abort', onAbort, { once: true });
  const scope: Scope = {
    get signal() {
      controller ??= new AbortController();
      if (ended) controller.abort(ended.reason);
      return controller.signal;
    },
    sent: false,
    stoppable: (stop) => {
      stopWork = stop;
      if (ended) stop(errorOf(ended.reason));
    },
    throwIfEnded: () => {
      if (ended) throw ended.reason;
    },
    race: (work) =>
      new Promise((resolve, reject) => {
        if (ended) reject(ended.reason);
        stopRace = reject;
        work.then(resolve, reject);
      }),
    meaning: (error) => {
      if (late) return late;
      if (callers?.aborted) return callers.reason;
      return error instanceof Failure ? error : fromFault(error, facts);
    },
    close: () => {
      calledOff();
      callers?.removeEventListener('abort', onAbort);
    },
  };
  const outOf = (ms: number) => {
    late = outOfTime({ ...facts, mutating: facts.mutating && scope.sent }, ms);
    end(late);
  };
  const calledOff = limitMs === null ? () => {} : deadlines.add(limitMs, () => outOf(limitMs));
  return scope;
}

const errorOf = (reason: unknown): Error =>
  reason instanceof Error ? reason : new Error('stopped', { cause: reason });
