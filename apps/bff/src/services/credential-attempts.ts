import { Failure } from '../domain/failure.ts';
import type { Clock } from '../ports/clock.ts';

export interface AttemptLimits {
  /** Refusals of one login from one network address. */
  perLoginAndAddress: number;
  /** Refusals of one login, wherever they come from: wider, or anybody could lock somebody else out. */
  perLogin: number;
  /** Refusals of one network address, whatever it tried. */
  perAddress: number;
  windowMs: number;
}

/** Counts passwords and tokens that were refused. Held by this process. */
export interface CredentialAttempts {
  /** Throws `rate_limited` when there were too many refusals. `login` null: a token was given. */
  admit(who: { forge: string; login: string | null; address: string }): void;
  refused(who: { forge: string; login: string | null; address: string }): void;
  /** A password that fits ends the count of its login from that address. */
  passed(who: { forge: string; login: string | null; address: string }): void;
}

const MOST = 50_000;

export function createCredentialAttempts(deps: { clock: Clock; limits: AttemptLimits }): CredentialAttempts {
  const { clock, limits } = deps;
  const counts = new Map<string, { count: number; endsAt: number }>();

  const keysOf = (who: { forge: string; login: string | null; address: string }) => {
    const login = who.login === null ? null : `${who.forge}\n${who.login.toLowerCase()}`;
    return [
      { key: `address\n${who.address}`, most: limits.perAddress },
      ...(login === null
        ? []
        : [
            { key: `both\n${login}\n${who.address}`, most: limits.perLoginAndAddress },
            { key: `login\n${login}`, most: limits.perLogin },
          ]),
    ];
  };

  function sweep(): void {
    for (const [key, { endsAt }] of counts) {
      if (endsAt > clock.now() && counts.size <= MOST) break;
      counts.delete(key);
    }
  }

  return {
    admit(who) {
      for (const { key, most } of keysOf(who)) {
        const known = counts.get(key);
        const left = (known?.endsAt ?? 0) - clock.now();
        if (known && left > 0 && known.count >= most) {
          throw new Failure('rate_limited', 'Too many refused sign-ins.', {
            retryAfter: Math.ceil(left / 1000),
          });
        }
      }
    },
    refused(who) {
      for (const { key } of keysOf(who)) {
        const known = counts.get(key);
        const goesOn = known && known.endsAt > clock.now() ? known : null;
        // Taken out first: the map stays in the order of ending.
        if (!goesOn) counts.delete(key);
        counts.set(key, {
          count: (goesOn?.count ?? 0) + 1,
          endsAt: goesOn?.endsAt ?? clock.now() + limits.windowMs,
        });
      }
      sweep();
    },
    passed(who) {
      const both = keysOf(who).find(({ key }) => key.startsWith('both\n'));
      if (both) counts.delete(both.key);
    },
  };
}
