import { createHash, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../ports/clock.ts';

/** One sign-in on its way: begun in one browser, for one forge. */
export interface Attempt {
  forge: string;
  verifier: string;
  returnTo: string;
  /** Hash of the session that adds an account to its person; null: somebody signs in. */
  addTo: string | null;
}

interface Stored extends Attempt {
  keyHash: Buffer;
  expiresAt: number;
}

/**
 * Sign-ins that left for a forge, by state. A state alone is worth nothing: the cookie of the browser that began must
 * come with it. Each is good once. Held by this process; several replicas need one that they share.
 */
export interface SignInAttempts {
  /** `cookie`: name suffix and value for the browser. */
  begin(attempt: Attempt): { state: string; cookie: { suffix: string; value: string } };
  /** Takes the attempt out; null when unknown, used, too old, for another forge, or of another browser. */
  take(state: string, forge: string, cookie: (suffix: string) => string | undefined): Attempt | null;
  /** Name suffix of the cookie that belongs to a state. */
  suffixOf(state: string): string;
}

export function createSignInAttempts(deps: {
  clock: Clock;
  /** 256 bits as URL-safe text. */
  random: () => string;
  lifeMs: number;
  total: number;
}): SignInAttempts {
  const { clock, random, lifeMs, total } = deps;
  // In order of beginning, which is the order of ending too: old ones stand first.
  const attempts = new Map<string, Stored>();

  function sweep(now: number): void {
    for (const [key, stored] of attempts) {
      if (stored.expiresAt > now && attempts.size <= total) break;
      attempts.delete(key);
    }
  }

  return {
    suffixOf,
    begin(attempt) {
      const now = clock.now();
      const state = random();
      const value = random();
      attempts.set(hash(state).toString('hex'), {
        ...attempt,
        keyHash: hash(value),
        expiresAt: now + lifeMs,
      });
      sweep(now);
      return { state, cookie: { suffix: suffixOf(state), value } };
    },
    take(state, forge, cookie) {
      const key = hash(state).toString('hex');
      const stored = attempts.get(key);
      const value = cookie(suffixOf(state));
      if (!stored || value === undefined || stored.forge !== forge || stored.expiresAt <= clock.now())
        return null;
      // A stranger who got hold of the address must not use up the attempt of its owner.
      if (!timingSafeEqual(stored.keyHash, hash(value))) return null;
      attempts.delete(key);
      const { verifier, returnTo, addTo } = stored;
      return { forge: stored.forge, verifier, returnTo, addTo };
    },
  };
}

const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
/** Derived, so that the callback finds its cookie among those of other tabs. */
const suffixOf = (state: string): string => hash(`cookie ${state}`).toString('hex').slice(0, 8);
