import type { ProblemCode } from '@flightdeck/api-client/contract';
import type { Health } from '@flightdeck/api-client/model';
import { Failure, isFailure } from '../domain/failure.ts';
import type { Clock } from '../ports/clock.ts';

/** Answers that mean the server itself is in trouble; any other refusal shows that it lives. */
const trouble: ReadonlySet<ProblemCode> = new Set<ProblemCode>([
  'ci_unreachable',
  'ci_timeout',
  'ci_error',
  'ci_answer_unreadable',
  'ci_token_refused',
  'forge_unreachable',
  'forge_timeout',
  'forge_refused',
  'overloaded',
]);

export const isTrouble = (error: unknown): error is Failure => isFailure(error) && trouble.has(error.code);

/** …of a CI server. */
export const isServerTrouble = (error: unknown): error is Failure =>
  isTrouble(error) && (error.code.startsWith('ci_') || error.code === 'overloaded');

/** How CI servers and forges answered lately, for lists that say how old their data is. */
export interface HealthBook {
  /** Runs a call and notes how it went. The error is passed on. */
  during<T>(id: string, call: () => Promise<T>): Promise<T>;
  of(id: string): Health;
}

export function createHealthBook(clock: Clock): HealthBook {
  const states = new Map<string, Health>();
  const of = (id: string): Health =>
    states.get(id) ?? { id, ok: true, lastGoodAt: null, code: null, raw: null };
  return {
    of,
    async during(id, call) {
      try {
        const result = await call();
        states.set(id, { id, ok: true, lastGoodAt: clock.now(), code: null, raw: null });
        return result;
      } catch (error) {
        if (isTrouble(error)) {
          states.set(id, { ...of(id), ok: false, code: error.code, raw: error.facts.raw ?? null });
        } else if (error instanceof Failure) {
          states.set(id, { id, ok: true, lastGoodAt: clock.now(), code: null, raw: null });
        }
        throw error;
      }
    },
  };
}
