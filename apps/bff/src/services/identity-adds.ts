import { randomBytes } from 'node:crypto';
import type { Clock } from '../ports/clock.ts';

const LIFE = 2 * 60_000;
const MOST = 10_000;

/**
 * Wishes to add an account by redirect, each by a key that our own page was given for one session. Without one a link on
 * another page could make a browser add an account its owner never chose. Held by this process.
 */
export interface IdentityAdds {
  begin(sessionHash: string, forge: string): string;
  /** Takes it out; false when it is unknown, used, too old, of another session or for another forge. */
  take(key: string, sessionHash: string, forge: string): boolean;
}

export function createIdentityAdds({ clock }: { clock: Clock }): IdentityAdds {
  const wishes = new Map<string, { sessionHash: string; forge: string; endsAt: number }>();
  return {
    begin(sessionHash, forge) {
      const key = randomBytes(24).toString('base64url');
      wishes.set(key, { sessionHash, forge, endsAt: clock.now() + LIFE });
      for (const [old, { endsAt }] of wishes) {
        if (endsAt > clock.now() && wishes.size <= MOST) break;
        wishes.delete(old);
      }
      return key;
    },
    take(key, sessionHash, forge) {
      const wish = wishes.get(key);
      if (wish?.sessionHash !== sessionHash || wish.forge !== forge) return false;
      wishes.delete(key);
      return wish.endsAt > clock.now();
    },
  };
}
