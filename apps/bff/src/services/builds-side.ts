import type { Bus } from '../ports/bus.ts';
import type { Clock } from '../ports/clock.ts';
import type { Forge } from '../ports/forge.ts';
import type { Store } from '../ports/store.ts';
import { createApprovers } from './approvers.ts';
import type { Audit } from './audit.ts';
import { type BuildFacts, createBuildFacts } from './build-facts.ts';
import { type BuildIndex, createBuildIndex } from './build-index.ts';
import { type BuildReader, createBuildReader } from './build-reader.ts';
import { type BuildsService, createBuildsService } from './builds.ts';
import type { Connections } from './connections.ts';
import type { Gate } from './context.ts';
import { createDeckService, type DeckService } from './deck.ts';
import { createFleets } from './fleets.ts';
import { createLifeSigns, type LastRecordAt } from './life-signs.ts';
import { createLiveBuilds, type LiveBuilds } from './live-builds.ts';
import { createOwnLooks } from './own-looks.ts';
import { createRepoCatalog, type RepoCatalog } from './repo-catalog.ts';
import { createRepoWatches, type RepoWatches } from './repo-watch.ts';
import { createRepositoriesService, type RepositoriesService } from './repositories.ts';
import type { RepositoryNames } from './repository-names.ts';
import { createHealthBook, type HealthBook } from './server-health.ts';
import { defaultIntervals, type WatchIntervals } from './server-watch.ts';
import { createStandings } from './standings.ts';
import { createStarts } from './starts.ts';
import { createWatcher, type Watcher } from './watcher.ts';

export interface BuildsSide {
  builds: BuildsService;
  repositories: RepositoriesService;
  deck: DeckService;
  /** Implements `live/build-watch.ts`; `start()` once everything stands, `stop()` at shutdown. */
  watcher: Watcher;
  /** How many repositories are open in browsers, for metrics. */
  watches: Pick<RepoWatches, 'size'>;
  index: BuildIndex;
  catalog: RepoCatalog;
  live: LiveBuilds;
  reader: BuildReader;
  facts: BuildFacts;
  health: HealthBook;
  /** Ends background work and waits for what is being written. */
  stop(): Promise<void>;
}

export interface BuildsSideDeps {
  connections: Connections;
  forges: ReadonlyMap<string, Forge>;
  store: Store;
  gate: Gate;
  bus: Bus;
  clock: Clock;
  audit: Audit;
  /** A running step without a sign of life for longer is said to be silent. Default 5 min. */
  silentAfterMs?: number;
  intervals?: Partial<WatchIntervals>;
  /** From the log hub, where it reads that step. */
  lastRecordAt?: LastRecordAt;
  /** Paths a forge has named to anybody here. */
  names?: Pick<RepositoryNames, 'paths' | 'idOf'>;
  /** Errors of background work: for the log. */
  onError?: (error: unknown) => void;
}

/** Everything about builds and repositories, put together. */
export function createBuildsSide(deps: BuildsSideDeps): BuildsSide {
  const { connections, forges, store, gate, bus, clock, audit } = deps;
  const onError = deps.onError ?? (() => {});
  const intervals = { ...defaultIntervals, ...deps.intervals };
  const health = createHealthBook(clock);
  const catalog = createRepoCatalog({
    ...{ connections, clock, health },
    ...(deps.names ? { names: deps.names } : {}),
  });
  const index = createBuildIndex({
    ...{ store, clock },
    resolve: (place, heads, client) => reader.resolve(place, heads, client),
  });
  const live = createLiveBuilds({ bus, clock, index, store, onError });
  const reader: BuildReader = createBuildReader({ live, index, health, clock, catalog });
  const signs = createLifeSigns({
    connections,
    clock,
    silentAfterMs: deps.silentAfterMs ?? 5 * 60_000,
    ...(deps.lastRecordAt ? { lastRecordAt: deps.lastRecordAt } : {}),
    onLooked: ({ server, path }, number) => bus.publish({ type: 'build-changed', server, path, number }),
  });
  const approvers = createApprovers(clock);
  const fleets = createFleets({ connections, clock });
  const watchedSince = clock.now();
  const facts = createBuildFacts({
    ...{
      connections,
      gate,
      store,
      clock,
      live,
      index,
      catalog,
      approvers,
      signs,
      fleets,
      health,
      watchedSince,
    },
  });
  const standings = createStandings({ connections, gate, store, catalog, health, clock });
  const starts = createStarts({ store, clock, audit, live, index });
  const watches = createRepoWatches({ connections, live, reader, signs, clock, intervals, onError });
  const watcher = createWatcher({
    ...{
      connections,
      bus,
      store,
      watches,
      facts,
      standings,
      live,
      index,
      reader,
      catalog,
      health,
      signs,
      clock,
    },
    intervals,
    onError,
  });
  return {
    builds: createBuildsService({ clock, audit, live, index, facts, starts, reader }),
    repositories: createRepositoriesService({
      ...{ connections, forges, gate, store, bus, clock, audit, catalog, standings, index, facts, health },
    }),
    deck: createDeckService({
      ...{ connections, forges, store, clock, standings, index, live, reader, catalog, facts, health },
      ownLooks: createOwnLooks({ connections, gate, catalog, reader, live, clock }),
    }),
    watcher,
    watches,
    index,
    catalog,
    live,
    reader,
    facts,
    health,
    async stop() {
      index.stop();
      await watcher.stop();
      await index.idle();
      await live.settled();
    },
  };
}
