import type { Clock } from '../../ports/clock.ts';
import type { PersonKey, Store } from '../../ports/store.ts';

/** Another process may change a row without our hearing of it: what is kept here counts for at most this long. */
const KEEP_MS = 2_000;
const MOST_GROUPS = 2_000;
const MOST_IN_GROUP = 100;

/**
 * The store with the rows kept that every look at a build needs. What changes them through this store is seen by the next
 * read, as without it.
 */
export function withKeptRows(store: Store, clock: Clock): Store {
  const accounts = createKept<Awaited<ReturnType<Store['accounts']['get']>>>(clock);
  const near = createKept<Awaited<ReturnType<Store['builds']['neighbours']>>>(clock);
  const person = ({ forge, forgeUserId }: PersonKey) => `${forge}\n${forgeUserId}`;
  const repo = (server: string, forgeRepoId: string) => `${server}\n${forgeRepoId}`;
  return {
    ...store,
    accounts: {
      ...store.accounts,
      get: (key, server) => accounts.get(person(key), server, () => store.accounts.get(key, server)),
      put: (key, record) => accounts.change(person(key), () => store.accounts.put(key, record)),
      setState: (key, server, state) =>
        accounts.change(person(key), () => store.accounts.setState(key, server, state)),
      remove: (key, server) => accounts.change(person(key), () => store.accounts.remove(key, server)),
    },
    builds: {
      ...store.builds,
      neighbours: (server, id, number) =>
        near.get(repo(server, id), number, () => store.builds.neighbours(server, id, number)),
      put: (server, id, heads) => near.change(repo(server, id), () => store.builds.put(server, id, heads)),
      remove: (server, id, numbers) =>
        near.change(repo(server, id), () => store.builds.remove(server, id, numbers)),
      clear: (server, id) => near.change(repo(server, id), () => store.builds.clear(server, id)),
    },
  };
}

interface Kept<V> {
  get(group: string, key: string | number, load: () => Promise<V>): Promise<V>;
  /** Does what changes a group's rows, and forgets them. */
  change<T>(group: string, work: () => Promise<T>): Promise<T>;
}

function createKept<V>(clock: Clock): Kept<V> {
  const groups = new Map<string, Map<string | number, { at: number; value: V }>>();

  async function loaded(group: string, key: string | number, load: () => Promise<V>): Promise<V> {
    const rows = groups.get(group) ?? new Map();
    groups.set(group, rows);
    if (groups.size > MOST_GROUPS) groups.delete(groups.keys().next().value ?? '');
    const at = clock.now();
    const value = await load();
    // A change that came meanwhile took this group away: the value, which may be from before it, goes with it.
    if (rows.size >= MOST_IN_GROUP) rows.clear();
    rows.set(key, { at, value });
    return value;
  }

  return {
    get(group, key, load) {
      const kept = groups.get(group)?.get(key);
      const age = kept ? clock.now() - kept.at : KEEP_MS;
      return kept && age >= 0 && age < KEEP_MS ? Promise.resolve(kept.value) : loaded(group, key, load);
    },
    async change(group, work) {
      try {
        return await work();
      } finally {
        groups.delete(group);
      }
    },
  };
}
