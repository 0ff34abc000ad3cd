import type { Person } from '@flightdeck/api-client/model';
import type { CiClient, CiServer } from '../ports/ci-server.ts';
import type { Clock } from '../ports/clock.ts';
import type { ForgeClient } from '../ports/forge.ts';

const FRESH = 5 * 60_000;

/** Who may approve builds of a repository, by name. Empty where neither side tells. */
export interface Approvers {
  of(server: CiServer, path: string, service: CiClient, forge: ForgeClient | null): Promise<Person[]>;
}

/**
 * The forge is asked first, as the person (it knows names and pictures); a forge that does not tell them is made up
 * for by the CI server's own list of logins. Cached per repository: the names are the same for all who may read it.
 */
export function createApprovers(clock: Clock): Approvers {
  const cache = new Map<string, { at: number; people: Promise<Person[]> }>();

  async function ask(path: string, service: CiClient, forge: ForgeClient | null): Promise<Person[]> {
    const told = forge === null ? null : await forge.admins(path).catch(() => null);
    if (told !== null) return told;
    const logins = await service.admins(path).catch(() => null);
    return (logins ?? []).map((login) => ({ login, name: login, avatarUrl: null }));
  }

  const keyOf = (server: CiServer, path: string, source: 'forge' | 'server') =>
    `${source}\n${server.id}\n${path}`;

  return {
    of(server, path, service, forge) {
      // Names from the forge are better than logins: a list, which asks only the server, must not stand in for them.
      const better = cache.get(keyOf(server, path, 'forge'));
      const source = forge || (better && clock.now() - better.at < FRESH) ? 'forge' : 'server';
      const key = keyOf(server, path, source);
      const found = cache.get(key);
      if (found && clock.now() - found.at < FRESH) return found.people;
      if (cache.size > 2_000) cache.clear();
      const people = ask(path, service, forge);
      cache.set(key, { at: clock.now(), people });
      people.then((list) => list.length === 0 && cache.delete(key)).catch(() => cache.delete(key));
      return people;
    },
  };
}
