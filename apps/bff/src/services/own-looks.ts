import type { CiClient } from '../ports/ci-server.ts';
import type { Clock } from '../ports/clock.ts';
import type { BuildReader } from './build-reader.ts';
import { type Connections, connectionOf, type RepoPlace } from './connections.ts';
import type { Gate } from './context.ts';
import { createLimiter } from './limiter.ts';
import type { LiveBuilds } from './live-builds.ts';
import type { RepoCatalog } from './repo-catalog.ts';
import type { Listed } from './standings.ts';

/** How old may be, in ms, what was heard of a build that has not ended, and of a repository without a counter. */
const AGE = { open: 5_000, uncounted: 30_000 };
const AT_ONCE = 4;
const MOST_A_ROUND = 30;
const KEEP = 10_000;

/**
 * Builds of repositories that only a person's own account is told of: nobody watches those in the background, for the
 * service account (no administrator there) does not see them. What is found goes where everything is told, so it reaches
 * other people through their gate alone.
 */
export interface OwnLooks {
  /** Brings them up to date behind the caller's back; `shown` has passed the gate. One look at a time for each. */
  look(shown: readonly Listed[]): void;
  /** Who may ask for its builds: the service account, else the person's own; null: neither. */
  clientFor(one: Listed): Promise<CiClient | null>;
}

export function createOwnLooks(deps: {
  connections: Connections;
  gate: Pick<Gate, 'speaker'>;
  catalog: Pick<RepoCatalog, 'last'>;
  reader: Pick<BuildReader, 'build' | 'newest'>;
  live: Pick<LiveBuilds, 'open'>;
  clock: Clock;
}): OwnLooks {
  const { clock, reader } = deps;
  const seen = new Map<string, { at: number; counter: number | null }>();
  const looking = new Set<string>();
  const limited = createLimiter(AT_ONCE);

  /** Unknown before the first list of the server: then its watcher, which asks for that, comes first. */
  function isWatched({ server, forgeRepoId }: Listed): boolean {
    const catalog = deps.catalog.last(server.id);
    return catalog === null || catalog.whole || catalog.byId.has(forgeRepoId);
  }

  async function clientFor(one: Listed): Promise<CiClient | null> {
    if (isWatched(one)) return connectionOf(deps.connections, one.server.id).service;
    const speaker = await deps.gate.speaker(one.caller, one.server.id, { link: false });
    return speaker.as === 'account' ? speaker.client : null;
  }

  const openOf = (place: RepoPlace) =>
    deps.live
      .open(place.server, place.path)
      .filter((one) => one.place.forgeRepoId === place.forgeRepoId)
      .filter(({ askedAt }) => clock.now() - askedAt >= AGE.open);

  async function lookAt(one: Listed, key: string): Promise<void> {
    const counter = one.onServer?.counter ?? null;
    const place = { server: one.server.id, path: one.path, forgeRepoId: one.forgeRepoId };
    const last = seen.get(key);
    const isNews =
      !last || last.counter !== counter || (counter === null && clock.now() - last.at >= AGE.uncounted);
    const open = openOf(place);
    if (!isNews && open.length === 0) return;
    const client = await clientFor(one);
    if (!client) return;
    // One that the server fails to tell must not hide what is new.
    await Promise.allSettled(open.map(({ build }) => reader.build(place, build.number, client)));
    if (!isNews) return;
    await reader.newest(place, client);
    if (seen.size >= KEEP) seen.clear();
    seen.set(key, { at: clock.now(), counter });
  }

  return {
    clientFor,
    look(shown) {
      const newest = (one: Listed) => one.onServer?.lastBuild?.createdAt ?? 0;
      const due = shown
        .filter((one) => one.onServer?.active && !isWatched(one))
        .sort((a, b) => newest(b) - newest(a));
      for (const one of due.slice(0, MOST_A_ROUND)) {
        const key = `${one.server.id}\n${one.forgeRepoId}`;
        if (looking.has(key)) continue;
        looking.add(key);
        // A server that does not answer shows in its health; the next look comes with the next page.
        void limited(() => lookAt(one, key))
          .catch(() => {})
          .finally(() => looking.delete(key));
      }
    },
  };
}
