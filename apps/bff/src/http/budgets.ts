import type { Budget } from '@flightdeck/api-client/contract';
import { Failure } from '../domain/failure.ts';
import type { Clock } from '../ports/clock.ts';
import type { Caller, GatedRepo } from '../services/context.ts';

/** Rates per person and per repository. Throws Failure `rate_limited` with `retryAfter` when a budget is used up. */
export interface Budgets {
  spend(budget: Budget, caller: Caller | null): void;
  /** What a repository takes from everybody together; behind the gate, or strangers could use it up. */
  spendOn(budget: Budget, repo: Pick<GatedRepo, 'server' | 'forgeRepoId'>): void;
}

export interface Rates {
  reads: number;
  readBurst: number;
  chunks: number;
  writes: number;
  secrets: number;
  promotions: number;
  promotionsPerRepository: number;
  searches: number;
}

interface Bucket {
  tokens: number;
  at: number;
}

/**
 * Token buckets per person and budget: `perMinute` flow in evenly, `burst` can be spent at once. Guests are counted by
 * network address before they get here.
 */
export function createBudgets(rates: Rates, clock: Clock): Budgets {
  const table: Record<Exclude<Budget, 'none'>, { perMinute: number; burst: number }> = {
    read: { perMinute: rates.reads, burst: rates.readBurst },
    // A page that opens in the middle of a log asks for several chunks at once, and ten times a second while scrolling.
    chunk: { perMinute: rates.chunks, burst: Math.ceil(rates.chunks / 10) },
    search: even(rates.searches),
    write: even(rates.writes),
    secret: even(rates.secrets),
    promote: even(rates.promotions),
  };
  const buckets = new Map<string, Bucket>();
  let sweptAt = clock.now();

  /** A bucket nobody touched for a minute is full again: forgetting it changes nothing. */
  function sweep(now: number): void {
    if (now - sweptAt < 60_000) return;
    sweptAt = now;
    for (const [key, bucket] of buckets) if (now - bucket.at > 60_000) buckets.delete(key);
  }

  function take(key: string, { perMinute, burst }: { perMinute: number; burst: number }): void {
    const now = clock.now();
    sweep(now);
    const bucket = buckets.get(key) ?? { tokens: burst, at: now };
    // A clock that is set back must not take budgets away.
    bucket.tokens = Math.min(burst, bucket.tokens + (Math.max(0, now - bucket.at) / 60_000) * perMinute);
    bucket.at = now;
    buckets.set(key, bucket);
    if (bucket.tokens < 1) {
      const seconds = Math.ceil(((1 - bucket.tokens) * 60) / perMinute);
      throw new Failure('rate_limited', 'Too many requests of this kind.', { retryAfter: seconds });
    }
    bucket.tokens -= 1;
  }

  return {
    spend(budget, caller) {
      if (budget === 'none' || !caller) return;
      take(`${budget} ${caller.person.forge} ${caller.person.forgeUserId}`, table[budget]);
    },
    spendOn(budget, { server, forgeRepoId }) {
      if (budget === 'promote') take(`on ${server.id} ${forgeRepoId}`, even(rates.promotionsPerRepository));
    },
  };
}

const even = (perMinute: number) => ({ perMinute, burst: perMinute });
