import { isFailure } from '../domain/failure.ts';
import type { CiClient } from '../ports/ci-server.ts';
import type { Clock } from '../ports/clock.ts';
import type { BuildReader } from './build-reader.ts';
import { type Connections, connectionOf, type RepoPlace } from './connections.ts';
import type { GatedRepo } from './context.ts';
import type { LifeSigns } from './life-signs.ts';
import type { LiveBuilds } from './live-builds.ts';
import { keepListening, repeat } from './repeat.ts';
import type { WatchIntervals } from './server-watch.ts';

/** One look per repository whatever the number of its viewers. */
export interface RepoWatches {
  /** Counts a viewer in; the returned function counts it out (once). */
  enter(repo: GatedRepo): () => void;
  /** Watched repositories, for metrics and tests. */
  size(): number;
  stop(): Promise<void>;
}

interface Watched {
  viewers: number;
  /** The newest viewer's way to the server, where the service account is not let in. */
  guest: CiClient;
  useGuest: boolean;
  ending: AbortController;
  /** Ends the grace when somebody comes back. */
  leaving: AbortController | null;
  done: Promise<unknown>;
}

const OPEN_PER_ROUND = 10;

export function createRepoWatches(deps: {
  connections: Connections;
  live: LiveBuilds;
  reader: BuildReader;
  signs: LifeSigns;
  clock: Clock;
  intervals: WatchIntervals;
  onError: (error: unknown) => void;
}): RepoWatches {
  const { clock, intervals, live, reader } = deps;
  const watched = new Map<string, Watched>();

  function begin(place: RepoPlace, guest: CiClient): Watched {
    const ending = new AbortController();
    const { service } = connectionOf(deps.connections, place.server);
    const watch: Watched = {
      viewers: 0,
      guest,
      useGuest: false,
      ending,
      leaving: null,
      done: Promise.resolve(),
    };
    const client = () => (watch.useGuest ? watch.guest : service);

    async function look(): Promise<void> {
      try {
        await reader.newest(place, client());
        const { server, path } = place;
        const open = [...live.open(server, path), ...live.unsettled(server, path)]
          .filter((one) => one.place.forgeRepoId === place.forgeRepoId)
          .sort((a, b) => a.askedAt - b.askedAt)
          .slice(0, OPEN_PER_ROUND)
          .filter(({ askedAt }) => clock.now() - askedAt >= intervals.watchedMs / 2);
        await Promise.all(open.map(({ build }) => reader.build(place, build.number, client())));
      } catch (error) {
        if (isFailure(error, 'not_found') || isFailure(error, 'forbidden')) watch.useGuest = !watch.useGuest;
        throw error;
      }
    }

    const pace = {
      clock,
      signal: ending.signal,
      ms: intervals.watchedMs,
      slowestMs: intervals.slowestMs / 2,
      onError: deps.onError,
    };
    watch.done = Promise.all([
      repeat(pace, look),
      keepListening({ ...pace, ms: 500 }, (signal) => client().events(place.path, signal), {
        opened: async () => {},
        heard: ({ forgeRepoId, build }) => {
          // The path passed to another repository.
          if (forgeRepoId !== place.forgeRepoId) return;
          deps.signs.seen(place, build.number, clock.now());
          live.tell(place, build);
        },
      }),
    ]);
    return watch;
  }

  function leave(key: string, watch: Watched): void {
    watch.viewers--;
    if (watch.viewers > 0) return;
    const leaving = new AbortController();
    watch.leaving = leaving;
    void clock.sleep(intervals.graceMs, leaving.signal).then(() => {
      if (leaving.signal.aborted || watch.viewers > 0) return;
      watched.delete(key);
      watch.ending.abort();
    });
  }

  return {
    enter(repo) {
      // With the path: a repository that was renamed is asked for under its new name, not under what another has by now.
      const key = `${repo.server.id}\n${repo.forgeRepoId}\n${repo.path}`;
      const place = { server: repo.server.id, path: repo.path, forgeRepoId: repo.forgeRepoId };
      const watch = watched.get(key) ?? begin(place, repo.speaker.client);
      watched.set(key, watch);
      watch.guest = repo.speaker.client;
      watch.leaving?.abort();
      watch.leaving = null;
      watch.viewers++;
      let left = false;
      return () => {
        if (left) return;
        left = true;
        leave(key, watch);
      };
    },
    size: () => watched.size,
    async stop() {
      const all = [...watched.values()];
      watched.clear();
      for (const watch of all) {
        watch.leaving?.abort();
        watch.ending.abort();
      }
      await Promise.all(all.map((watch) => watch.done));
    },
  };
}
