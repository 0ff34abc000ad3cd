import { setMaxListeners } from 'node:events';
import type { BuildList } from '@flightdeck/api-client/contract';
import type { BuildHead } from '@flightdeck/api-client/model';
import type { CiClient } from '../ports/ci-server.ts';
import type { Clock } from '../ports/clock.ts';
import type { BuildQuery, Store } from '../ports/store.ts';
import type { RepoPlace } from './connections.ts';
import { createIndexPages, type IndexPages, keyOf, PAGE } from './index-pages.ts';
import { createLimiter } from './limiter.ts';

const PAUSE = 150;
const RETRIES = 5;

/**
 * Heads of builds per repository in the store: filters and history that the CI server lacks. It can be rebuilt at
 * any time; `reach` says how far back it sees without a hole. The CI server stays the truth.
 */
export interface BuildIndex extends Pick<IndexPages, 'takePage' | 'note' | 'recent'> {
  /** Starts or goes on filling in the background, newest first; returns at once. */
  want(place: RepoPlace, client: CiClient): void;
  query(server: string, forgeRepoId: string, query: BuildQuery): Promise<BuildHead[]>;
  reach(server: string, forgeRepoId: string): Promise<BuildList['reach']>;
  newest(server: string, forgeRepoId: string): Promise<number | null>;
  neighbours(
    server: string,
    forgeRepoId: string,
    number: number,
  ): Promise<{ older: number | null; newer: number | null }>;
  get(server: string, forgeRepoId: string, number: number): Promise<BuildHead | null>;
  values(server: string, forgeRepoId: string): Promise<{ branches: string[]; authors: string[] }>;
  /** The server says this build is gone: others may be as well, so the whole list is read again. */
  gone(place: RepoPlace, number: number, client: CiClient): Promise<void>;
  /** Of a repository that stands elsewhere on the forge now, where the server knows it by its path: begins anew. */
  forget(server: string, forgeRepoId: string): Promise<void>;
  /** For shutdown and tests: resolves when no filling is under way. */
  idle(): Promise<void>;
  stop(): void;
}

/**
 * A server's list knows less than its details do: that a build awaits approval stands in its stages only. What is
 * open on a page is looked at before it is noted.
 */
export type ResolvePage = (
  place: RepoPlace,
  heads: readonly BuildHead[],
  client: CiClient,
) => Promise<readonly BuildHead[]>;

export function createBuildIndex(deps: {
  store: Store;
  clock: Clock;
  resolve: ResolvePage;
  parallel?: number;
}): BuildIndex {
  const { clock } = deps;
  const builds = deps.store.builds;
  const pages = createIndexPages({ builds, clock });
  const jobs = new Map<string, Promise<void>>();
  const filled = new Set<string>();
  const limiters = new Map<string, ReturnType<typeof createLimiter>>();
  const stopping = new AbortController();
  setMaxListeners(0, stopping.signal);
  const limiterOf = (server: string) => {
    const found = limiters.get(server) ?? createLimiter(deps.parallel ?? 2);
    limiters.set(server, found);
    return found;
  };

  async function readAll(place: RepoPlace, client: CiClient, whole: boolean): Promise<void> {
    const before = await builds.reach(place.server, place.forgeRepoId);
    let lowest = Number.MAX_SAFE_INTEGER;
    for (let page = 1; !stopping.signal.aborted; page++) {
      const heads = await deps.resolve(place, await client.builds(place.path, page, PAGE), client);
      const last = heads.length < PAGE;
      if (page > 1 && heads.length === 0) return pages.endAt(place, lowest);
      await pages.takePage(place, heads, { first: page === 1, last });
      lowest = Math.min(lowest, ...heads.map((head) => head.number));
      const met = before.newest !== null && heads.some((head) => head.number <= (before.newest ?? 0));
      if (last || (met && before.complete && !whole)) return;
      await clock.sleep(PAUSE, stopping.signal);
    }
  }

  function fill(place: RepoPlace, client: CiClient, whole: boolean): Promise<void> {
    const key = keyOf(place.server, place.forgeRepoId);
    const running = jobs.get(key);
    if (running) return running;
    const job = limiterOf(place.server)(async () => {
      for (let attempt = 0; attempt < RETRIES && !stopping.signal.aborted; attempt++) {
        try {
          await readAll(place, client, whole);
          filled.add(key);
          return;
        } catch {
          await clock.sleep(5_000 * 2 ** attempt, stopping.signal);
        }
      }
    }).finally(() => jobs.delete(key));
    jobs.set(key, job);
    return job;
  }

  return {
    note: pages.note,
    takePage: pages.takePage,
    want(place, client) {
      if (!filled.has(keyOf(place.server, place.forgeRepoId))) void fill(place, client, false);
    },
    recent: pages.recent,
    query: (server, forgeRepoId, query) => builds.query(server, forgeRepoId, query),
    async reach(server, forgeRepoId) {
      const { oldest, complete, asOf } = await builds.reach(server, forgeRepoId);
      return { oldest, complete, asOf, filling: jobs.has(keyOf(server, forgeRepoId)) };
    },
    newest: async (server, forgeRepoId) => (await builds.reach(server, forgeRepoId)).newest,
    neighbours: (server, forgeRepoId, number) => builds.neighbours(server, forgeRepoId, number),
    get: (server, forgeRepoId, number) => builds.get(server, forgeRepoId, number),
    values: (server, forgeRepoId) => builds.values(server, forgeRepoId),
    async gone(place, number, client) {
      await pages.drop(place, [number]);
      void fill(place, client, true);
    },
    async forget(server, forgeRepoId) {
      filled.delete(keyOf(server, forgeRepoId));
      await pages.clear(server, forgeRepoId);
    },
    async idle() {
      while (jobs.size > 0) await Promise.all(jobs.values());
    },
    stop: () => stopping.abort(),
  };
}
