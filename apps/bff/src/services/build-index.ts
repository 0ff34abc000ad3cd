import { setMaxListeners } from 'node:events';
import type { BuildList } from '@flightdeck/api-client/contract';
import { type BuildHead, isFinished } from '@flightdeck/api-client/model';
import { mergeHead } from '../domain/merge-build.ts';
import type { CiClient } from '../ports/ci-server.ts';
import type { Clock } from '../ports/clock.ts';
import type { BuildQuery, IndexReach, Store } from '../ports/store.ts';
import type { RepoPlace } from './connections.ts';
import type { GatedRepo } from './context.ts';
import { createLimiter } from './limiter.ts';

const PAGE = 100;
const PAUSE = 150;
const RECENT = 30;
const RETRIES = 5;

/** A head that the index did not have so. `before`: what it had; null = nothing. */
export interface News {
  head: BuildHead;
  before: BuildHead | null;
}

/**
 * Heads of builds per repository in the store: filters and history that the CI server lacks. It can be rebuilt at
 * any time; `reach` says how far back it sees without a hole. The CI server stays the truth.
 */
export interface BuildIndex {
  /** Starts or goes on filling in the background, newest first; returns at once. */
  want(place: RepoPlace, client: CiClient): void;
  /** Brings the newest part up to date now, and fills the rest in the background. */
  refresh(repo: GatedRepo): Promise<void>;
  /**
   * Takes a page of the server's list (newest first, no hole between its first and last). Builds that should be on it
   * and are not were purged there and go here too. `from`: the page begins at the newest; `to`: it holds the oldest.
   */
  takePage(
    place: RepoPlace,
    heads: readonly BuildHead[],
    ends: { first: boolean; last: boolean },
  ): Promise<News[]>;
  /** Notes single heads. Returns those that are news. */
  note(place: RepoPlace, heads: readonly BuildHead[]): Promise<News[]>;
  /** Newest builds, at most 30; kept in memory after the first time. */
  recent(server: string, forgeRepoId: string): Promise<BuildHead[]>;
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
  const jobs = new Map<string, Promise<void>>();
  const filled = new Set<string>();
  const recents = new Map<string, Promise<BuildHead[]>>();
  const limiters = new Map<string, ReturnType<typeof createLimiter>>();
  const stopping = new AbortController();
  setMaxListeners(0, stopping.signal);
  const keyOf = (server: string, id: string) => `${server}\n${id}`;
  const limiterOf = (server: string) => {
    const found = limiters.get(server) ?? createLimiter(deps.parallel ?? 2);
    limiters.set(server, found);
    return found;
  };

  async function note(place: RepoPlace, heads: readonly BuildHead[]): Promise<News[]> {
    if (heads.length === 0) return [];
    const { server, forgeRepoId } = place;
    const numbers = heads.map((head) => head.number);
    const span = Math.max(...numbers) - Math.min(...numbers) + 1;
    const known = new Map(
      span > 4 * PAGE
        ? (await Promise.all(numbers.map((number) => builds.get(server, forgeRepoId, number))))
            .filter((head) => head !== null)
            .map((head) => [head.number, head])
        : (await builds.query(server, forgeRepoId, { before: Math.max(...numbers) + 1, limit: span })).map(
            (head) => [head.number, head],
          ),
    );
    const news = heads.flatMap((head): News[] => {
      const before = known.get(head.number);
      if (!before) return [{ head, before: null }];
      // A page that was asked for before a build ended must not take its end back.
      const merged = isFinished(before.status) && !isFinished(head.status) ? before : mergeHead(before, head);
      return sameHead(before, merged) ? [] : [{ head: merged, before }];
    });
    if (news.length > 0) {
      await builds.put(
        server,
        forgeRepoId,
        news.map(({ head }) => head),
      );
      recents.delete(keyOf(server, forgeRepoId));
    }
    return news;
  }

  async function takePage(
    place: RepoPlace,
    heads: readonly BuildHead[],
    ends: { first: boolean; last: boolean },
  ): Promise<News[]> {
    const { server, forgeRepoId } = place;
    const numbers = new Set(heads.map((head) => head.number));
    const low = ends.last ? 0 : Math.min(...numbers);
    const high = Math.max(0, ...numbers);
    if (heads.length > 0) {
      const here = await builds.query(server, forgeRepoId, { before: high + 1, limit: high - low + 1 });
      const missing = here.map((head) => head.number).filter((n) => n >= low && !numbers.has(n));
      await drop(place, ends.first ? [...missing, ...(await leftOver(place, high))] : missing);
    } else if (ends.first) {
      await builds.clear(server, forgeRepoId);
      recents.delete(keyOf(server, forgeRepoId));
    }
    const news = await note(place, heads);
    await extendReach(place, heads, ends);
    return news;
  }

  /** Newer than the server's newest, and ended: a repository that was removed there and made again counts from 1. */
  async function leftOver(place: RepoPlace, newest: number): Promise<number[]> {
    const heads = await builds.query(place.server, place.forgeRepoId, { limit: 2 * PAGE });
    return heads.filter((head) => head.number > newest && isFinished(head.status)).map((head) => head.number);
  }

  /** `oldest`…`newest` is a span without a hole: a page that touches it makes it longer, another begins anew. */
  async function extendReach(
    place: RepoPlace,
    heads: readonly BuildHead[],
    ends: { first: boolean; last: boolean },
  ): Promise<void> {
    const { server, forgeRepoId } = place;
    const before = await builds.reach(server, forgeRepoId);
    const asOf = clock.now();
    const numbers = heads.map((head) => head.number);
    if (numbers.length === 0) {
      // An empty page further on says nothing of what stands before it: see readAll.
      if (ends.first) {
        await builds.setReach(server, forgeRepoId, { oldest: null, newest: null, complete: true, asOf });
      }
      return;
    }
    const low = Math.min(...numbers);
    const high = Math.max(...numbers);
    const touches =
      before.oldest !== null &&
      before.newest !== null &&
      low <= before.newest + 1 &&
      high >= before.oldest - 1;
    const reach: IndexReach =
      touches && before.oldest !== null && before.newest !== null
        ? {
            oldest: ends.last ? low : Math.min(low, before.oldest),
            newest: ends.first ? high : Math.max(high, before.newest),
            complete: before.complete || ends.last,
            asOf,
          }
        : { oldest: low, newest: high, complete: ends.last, asOf };
    // A page from the middle that touches nothing (the list moved) must not throw away what is known.
    if (!touches && !ends.first && before.oldest !== null) return;
    return builds.setReach(server, forgeRepoId, reach);
  }

  async function drop(place: RepoPlace, numbers: readonly number[]): Promise<void> {
    if (numbers.length === 0) return;
    await builds.remove(place.server, place.forgeRepoId, numbers);
    recents.delete(keyOf(place.server, place.forgeRepoId));
  }

  async function readAll(place: RepoPlace, client: CiClient, whole: boolean): Promise<void> {
    const before = await builds.reach(place.server, place.forgeRepoId);
    let lowest = Number.MAX_SAFE_INTEGER;
    for (let page = 1; !stopping.signal.aborted; page++) {
      const heads = await deps.resolve(place, await client.builds(place.path, page, PAGE), client);
      const last = heads.length < PAGE;
      if (page > 1 && heads.length === 0) return endAt(place, lowest);
      await takePage(place, heads, { first: page === 1, last });
      lowest = Math.min(lowest, ...heads.map((head) => head.number));
      const met = before.newest !== null && heads.some((head) => head.number <= (before.newest ?? 0));
      if (last || (met && before.complete && !whole)) return;
      await clock.sleep(PAUSE, stopping.signal);
    }
  }

  /** The list ended with a full page: what was lowest on it is the oldest there is. */
  async function endAt(place: RepoPlace, lowest: number): Promise<void> {
    const { server, forgeRepoId } = place;
    const below = await builds.query(server, forgeRepoId, { before: lowest, limit: 10 * PAGE });
    await drop(place, numbersOf(below));
    const reach = await builds.reach(server, forgeRepoId);
    if (reach.oldest === null || reach.oldest > lowest) return;
    await builds.setReach(server, forgeRepoId, {
      ...reach,
      oldest: lowest,
      complete: true,
      asOf: clock.now(),
    });
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
    note,
    takePage,
    want(place, client) {
      if (!filled.has(keyOf(place.server, place.forgeRepoId))) void fill(place, client, false);
    },
    async refresh(repo) {
      const place = { server: repo.server.id, path: repo.path, forgeRepoId: repo.forgeRepoId };
      const { client } = repo.speaker;
      const heads = await deps.resolve(place, await client.builds(repo.path, 1, PAGE), client);
      await takePage(place, heads, { first: true, last: heads.length < PAGE });
      const { complete } = await builds.reach(place.server, place.forgeRepoId);
      if (!complete) void fill(place, client, false);
    },
    recent(server, forgeRepoId) {
      const key = keyOf(server, forgeRepoId);
      const cached = recents.get(key);
      if (cached) return cached;
      const loading = builds.query(server, forgeRepoId, { limit: RECENT });
      recents.set(key, loading);
      loading.catch(() => recents.delete(key));
      return loading;
    },
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
      await drop(place, [number]);
      void fill(place, client, true);
    },
    async idle() {
      while (jobs.size > 0) await Promise.all(jobs.values());
    },
    stop: () => stopping.abort(),
  };
}

const numbersOf = (heads: readonly BuildHead[]): number[] => heads.map((head) => head.number);

const sameHead = (a: BuildHead, b: BuildHead): boolean => canonical(a) === canonical(b);
/** Key order differs between a head from the wire and one from the store. */
const canonical = (head: BuildHead): string =>
  JSON.stringify(head, (_, value: unknown) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
