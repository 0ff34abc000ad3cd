import { createHash } from 'node:crypto';
import { type Build, type BuildHead, isFinished } from '@flightdeck/api-client/model';
import { Failure } from '../domain/failure.ts';
import type { CiClient } from '../ports/ci-server.ts';
import type { Clock } from '../ports/clock.ts';
import type { BuildIndex, ResolvePage } from './build-index.ts';
import type { RepoPlace } from './connections.ts';
import { createLimiter } from './limiter.ts';
import type { LiveBuilds } from './live-builds.ts';
import type { Catalog, RepoCatalog } from './repo-catalog.ts';
import type { HealthBook } from './server-health.ts';

/** Asks the CI server and tells what it said to everybody (live builds, index, bus). */
export interface BuildReader {
  /** One build with its stages, merged with what is known; null when the server has none of that number. */
  build(place: RepoPlace, number: number, client: CiClient): Promise<Build | null>;
  /** The newest page of a repository, and the stages of what is open on it. */
  newest(place: RepoPlace, client: CiClient): Promise<void>;
  /** See `ResolvePage`. */
  resolve: ResolvePage;
}

const PAGE = 50;
const OPEN_AT_ONCE = 25;
const SAME_FOR = 10_000;

export function createBuildReader(deps: {
  live: LiveBuilds;
  index: BuildIndex;
  health: HealthBook;
  clock: Clock;
  catalog: Pick<RepoCatalog, 'last' | 'load'>;
  /** Requests to one server at a time. */
  parallel?: number;
}): BuildReader {
  const { live, index, health } = deps;
  const pages = new Map<string, { digest: string; at: number }>();
  const keyOf = (place: RepoPlace) => `${place.server}\n${place.forgeRepoId}`;
  const limiters = new Map<string, ReturnType<typeof createLimiter>>();

  function limited<T>(server: string, call: () => Promise<T>): Promise<T> {
    const limit = limiters.get(server) ?? createLimiter(deps.parallel ?? 6);
    limiters.set(server, limit);
    return limit(() => health.during(server, call));
  }

  /**
   * The path belongs to another repository by now. Background work remembers places for hours and asks with the service
   * account, which may read everything: what it heard there would be told to the readers of the repository that moved away.
   */
  async function isTaken(place: RepoPlace): Promise<boolean> {
    const holder = (catalog: Catalog | null) =>
      catalog?.byPath.get(place.path)?.forgeRepoId ?? place.forgeRepoId;
    if (holder(deps.catalog.last(place.server)) === place.forgeRepoId) return false;
    // Or the list is older than the place: a repository that was made a moment ago.
    return holder(await deps.catalog.load(place.server, 1_000)) !== place.forgeRepoId;
  }

  async function load(place: RepoPlace, number: number, client: CiClient): Promise<Build | null> {
    if (await isTaken(place)) {
      live.forget(place, number);
      return null;
    }
    const told = await limited(place.server, () => client.build(place.path, number));
    if (told) return live.tell(place, told).build;
    // A token that may not see the repository hears the same 404: that says nothing about the build.
    if (!(await limited(place.server, () => client.repository(place.path)))) return null;
    // Only a build that was known can have been purged; a wrong number must not set the machine going.
    const known = await index.get(place.server, place.forgeRepoId, number);
    if (known) await index.gone(place, number, client);
    live.forget(place, number);
    return null;
  }

  /** A list does not tell that a build awaits approval, its stages do: unknown open ones are asked for first. */
  async function loadOpen(place: RepoPlace, heads: readonly BuildHead[], client: CiClient): Promise<void> {
    const open = heads
      .filter((head) => !isFinished(head.status) && !live.get(place, head.number)?.detailed)
      .slice(0, OPEN_AT_ONCE);
    await Promise.all(open.map((head) => load(place, head.number, client).catch(() => null)));
  }

  /** A watched repository is asked every second or so: an equal answer need not go through the store each time. */
  function isSame(place: RepoPlace, heads: readonly BuildHead[]): boolean {
    const before = pages.get(keyOf(place));
    return (
      before !== undefined && deps.clock.now() - before.at < SAME_FOR && before.digest === digestOf(heads)
    );
  }

  return {
    build: load,
    async resolve(place, heads, client) {
      await loadOpen(place, heads, client);
      return heads.map((head) => live.tellHead(place, head));
    },
    async newest(place, client) {
      if (await isTaken(place)) throw new Failure('not_found', 'The path is another repository’s by now.');
      const heads = await limited(place.server, () => client.builds(place.path, 1, PAGE));
      await loadOpen(place, heads, client);
      if (isSame(place, heads)) return;
      await live.tellPage(place, heads, { first: true, last: heads.length < PAGE });
      pages.set(keyOf(place), { digest: digestOf(heads), at: deps.clock.now() });
    },
  };
}

const digestOf = (heads: readonly BuildHead[]): string =>
  createHash('sha1').update(JSON.stringify(heads)).digest('base64');
