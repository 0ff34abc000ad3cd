import { type BuildHead, isFinished } from '@flightdeck/api-client/model';
import { mergeHead } from '../domain/merge-build.ts';
import type { Clock } from '../ports/clock.ts';
import type { IndexReach, Store } from '../ports/store.ts';
import type { RepoPlace } from './connections.ts';

/** Builds in a page of the server's list. */
export const PAGE = 100;
const RECENT = 30;

/** A head that the index did not have so. `before`: what it had; null = nothing. */
export interface News {
  head: BuildHead;
  before: BuildHead | null;
}

/** What the index holds of a repository, and how pages of the server's list become part of it. */
export interface IndexPages {
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
  drop(place: RepoPlace, numbers: readonly number[]): Promise<void>;
  /** All that is held of a repository. */
  clear(server: string, forgeRepoId: string): Promise<void>;
  /** The list ended with a full page: what was lowest on it is the oldest there is. */
  endAt(place: RepoPlace, lowest: number): Promise<void>;
}

export const keyOf = (server: string, forgeRepoId: string): string => `${server}\n${forgeRepoId}`;

export function createIndexPages({ builds, clock }: { builds: Store['builds']; clock: Clock }): IndexPages {
  const recents = new Map<string, Promise<BuildHead[]>>();

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
      const sameBuild = before.createdAt === head.createdAt;
      const isStale = sameBuild && isFinished(before.status) && !isFinished(head.status);
      const merged = isStale ? before : mergeHead(before, head);
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
      await clear(server, forgeRepoId);
    }
    const news = await note(place, heads);
    await extendReach(place, heads, ends);
    return news;
  }

  async function clear(server: string, forgeRepoId: string): Promise<void> {
    await builds.clear(server, forgeRepoId);
    recents.delete(keyOf(server, forgeRepoId));
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

  function recent(server: string, forgeRepoId: string): Promise<BuildHead[]> {
    const key = keyOf(server, forgeRepoId);
    const cached = recents.get(key);
    if (cached) return cached;
    const loading = builds.query(server, forgeRepoId, { limit: RECENT });
    recents.set(key, loading);
    loading.catch(() => recents.delete(key));
    return loading;
  }

  return { note, takePage, recent, drop, clear, endAt };
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
