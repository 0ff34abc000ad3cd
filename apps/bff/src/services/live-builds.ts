import { type Build, type BuildHead, isFinished, type Status } from '@flightdeck/api-client/model';
import { applyHead, differs, headOf, mergeBuild } from '../domain/merge-build.ts';
import { labelsKey } from '../domain/sightings.ts';
import type { Bus } from '../ports/bus.ts';
import type { Clock } from '../ports/clock.ts';
import type { Store } from '../ports/store.ts';
import type { BuildIndex } from './build-index.ts';
import type { RepoPlace } from './connections.ts';

/** Also what pages show of them while the CI server does not answer. */
const KEEP_ENDED = 12 * 3_600_000;
/** Some parts never end with their build: of a runner that died its steps stay running. */
const PARTS_END_WITHIN = 60_000;
const MOST_ENDED = 1_000;

/** A build that has not ended, or ended lately, with its stages as known by now. */
export interface LiveBuild {
  place: RepoPlace;
  build: Build;
  /** Stages were told at least once; else `build` is only a head. */
  detailed: boolean;
  /** When the whole build was last told. */
  askedAt: number;
  /** What was told then. */
  told: Build | null;
  /** When something about it last changed: evidence of life. */
  changedAt: number;
  /** When it was first heard to have ended; null while it has not. */
  endedAt: number | null;
}

/**
 * What every mouth of a CI server says about builds, merged in one place. A change is published on the bus and noted
 * in the index; nothing is published for a snapshot that brings nothing new.
 */
export interface LiveBuilds {
  get(place: RepoPlace, number: number): LiveBuild | undefined;
  /** Whatever repository has that path. For background work, never for an answer to somebody. */
  find(server: string, path: string, number: number): LiveBuild | undefined;
  /** Not ended; of one repository when `path` is given. */
  open(server: string, path?: string): LiveBuild[];
  /**
   * Ended less than a minute ago while parts of it are still known as at work: a list, or a server that ends the build
   * first and its parts after it, told of the end alone. Of one repository when `path` is given.
   */
  unsettled(server: string, path?: string): LiveBuild[];
  /** Ended lately or open, of one repository. */
  known(place: RepoPlace): LiveBuild[];
  /** A whole snapshot, stages included. `quiet`: nothing is published (the caller answers itself). */
  tell(place: RepoPlace, snapshot: Build): LiveBuild;
  /**
   * An entry of a list: no stages. Only builds that are open or known are kept; the rest goes to the index alone.
   * Returns what is known of it now.
   */
  tellHead(place: RepoPlace, head: BuildHead): BuildHead;
  /** A page of the server's list. `ends` as in the index. */
  tellPage(
    place: RepoPlace,
    heads: readonly BuildHead[],
    ends: { first: boolean; last: boolean },
  ): Promise<void>;
  forget(place: RepoPlace, number: number): void;
  /** Most stages each runner of a server was seen to have at once, since this process began. */
  mostAtOnce(server: string): ReadonlyMap<string, number>;
  /** Learns from an old build who took its stages; tells nobody of the build. */
  noteRunners(server: string, build: Build): void;
  /** Resolves when all index writes so far are done. */
  settled(): Promise<void>;
}

export function createLiveBuilds(deps: {
  bus: Bus;
  clock: Clock;
  index: BuildIndex;
  store: Store;
  onError?: (error: unknown) => void;
}): LiveBuilds {
  const { bus, clock, index } = deps;
  const builds = new Map<string, LiveBuild>();
  const runnersSeen = new Map<string, number>();
  const peaks = new Map<string, Map<string, number>>();
  let writing: Promise<unknown> = Promise.resolve();
  const keyOf = (server: string, path: string, number: number) => `${server}\n${path}\n${number}`;
  const publish = ({ server, path }: RepoPlace, number: number) =>
    bus.publish({ type: 'build-changed', server, path, number });

  /** A path can pass to another repository; its builds have the same numbers and are none of ours. */
  function get(place: RepoPlace, number: number): LiveBuild | undefined {
    const found = builds.get(keyOf(place.server, place.path, number));
    return found && isSamePlace(found.place, place) ? found : undefined;
  }

  function write(task: () => Promise<unknown>): void {
    writing = writing.then(task).catch((error: unknown) => deps.onError?.(error));
  }

  function keep(place: RepoPlace, build: Build, told: Build | null): LiveBuild {
    const detailed = told !== null;
    const key = keyOf(place.server, place.path, build.number);
    const before = get(place, build.number);
    const now = clock.now();
    const changed = !before || differs(before.build, build);
    const live: LiveBuild = {
      place,
      build,
      detailed: detailed || (before?.detailed && before.build.createdAt === build.createdAt) || false,
      askedAt: detailed ? now : (before?.askedAt ?? 0),
      told: told ?? before?.told ?? null,
      changedAt: changed ? now : before.changedAt,
      endedAt: isFinished(build.status) ? (before?.endedAt ?? now) : null,
    };
    builds.set(key, live);
    if (changed) {
      noteRunners(place.server, build);
      notePeaks(place.server);
      write(() => index.note(place, [headOf(build)]));
      publish(place, build.number);
      sweep();
    }
    return live;
  }

  function sweep(): void {
    const now = clock.now();
    const ended = [...builds].filter(([, live]) => isFinished(live.build.status));
    const tooMany = ended.length - MOST_ENDED;
    ended.sort(([, a], [, b]) => a.changedAt - b.changedAt);
    ended.forEach(([key, live], at) => {
      if (at < tooMany || now - live.changedAt > KEEP_ENDED) builds.delete(key);
    });
  }

  function notePeaks(server: string): void {
    const now = new Map<string, number>();
    for (const live of builds.values()) {
      if (live.place.server !== server || isFinished(live.build.status)) continue;
      for (const { status, runner } of live.build.stages) {
        if (status === 'running' && runner !== null) now.set(runner, (now.get(runner) ?? 0) + 1);
      }
    }
    const most = peaks.get(server) ?? new Map<string, number>();
    for (const [runner, count] of now) most.set(runner, Math.max(count, most.get(runner) ?? 0));
    peaks.set(server, most);
  }

  function noteRunners(server: string, build: Build): void {
    for (const stage of build.stages) {
      if (stage.runner === null || stage.startedAt === null) continue;
      const sight = {
        runner: stage.runner,
        type: stage.type,
        os: stage.platform?.os ?? '',
        arch: stage.platform?.arch ?? '',
        labels: labelsKey(stage.labels),
        lastTakenAt: stage.startedAt,
      };
      const key = [server, sight.runner, sight.type, sight.os, sight.arch, sight.labels].join('\n');
      if ((runnersSeen.get(key) ?? 0) >= sight.lastTakenAt) continue;
      runnersSeen.set(key, sight.lastTakenAt);
      write(() => deps.store.builds.noteRunner(server, sight));
    }
  }

  function tellHead(place: RepoPlace, head: BuildHead): BuildHead {
    const before = get(place, head.number);
    if (before) return headOf(keep(place, applyHead(before.build, head), null).build);
    return isFinished(head.status) ? head : headOf(keep(place, { ...head, stages: [] }, null).build);
  }

  const of = (server: string, path: string | undefined): LiveBuild[] =>
    [...builds.values()].filter(
      ({ place }) => place.server === server && (path === undefined || place.path === path),
    );

  return {
    get,
    find: (server, path, number) => builds.get(keyOf(server, path, number)),
    open: (server, path) => of(server, path).filter(({ build }) => !isFinished(build.status)),
    unsettled: (server, path) =>
      of(server, path).filter(
        (live) => isUnsettled(live) && clock.now() - (live.endedAt ?? 0) < PARTS_END_WITHIN,
      ),
    known: (place) => [...builds.values()].filter((live) => isSamePlace(live.place, place)),
    tell(place, snapshot) {
      const before = get(place, snapshot.number);
      if (before?.told === snapshot) {
        // Merged already, and merging it again changes nothing.
        before.askedAt = clock.now();
        return before;
      }
      return keep(place, mergeBuild(before?.build ?? snapshot, snapshot), snapshot);
    },
    tellHead,
    async tellPage(place, heads, ends) {
      const merged = heads.map((head) => tellHead(place, head));
      const newest = await index.newest(place.server, place.forgeRepoId);
      const news = await index.takePage(place, merged, ends);
      // What came and went between two looks was in nobody's memory and is told now; old history being filled is not.
      for (const { head, before } of news) {
        if (get(place, head.number)) continue;
        if (before !== null || (newest !== null && head.number > newest)) publish(place, head.number);
      }
    },
    forget(place, number) {
      if (get(place, number) && builds.delete(keyOf(place.server, place.path, number)))
        publish(place, number);
    },
    mostAtOnce: (server) => peaks.get(server) ?? new Map(),
    noteRunners,
    settled: async () => {
      await writing;
    },
  };
}

/** Its end was told and not its parts'. What is held stays held in a build that was declined: that is settled. */
export const isUnsettled = ({ build }: LiveBuild): boolean =>
  isFinished(build.status) && build.stages.some((stage) => [stage, ...stage.steps].some(isAtWork));

const isAtWork = ({ status }: { status: Status }): boolean => status === 'running' || status === 'waiting';

const isSamePlace = (a: RepoPlace, b: RepoPlace): boolean =>
  a.server === b.server && a.path === b.path && a.forgeRepoId === b.forgeRepoId;
