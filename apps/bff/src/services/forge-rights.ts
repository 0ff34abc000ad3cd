import type { Policy } from '@flightdeck/api-client/contract';
import { isRepoPath, samePath } from '../domain/access.ts';
import { isFailure } from '../domain/failure.ts';
import type { Clock } from '../ports/clock.ts';
import type { ForgeRepository } from '../ports/forge.ts';
import type { Log } from '../ports/log.ts';
import type { PersonKey } from '../ports/store.ts';
import type { ForgePeople } from './forge-tokens.ts';
import { type Ask, TimedCache } from './timed-cache.ts';

/** How old an answer of the forge about a person's permission may be, in ms. */
export interface RightsAges {
  read: number;
  write: number;
  /** "No access" is asked again sooner. */
  negative: number;
  /** Reads only: how much longer a good answer counts while the forge is down. */
  stale: number;
}

export const defaultRightsAges: RightsAges = {
  read: 60_000,
  write: 5_000,
  negative: 10_000,
  stale: 300_000,
};

export type RightsClass = 'read' | 'write' | 'fresh';

/** Rows that change something allow no old answer; those marked fresh none at all. */
export function classOf(policy: Policy): RightsClass {
  if (policy.fresh) return 'fresh';
  return policy.budget === 'write' || policy.budget === 'secret' || policy.budget === 'promote'
    ? 'write'
    : 'read';
}

/** What people may do on their forge, asked with their own tokens. */
export interface ForgeRights {
  /** null: absent, hidden, or not to be read by this person. */
  repository(person: PersonKey, path: string, how: RightsClass): Promise<ForgeRepository | null>;
  /** By the forge's id: what the person owns or was added to. */
  mine(person: PersonKey): Promise<Map<string, ForgeRepository>>;
  forget(person: PersonKey): void;
}

const forgeIsDown = (error: unknown): boolean =>
  isFailure(error, 'forge_unreachable') ||
  isFailure(error, 'forge_timeout') ||
  isFailure(error, 'overloaded');

export function createForgeRights(deps: {
  people: ForgePeople;
  clock: Clock;
  log: Log;
  ages?: RightsAges;
  /** Each repository a forge named to somebody. */
  learn?: (forge: string, repository: ForgeRepository) => void;
}): ForgeRights {
  const ages = deps.ages ?? defaultRightsAges;
  const repositories = new TimedCache<ForgeRepository | null>(deps.clock);
  const lists = new TimedCache<Map<string, ForgeRepository>>(deps.clock, 2_000);

  const rules = <V>(how: RightsClass): Omit<Ask<V>, 'load'> => {
    if (how === 'fresh') return { maxAge: 0 };
    if (how === 'write') return { maxAge: ages.write };
    return { maxAge: ages.read, stale: { forMs: ages.stale, when: forgeIsDown } };
  };

  async function ask(person: PersonKey, path: string): Promise<ForgeRepository | null> {
    const found = await deps.people.as(person).repository(path);
    if (found) deps.learn?.(person.forge, found);
    if (!found || found.level === 'none') return null;
    if (samePath(found.path, path)) return found;
    // A forge that followed a rename by itself: the name asked for is not this repository's.
    deps.log.warn({ person, asked: path, got: found.path }, 'the forge answered with another repository');
    return null;
  }

  return {
    async repository(person, path, how) {
      if (!isRepoPath(path)) return null;
      return repositories.get(keyOf(person, path.toLowerCase()), {
        ...rules(how),
        maxAgeOf: (value) => (value === null ? ages.negative : ages.read),
        load: () => ask(person, path),
      });
    },
    mine: (person) =>
      lists.get(keyOf(person, ''), {
        ...rules('read'),
        load: async () => {
          const all = await deps.people.as(person).repositories();
          for (const repo of all) deps.learn?.(person.forge, repo);
          return new Map(all.filter((repo) => repo.level !== 'none').map((repo) => [repo.id, repo]));
        },
      }),
    forget(person) {
      const begin = keyOf(person, '');
      repositories.forget((key) => key.startsWith(begin));
      lists.forget((key) => key === begin);
    },
  };
}

const keyOf = (person: PersonKey, path: string): string => `${person.forge}\n${person.forgeUserId}\n${path}`;
