import { createHash } from 'node:crypto';
import { Failure } from '../../domain/failure.ts';
import type { Clock } from '../../ports/clock.ts';
import type { UpstreamRequest } from './types.ts';

/** Longest pause in seconds, whatever a server asks for: after it one call tries again, and the server may repeat itself. */
export const LONGEST_PAUSE = 300;
const MOST = 10_000;

/** Who an upstream asked not to call for a while (429 with Retry-After): the caller of that token, and nobody else. */
export interface Pauses {
  /** Throws `overloaded` with the seconds left while this caller is to wait. */
  refuse(request: UpstreamRequest): void;
  obey(request: UpstreamRequest, failure: Failure | null): void;
}

export function createPauses(instance: string, clock: Clock): Pauses {
  const until = new Map<string, number>();

  return {
    refuse(request) {
      if (until.size === 0) return;
      const caller = callerOf(request);
      const wait = (until.get(caller) ?? 0) - clock.now();
      if (wait > 0) {
        const retryAfter = Math.ceil(wait / 1000);
        throw new Failure('overloaded', `"${instance}" asked not to be called for a while.`, {
          instance,
          retryAfter,
        });
      }
      until.delete(caller);
    },

    obey(request, failure) {
      if (failure?.facts.status !== 429 || !failure.facts.retryAfter) return;
      const now = clock.now();
      const caller = callerOf(request);
      const end = now + Math.min(failure.facts.retryAfter, LONGEST_PAUSE) * 1000;
      until.set(caller, Math.max(until.get(caller) ?? 0, end));
      if (until.size <= MOST) return;
      for (const [one, at] of until) if (at <= now || until.size > MOST) until.delete(one);
    },
  };
}

/** Servers count by account: the token stands for it, never kept itself. Calls without one are one caller. */
function callerOf({ authorization, token, cookie }: UpstreamRequest): string {
  const secret = authorization ?? token ?? cookie;
  return secret === undefined ? '' : createHash('sha256').update(secret).digest('base64');
}
