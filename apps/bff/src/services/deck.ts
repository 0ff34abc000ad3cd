import type { Deck, ListedBuild } from '@flightdeck/api-client/contract';
import { type BuildHead, isFailure, isFinished, type Promotion } from '@flightdeck/api-client/model';
import { Failure } from '../domain/failure.ts';
import { headOf } from '../domain/merge-build.ts';
import { isMine } from '../domain/mine.ts';
import { buildPermits } from '../domain/permits.ts';
import type { Clock } from '../ports/clock.ts';
import type { Forge } from '../ports/forge.ts';
import type { Store } from '../ports/store.ts';
import type { BuildFacts } from './build-facts.ts';
import type { BuildIndex } from './build-index.ts';
import type { BuildReader } from './build-reader.ts';
import type { Connections } from './connections.ts';
import type { Caller } from './context.ts';
import { reaches } from './identities.ts';
import { favouritesOf, partHealth } from './list-parts.ts';
import type { LiveBuilds } from './live-builds.ts';
import type { OwnLooks } from './own-looks.ts';
import type { RepoCatalog } from './repo-catalog.ts';
import { toRepository } from './repository-view.ts';
import type { HealthBook } from './server-health.ts';
import type { Listed, Standings } from './standings.ts';

/** The first page: what waits, runs, failed and happened lately in the person's repositories. */
export interface DeckService {
  /** `mine`: only builds the person wrote or started, and those waiting for their consent. */
  get(caller: Caller, whose?: 'all' | 'mine'): Promise<Deck>;
}

const LATELY = 7 * 24 * 3_600_000;
const MOST = 30;
const CAUSES_AT_ONCE = 12;

interface Entry {
  standing: Listed;
  build: BuildHead;
}

/** Waits for no CI server: index and watcher know. The gate is asked as for any list. */
export function createDeckService(deps: {
  connections: Connections;
  forges: ReadonlyMap<string, Forge>;
  store: Store;
  clock: Clock;
  standings: Standings;
  index: BuildIndex;
  live: LiveBuilds;
  reader: BuildReader;
  ownLooks: OwnLooks;
  catalog: RepoCatalog;
  facts: BuildFacts;
  health: HealthBook;
}): DeckService {
  const { clock, facts, health } = deps;

  async function buildsOf(standing: Listed): Promise<Entry[]> {
    const { server, path, forgeRepoId } = standing;
    const heads = new Map(
      (await deps.index.recent(server.id, forgeRepoId)).map((head) => [head.number, head]),
    );
    for (const { build } of deps.live.known({ server: server.id, path, forgeRepoId }))
      heads.set(build.number, headOf(build));
    return [...heads.values()].sort((a, b) => b.number - a.number).map((build) => ({ standing, build }));
  }

  /** What broke a build stands in its steps: those of the shown failures are fetched behind the page's back. */
  function learnCauses(failed: readonly Entry[]): void {
    const unknown = failed.filter(
      ({ standing: { server, path, forgeRepoId }, build }) =>
        !deps.live.get({ server: server.id, path, forgeRepoId }, build.number)?.detailed,
    );
    for (const { standing, build } of unknown.slice(0, CAUSES_AT_ONCE)) {
      const place = { server: standing.server.id, path: standing.path, forgeRepoId: standing.forgeRepoId };
      deps.ownLooks
        .clientFor(standing)
        .then((client) => client && deps.reader.build(place, build.number, client))
        .catch(() => {});
    }
  }

  /** Of a repository's builds those that are the person's own. */
  async function ownOf(entries: readonly Entry[]): Promise<Entry[]> {
    const [first] = entries;
    if (!first) return [];
    const { caller, server, forgeRepoId, account } = first.standing;
    const logins = [caller.person.login, account?.login ?? ''].filter(Boolean);
    const known = new Set(logins.map((login) => login.toLowerCase()));
    const starters = await deps.store.audit.starters(
      { server: server.id, forgeRepoId },
      entries.map(({ build }) => build.number),
    );
    return entries.filter(({ build }) => isMine(build, known, starters.get(build.number)));
  }

  /** Of everybody, in the repositories of this list only: its gate has passed them. */
  async function openPromotions(shown: readonly Listed[]): Promise<Promotion[]> {
    const paths = new Map(shown.map((one) => [`${one.server.id}\n${one.forgeRepoId}`, one.path]));
    const open = await deps.store.intents.openPromotions();
    return open.flatMap(({ promotion: { forgeRepoId, ...promotion } }) => {
      const path = paths.get(`${promotion.server}\n${forgeRepoId}`);
      return path === undefined ? [] : [{ ...promotion, path }];
    });
  }

  async function get(caller: Caller, whose: 'all' | 'mine' = 'all'): Promise<Deck> {
    const stars = await favouritesOf(deps.store, caller);
    const { items: shown, forges } = await deps.standings.of(caller, (server, path) =>
      stars.has(`${server}\n${path}`),
    );
    deps.ownLooks.look(shown);
    const isStarred = (one: Listed) => stars.has(`${one.server.id}\n${one.path}`);
    const perRepo = await Promise.all(shown.filter((one) => one.onServer !== null).map(buildsOf));
    const chosen = whose === 'all' ? perRepo : await Promise.all(perRepo.map(ownOf));
    const all = chosen.flat();
    const own = new Set(all);
    const newest = (a: Entry, b: Entry) => b.build.createdAt - a.build.createdAt;
    const forMe = ({ standing, build }: Entry) =>
      build.status === 'approval' && buildPermits(facts.permitFacts(standing), build).approve === null;
    const turn = (entry: Entry) => (forMe(entry) ? 0 : entry.build.status === 'approval' ? 1 : 2);
    const waiting = perRepo
      .flat()
      .filter((entry) => entry.build.status === 'approval' || entry.build.status === 'waiting')
      .filter((entry) => own.has(entry) || forMe(entry))
      .sort((a, b) => turn(a) - turn(b) || newest(a, b));
    const running = all.filter(({ build }) => build.status === 'running').sort(newest);
    const failed = perRepo
      .flatMap(stillBroken)
      .filter((entry) => own.has(entry) && clock.now() - entry.build.createdAt <= LATELY)
      .sort(newest);
    learnCauses(failed);
    const told = (entries: Entry[], most = MOST): Promise<ListedBuild[]> =>
      Promise.all(entries.slice(0, most).map(({ standing, build }) => facts.listed(standing, build)));
    const servers = [...deps.connections.values()]
      .filter(({ server }) => reaches(caller, server))
      .map(({ server }) => server.id);
    const favourites = await Promise.all(
      shown.filter(isStarred).map(async (one) => {
        const recent = await deps.index.recent(one.server.id, one.forgeRepoId);
        const forge = deps.forges.get(one.caller.person.forge);
        if (!forge) throw new Failure('internal', 'The repository’s forge is no longer configured.');
        return toRepository(one, forge, { favourite: true, lastBuild: recent[0] ?? null });
      }),
    );
    return {
      waiting: await told(waiting, 100),
      running: await told(running, 100),
      failed: await told(failed),
      recent: await told([...all].sort(newest)),
      favourites: favourites.sort((a, b) => a.path.localeCompare(b.path)),
      promotions: await openPromotions(shown),
      servers: servers.map((id) => health.of(id)),
      forges: forges.map((part) => partHealth(health, part)),
      asOf: Math.min(clock.now(), ...servers.map((id) => deps.catalog.last(id)?.asOf ?? clock.now())),
    };
  }

  return { get };
}

/** Of each line of work (branch, tag, pull request, environment) its newest ended build, if that one failed. */
function stillBroken(newestFirst: readonly Entry[]): Entry[] {
  const last = new Map<string, Entry>();
  for (const entry of newestFirst) {
    const { build } = entry;
    if (!isFinished(build.status) || build.status === 'skipped' || build.status === 'cancelled') continue;
    const key = `${build.environment ?? ''}\n${build.pullRequest ?? ''}\n${build.tag ?? ''}\n${build.branch}`;
    if (!last.has(key)) last.set(key, entry);
  }
  return [...last.values()].filter(({ build }) => isFailure(build.status));
}
