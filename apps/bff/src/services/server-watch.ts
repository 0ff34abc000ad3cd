import { isFinished } from '@flightdeck/api-client/model';
import { isFailure } from '../domain/failure.ts';
import { lacksRunner, sightsOf } from '../domain/sightings.ts';
import type { CiRepository, IncompleteBuild } from '../ports/ci-server.ts';
import type { Clock } from '../ports/clock.ts';
import type { Store } from '../ports/store.ts';
import type { BuildIndex } from './build-index.ts';
import type { BuildReader } from './build-reader.ts';
import type { Connection, RepoPlace } from './connections.ts';
import type { LifeSigns } from './life-signs.ts';
import { createLimiter } from './limiter.ts';
import type { LiveBuilds } from './live-builds.ts';
import { keepListening, repeat } from './repeat.ts';
import type { RepoCatalog } from './repo-catalog.ts';
import type { HealthBook } from './server-health.ts';

export interface WatchIntervals {
  /** Builds that have not ended, over the whole server. */
  openMs: number;
  /** The list of repositories, whose counters tell of new builds. */
  catalogMs: number;
  /** A repository that somebody looks at. */
  watchedMs: number;
  /** How long a repository stays watched after its last viewer. */
  graceMs: number;
  /** Longest pause while a server is down. */
  slowestMs: number;
}

export const defaultIntervals: WatchIntervals = {
  openMs: 5_000,
  catalogMs: 8_000,
  watchedMs: 1_250,
  graceMs: 15_000,
  slowestMs: 60_000,
};

export interface ServerWatchDeps {
  connection: Connection;
  live: LiveBuilds;
  index: BuildIndex;
  reader: BuildReader;
  catalog: RepoCatalog;
  health: HealthBook;
  signs: LifeSigns;
  store: Store;
  clock: Clock;
  intervals: WatchIntervals;
  onError: (error: unknown) => void;
}

const ASK_AGAIN_AS_ADMINISTRATOR = 5 * 60_000;
const LOOK_BACK_EVERY = 60 * 60_000;
const LOOK_BACK_AT = 12;
/** Details asked for in one round; the longest unasked go first. */
const PER_ROUND = 40;
/** Repositories without a counter that are asked for their newest builds in one round, in turn. */
const UNCOUNTED_PER_ROUND = 20;

/**
 * Watches one CI server with the service account until `signal` aborts. Its event stream does not tell that a build
 * was created, approved, declined, or cancelled before it ran (recorded on 2.25.0), and lists of open builds leave
 * out those that wait for approval. So three looks together: events, what is open, and the repositories' counters. Where
 * a list tells no counter (one server's to an administrator without a role on the forge, 3.17.0) the repository is asked.
 */
export async function watchServer(deps: ServerWatchDeps, signal: AbortSignal): Promise<void> {
  const { connection, live, index, reader, catalog, health, clock, intervals } = deps;
  const { server, service } = connection;
  const counters = new Map<string, number | null>();
  const asked = new Map<string, number>();
  const first = createLimiter(2);
  const lookedBack = new Map<string, number>();
  let notAdministratorSince: number | null = null;

  async function placeOf(path: string): Promise<RepoPlace | null> {
    const known =
      catalog.last(server.id)?.byPath.get(path) ?? (await catalog.load(server.id, 1_000)).byPath.get(path);
    return known ? { server: server.id, path, forgeRepoId: known.forgeRepoId } : null;
  }

  /** Known through a viewer's own account alone: asked as that viewer, while somebody looks (repo-watch.ts). */
  function isVisible(path: string): boolean {
    const known = catalog.last(server.id);
    return known === null || known.whole || known.byPath.has(path);
  }

  async function incomplete(): Promise<IncompleteBuild[]> {
    const since = notAdministratorSince;
    if (since !== null && clock.now() - since < ASK_AGAIN_AS_ADMINISTRATOR) return [];
    try {
      const items = await health.during(server.id, () => service.incomplete());
      notAdministratorSince = null;
      return items;
    } catch (error) {
      if (!isFailure(error, 'forbidden')) throw error;
      // Not an administrator: what is known to be open is asked build by build, new ones show by their counters.
      notAdministratorSince = clock.now();
      return [];
    }
  }

  async function lookAtOpen(): Promise<void> {
    const wanted = new Map<string, { place: RepoPlace; number: number; askedAt: number }>();
    const want = (place: RepoPlace, number: number, askedAt: number) =>
      wanted.set(`${place.path}#${number}`, { place, number, askedAt });
    for (const { path, build } of await incomplete()) {
      const known = live.find(server.id, path, build.number);
      if (known?.detailed && known.build.version >= build.version) continue;
      const place = known?.place ?? (await placeOf(path));
      if (place) want(place, build.number, 0);
    }
    // Open for us: ended or released elsewhere without a word, or its events are not for our ears.
    const stale = clock.now() - intervals.openMs / 2;
    for (const { place, build, askedAt } of [...live.open(server.id), ...live.unsettled(server.id)]) {
      if (askedAt <= stale && isVisible(place.path)) want(place, build.number, askedAt);
    }
    const round = [...wanted.values()].sort((a, b) => a.askedAt - b.askedAt).slice(0, PER_ROUND);
    await allOf(round.map(({ place, number }) => reader.build(place, number, service)));
    await lookBack();
  }

  /** A stage that no known runner fits: earlier builds of its repository tell who took it before. */
  async function lookBack(): Promise<void> {
    const runners = sightsOf(await deps.store.builds.runners(server.id));
    for (const { place, build } of live.open(server.id)) {
      const last = lookedBack.get(place.forgeRepoId);
      if (last !== undefined && clock.now() - last < LOOK_BACK_EVERY) continue;
      if (!build.stages.some((stage) => lacksRunner(runners, stage))) continue;
      const recent = await index.recent(server.id, place.forgeRepoId);
      const ended = recent.filter((head) => isFinished(head.status) && head.startedAt !== null);
      // The index may not have got here yet.
      if (ended.length === 0) continue;
      lookedBack.set(place.forgeRepoId, clock.now());
      await allOf(
        ended.slice(0, LOOK_BACK_AT).map(async ({ number }) => {
          const old = await health.during(server.id, () => service.build(place.path, number));
          if (old) live.noteRunners(server.id, old);
        }),
      );
    }
  }

  async function lookAtCounters(): Promise<void> {
    const { repositories } = await catalog.load(server.id, intervals.catalogMs / 2);
    const turns = inTurn(repositories);
    const jobs = repositories
      .filter((one) => one.active || counters.has(one.forgeRepoId))
      .map((one) => async () => {
        const place = { server: server.id, path: one.path, forgeRepoId: one.forgeRepoId };
        const before = counters.get(one.forgeRepoId);
        const due = one.counter === null ? turns.has(one.forgeRepoId) : before !== one.counter;
        if (!due || signal.aborted) return;
        if (one.counter === null) asked.set(one.forgeRepoId, clock.now());
        const isFirst = before === undefined && one.counter !== null;
        if (isFirst && (await index.newest(server.id, one.forgeRepoId)) === one.counter) {
          await lookAtOldOpen(place);
        } else {
          await reader.newest(place, service).catch(unlessHidden);
        }
        counters.set(one.forgeRepoId, one.counter);
      });
    await allOf(jobs.map((job) => first(job)));
  }

  /** Whose turn it is of those without a counter: all of them once, then the longest unasked. */
  function inTurn(repositories: readonly CiRepository[]): Set<string> {
    const uncounted = repositories.filter((one) => one.active && one.counter === null);
    const isNew = (one: CiRepository) => !asked.has(one.forgeRepoId);
    const longest = uncounted
      .filter((one) => !isNew(one))
      .sort((a, b) => (asked.get(a.forgeRepoId) ?? 0) - (asked.get(b.forgeRepoId) ?? 0))
      .slice(0, UNCOUNTED_PER_ROUND);
    return new Set([...uncounted.filter(isNew), ...longest].map((one) => one.forgeRepoId));
  }

  /** After a start of ours: what the index holds as open may have ended meanwhile. */
  async function lookAtOldOpen(place: RepoPlace): Promise<void> {
    for (const status of ['running', 'waiting', 'approval']) {
      const heads = await index.query(server.id, place.forgeRepoId, { status, limit: 20 });
      await Promise.all(heads.map((head) => reader.build(place, head.number, service).catch(() => null)));
    }
  }

  const pace = (ms: number) => ({ clock, signal, ms, slowestMs: intervals.slowestMs, onError: deps.onError });
  await Promise.all([
    repeat(pace(intervals.openMs), lookAtOpen),
    repeat(pace(intervals.catalogMs), lookAtCounters),
    keepListening(pace(500), (ends) => service.events(null, ends), {
      opened: lookAtOpen,
      heard: ({ path, forgeRepoId, build }) => {
        const place = { server: server.id, path, forgeRepoId };
        deps.signs.seen(place, build.number, clock.now());
        live.tell(place, build);
      },
    }),
  ]);
}

/** A single repository may be hidden from the service account: that must not slow the others down. */
function unlessHidden(error: unknown): void {
  if (!isFailure(error, 'not_found') && !isFailure(error, 'forbidden')) throw error;
}

async function allOf(tasks: readonly Promise<unknown>[]): Promise<void> {
  for (const result of await Promise.allSettled(tasks)) {
    if (result.status === 'rejected') unlessHidden(result.reason);
  }
}
