import type { SignInProblem } from '@flightdeck/api-client/contract';
import type { Clock } from '../ports/clock.ts';

/** Details of sign-ins that failed, under ids nobody can guess. They end by themselves. */
export interface SignInProblems {
  keep(problem: Omit<SignInProblem, 'at'>): string;
  get(id: string): SignInProblem | null;
}

export function createSignInProblems(deps: {
  clock: Clock;
  /** 22 URL-safe characters. */
  newId: () => string;
  lifeMs: number;
  total: number;
}): SignInProblems {
  const kept = new Map<string, SignInProblem>();
  const dead = (problem: SignInProblem) => problem.at + deps.lifeMs <= deps.clock.now();
  return {
    keep(problem) {
      const id = deps.newId();
      kept.set(id, { ...problem, at: deps.clock.now() });
      for (const [key, one] of kept) {
        if (!dead(one) && kept.size <= deps.total) break;
        kept.delete(key);
      }
      return id;
    },
    get(id) {
      const problem = kept.get(id);
      return problem && !dead(problem) ? problem : null;
    },
  };
}
