import { createHash } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import type { BuildHead } from '@flightdeck/api-client/model';
import { headOf } from '../domain/merge-build.ts';
import type { BuildChange, BuildListener, BuildWatch } from '../live/build-watch.ts';
import type { Bus } from '../ports/bus.ts';
import type { BuildFacts } from './build-facts.ts';
import type { Connections } from './connections.ts';
import type { Caller, GatedRepo } from './context.ts';
import { isUnsettled } from './live-builds.ts';
import type { RepoWatches } from './repo-watch.ts';
import { type ServerWatchDeps, watchServer } from './server-watch.ts';
import type { Standings } from './standings.ts';

export interface Watcher extends BuildWatch {
  start(): void;
  stop(): Promise<void>;
}

export interface WatcherDeps extends Omit<ServerWatchDeps, 'connection'> {
  connections: Connections;
  bus: Bus;
  watches: RepoWatches;
  facts: BuildFacts;
  standings: Standings;
}

/** A step's end and the next one's start come some milliseconds apart: they are told together. */
const GATHER = 40;
/** Reasons to wait and silence change with time alone. */
const REMIND = 15_000;

/** Who listens: each hears of a build at most once per change, and only when it differs from what was told last. */
interface Listening {
  concerns(server: string, path: string, number: number): boolean;
  make(server: string, path: string, number: number): Promise<BuildChange | null>;
  listener: BuildListener;
  told: Map<string, string>;
}

const digestOf = (change: BuildChange): string =>
  createHash('sha1')
    .update(JSON.stringify(change, (name, value: unknown) => (name === 'asOf' ? undefined : value)))
    .digest('base64');

export function createWatcher(deps: WatcherDeps): Watcher {
  const { clock, live, index, facts } = deps;
  const stopping = new AbortController();
  // Every pause of every look listens to it.
  setMaxListeners(0, stopping.signal);
  const listening = new Set<Listening>();
  const gathering = new Set<string>();
  let running: Promise<unknown> = Promise.resolve();
  let unsubscribe = () => {};

  async function headNow(
    server: string,
    path: string,
    forgeRepoId: string,
    number: number,
  ): Promise<BuildHead | null> {
    const known = live.get({ server, path, forgeRepoId }, number);
    return known ? headOf(known.build) : index.get(server, forgeRepoId, number);
  }

  async function onChange(server: string, path: string, number: number): Promise<void> {
    await loadUnknown(server, path, number);
    await Promise.all(
      [...listening]
        .filter((one) => one.concerns(server, path, number))
        .map(async (one) => {
          const change = await one.make(server, path, number).catch((error: unknown) => {
            deps.onError(error);
            return null;
          });
          if (!change || !listening.has(one)) return;
          const key = `${server}\n${path}\n${number}`;
          const digest = digestOf(change);
          if (one.told.get(key) === digest) return;
          one.told.set(key, digest);
          one.listener(change);
        }),
    );
  }

  /**
   * Told by another part of the console that only knows the number, such as a promotion; or by a list, which tells that a
   * build has ended and nothing of its parts.
   */
  async function loadUnknown(server: string, path: string, number: number): Promise<void> {
    const known = live.find(server, path, number);
    if (known?.detailed && !(isUnsettled(known) && known.askedAt < (known.endedAt ?? 0))) return;
    const connection = deps.connections.get(server);
    const repository = deps.catalog.last(server)?.byPath.get(path);
    if (!connection || !repository) return;
    const place = { server, path, forgeRepoId: repository.forgeRepoId };
    if (!known && (await index.get(server, place.forgeRepoId, number))) return;
    await deps.reader.build(place, number, connection.service).catch(deps.onError);
  }

  function gather(server: string, path: string, number: number): void {
    const key = `${server}\n${path}\n${number}`;
    if (gathering.has(key) || stopping.signal.aborted) return;
    gathering.add(key);
    void clock
      .sleep(GATHER, stopping.signal)
      .then(() => {
        gathering.delete(key);
        return stopping.signal.aborted ? undefined : onChange(server, path, number);
      })
      .catch(deps.onError);
  }

  async function remind(): Promise<void> {
    while (!stopping.signal.aborted) {
      await clock.sleep(REMIND, stopping.signal);
      for (const server of deps.connections.keys()) {
        for (const { place, build } of live.open(server)) {
          if ([...listening].some((one) => one.concerns(server, place.path, build.number))) {
            gather(server, place.path, build.number);
          }
        }
      }
    }
  }

  function listen(one: Omit<Listening, 'told'>, release: () => void): () => void {
    const entry: Listening = { ...one, told: new Map() };
    listening.add(entry);
    return () => {
      if (listening.delete(entry)) release();
    };
  }

  const isIn = (repo: GatedRepo) => (server: string, path: string) =>
    server === repo.server.id && path === repo.path;

  return {
    start() {
      unsubscribe = deps.bus.subscribe((event) => {
        if (event.type === 'build-changed') gather(event.server, event.path, event.number);
      });
      running = Promise.all([
        remind(),
        ...[...deps.connections.values()].map((connection) =>
          watchServer({ ...deps, connection }, stopping.signal),
        ),
      ]);
    },
    async stop() {
      unsubscribe();
      stopping.abort();
      listening.clear();
      await Promise.all([running, deps.watches.stop()]);
    },
    watchRepository(repo, listener) {
      return listen(
        {
          concerns: isIn(repo),
          listener,
          async make(server, path, number) {
            const head = await headNow(server, path, repo.forgeRepoId, number);
            return head && { listed: await facts.listed(repo, head), view: null };
          },
        },
        deps.watches.enter(repo),
      );
    },
    watchBuild(repo, number, listener) {
      const here = isIn(repo);
      return listen(
        {
          concerns: (server, path, changed) => changed === number && here(server, path),
          listener,
          async make(server, path) {
            const place = { server, path, forgeRepoId: repo.forgeRepoId };
            const known = live.get(place, number);
            const build = known?.detailed
              ? known.build
              : await deps.reader.build(place, number, repo.speaker.client);
            return build && { listed: null, view: await facts.view(repo, build) };
          },
        },
        deps.watches.enter(repo),
      );
    },
    watchDeck(caller: Caller, listener) {
      return listen(
        {
          concerns: () => true,
          listener,
          async make(server, path, number) {
            const standing = await deps.standings.one(caller, server, path);
            const head = standing && (await headNow(server, path, standing.forgeRepoId, number));
            return head && { listed: await facts.listed(standing, head), view: null };
          },
        },
        () => {},
      );
    },
  };
}
