import type { ActivationReport, RepositoryList } from '@flightdeck/api-client/contract';
import type {
  BuildHead,
  Repository,
  RepositoryDetail,
  Settings,
  SettingsView,
} from '@flightdeck/api-client/model';
import { Failure } from '../domain/failure.ts';
import { repositoryPermits } from '../domain/permits.ts';
import type { Bus } from '../ports/bus.ts';
import type { Clock } from '../ports/clock.ts';
import type { Forge, ForgeBranch, ForgeRepository } from '../ports/forge.ts';
import type { PersonKey, Store } from '../ports/store.ts';
import { createActivation } from './activation.ts';
import type { Audit, AuditFacts } from './audit.ts';
import type { BuildFacts } from './build-facts.ts';
import type { BuildIndex } from './build-index.ts';
import { refusal } from './build-refusals.ts';
import type { Connections } from './connections.ts';
import type { Caller, Gate, GatedRepo } from './context.ts';
import { asEach, reaches } from './identities.ts';
import { favouritesOf, partHealth } from './list-parts.ts';
import type { RepoCatalog } from './repo-catalog.ts';
import { createRepositorySettings } from './repository-settings.ts';
import { toDetail, toRepository } from './repository-view.ts';
import type { HealthBook } from './server-health.ts';
import type { Listed, Standings } from './standings.ts';

export interface RepositoryQuery {
  q?: string | undefined;
  server?: string | undefined;
  show: 'all' | 'active' | 'inactive' | 'favourites';
  sort: 'activity' | 'name';
  from: number;
  limit: number;
}

export interface RepositoriesService {
  list(caller: Caller, query: RepositoryQuery): Promise<RepositoryList>;
  /** Public repositories of others on the forge. */
  search(caller: Caller, text: string): Promise<Repository[]>;
  get(repo: GatedRepo): Promise<RepositoryDetail>;
  setFavourite(repo: GatedRepo, on: boolean): Promise<void>;
  branches(repo: GatedRepo): Promise<ForgeBranch[]>;
  /** Does what is needed until it is active and reports each step; fails with a report, not by throwing. */
  activate(repo: GatedRepo): Promise<ActivationReport>;
  deactivate(repo: GatedRepo): Promise<RepositoryDetail>;
  repair(repo: GatedRepo): Promise<RepositoryDetail>;
  takeOwnership(repo: GatedRepo): Promise<RepositoryDetail>;
  settings(repo: GatedRepo): Promise<SettingsView>;
  /** Sends the given fields alone; `changed_meanwhile` when the server kept something else. */
  changeSettings(repo: GatedRepo, change: Partial<Settings>): Promise<SettingsView>;
}

export interface RepositoriesDeps {
  connections: Connections;
  forges: ReadonlyMap<string, Forge>;
  gate: Gate;
  store: Store;
  bus: Bus;
  clock: Clock;
  audit: Audit;
  catalog: RepoCatalog;
  standings: Standings;
  index: BuildIndex;
  facts: BuildFacts;
  health: HealthBook;
}

export function createRepositoriesService(deps: RepositoriesDeps): RepositoriesService {
  const { store, clock, catalog, index, health } = deps;

  async function list(caller: Caller, query: RepositoryQuery): Promise<RepositoryList> {
    const [{ items, forges }, starred] = await Promise.all([
      deps.standings.of(caller),
      favouritesOf(store, caller),
    ]);
    const isStarred = (one: Listed) => starred.has(`${one.server.id}\n${one.path}`);
    const wanted = items.filter((one) => matches(one, query, isStarred(one)));
    const withBuild = await Promise.all(
      wanted.map(async (one) => ({ one, lastBuild: await lastBuildOf(one) })),
    );
    withBuild.sort((a, b) => {
      const activity = (b.lastBuild?.createdAt ?? 0) - (a.lastBuild?.createdAt ?? 0);
      const name = a.one.path.localeCompare(b.one.path) || a.one.server.id.localeCompare(b.one.server.id);
      return query.sort === 'activity' ? activity || name : name;
    });
    const page = withBuild.slice(query.from, query.from + query.limit);
    const next = query.from + page.length;
    const servers = serversOf(caller);
    return {
      items: page.map(({ one, lastBuild }) =>
        toRepository(one, forgeOf(one.caller), { favourite: isStarred(one), lastBuild }),
      ),
      total: wanted.length,
      nextFrom: next < wanted.length ? next : null,
      servers: servers.map((id) => health.of(id)),
      forges: forges.map((part) => partHealth(health, part)),
      asOf: Math.min(clock.now(), ...servers.map((id) => catalog.last(id)?.asOf ?? clock.now())),
    };
  }

  /** The index, or what the server's list said; the index is filled as soon as somebody opens the repository. */
  async function lastBuildOf(one: Listed): Promise<BuildHead | null> {
    if (one.onServer === null) return null;
    return (await index.recent(one.server.id, one.forgeRepoId))[0] ?? one.onServer.lastBuild;
  }

  /** On every forge of the person; of several, one that fails takes only its own part away. */
  async function search(caller: Caller, text: string): Promise<Repository[]> {
    const parts = await Promise.allSettled(asEach(caller).map((as) => searchOn(as, text)));
    const [first] = parts;
    if (first?.status === 'rejected' && parts.every((part) => part.status === 'rejected')) throw first.reason;
    return parts.flatMap((part) => (part.status === 'fulfilled' ? part.value : []));
  }

  async function searchOn(caller: Caller, text: string): Promise<Repository[]> {
    const forge = forgeOf(caller);
    const client = await deps.gate.forgeAs(caller);
    const [found, mine] = await Promise.all([
      health.during(forge.id, () => client.search(text)),
      deps.gate.mine(caller),
    ]);
    const others = found.filter((one) => !mine.has(one.id) && one.level !== 'none');
    const perServer = await Promise.all(
      serversOn(forge).map(async (id) => {
        const known = await catalog.lastOrLoad(id);
        return others.map((one) => ({ id, one, onServer: known?.byId.get(one.id) ?? null }));
      }),
    );
    return perServer.flat().flatMap(({ id, one, onServer }): Repository[] => {
      const server = deps.connections.get(id)?.server;
      // What the CI server holds private needs a role there, whatever the forge shows to everybody.
      if (!server || onServer?.visibility === 'private') return [];
      const listed: Listed = {
        caller,
        server,
        path: one.path,
        forgeRepoId: one.id,
        level: one.level,
        account: null,
        onServer,
        forgeClient: null,
        onForge: one,
      };
      return [{ ...toRepository(listed, forge, { favourite: false, lastBuild: null }), mine: false }];
    });
  }

  async function get(repo: GatedRepo): Promise<RepositoryDetail> {
    const [favourites, mine, recent] = await Promise.all([
      store.people.favourites(personOf(repo.caller)),
      deps.gate.mine(repo.caller).catch(() => new Map<string, ForgeRepository>()),
      index.recent(repo.server.id, repo.forgeRepoId),
    ]);
    return toDetail(repo, deps.facts, {
      favourite: favourites.some((one) => one.server === repo.server.id && one.path === repo.path),
      lastBuild: recent[0] ?? repo.onServer?.lastBuild ?? null,
      mine: mine.has(repo.forgeRepoId),
    });
  }

  /** The server was told something: lists and gates must not answer from before. */
  async function afterChange(repo: GatedRepo): Promise<RepositoryDetail> {
    const { server, path } = repo;
    catalog.expire(server.id);
    deps.gate.forget(personOf(repo.caller));
    deps.bus.publish({ type: 'repository-changed', server: server.id, path });
    return get({ ...repo, onServer: await repo.speaker.client.repository(path) });
  }

  const audited = <T>(repo: GatedRepo, action: string, facts: AuditFacts, act: () => Promise<T>) =>
    deps.audit.run(repo, action, facts, () => health.during(repo.server.id, act));

  const act =
    (
      name: 'deactivate' | 'repair' | 'takeOwnership',
      action: string,
    ): ((repo: GatedRepo) => Promise<RepositoryDetail>) =>
    async (repo) => {
      refusal(repositoryPermits(deps.facts.permitFacts(repo))[name], name);
      await audited(repo, action, { forgeRepoId: repo.forgeRepoId }, () =>
        repo.speaker.client[name](repo.path),
      );
      return afterChange(repo);
    };

  const serversOf = (caller: Caller): string[] =>
    [...deps.connections.values()]
      .filter(({ server }) => reaches(caller, server))
      .map(({ server }) => server.id);

  const serversOn = (forge: Forge): string[] =>
    [...deps.connections.values()]
      .filter(({ server }) => server.declaration.forge === forge.id)
      .map(({ server }) => server.id);

  function forgeOf(caller: Caller): Forge {
    const forge = deps.forges.get(caller.person.forge);
    if (!forge) throw new Failure('internal', 'The person’s forge is no longer configured.');
    return forge;
  }

  return {
    list,
    search,
    get,
    setFavourite: (repo, on) =>
      store.people.setFavourite(personOf(repo.caller), repo.server.id, repo.path, on),
    branches: async (repo) => {
      const all = await repo.forgeClient.branches(repo.path);
      const first = (branch: ForgeBranch) => (branch.name === repo.onForge.defaultBranch ? 0 : 1);
      return all.sort((a, b) => first(a) - first(b) || a.name.localeCompare(b.name));
    },
    activate: createActivation({ ...deps, afterChange }),
    deactivate: act('deactivate', 'repository.deactivate'),
    repair: act('repair', 'repository.repair'),
    takeOwnership: act('takeOwnership', 'repository.take-ownership'),
    ...createRepositorySettings({ ...deps, afterChange: async (repo) => void (await afterChange(repo)) }),
  };
}

const personOf = (caller: Caller): PersonKey => ({
  forge: caller.person.forge,
  forgeUserId: caller.person.forgeUserId,
});

function matches(one: Listed, query: RepositoryQuery, starred: boolean): boolean {
  if (query.server !== undefined && one.server.id !== query.server) return false;
  if (query.show === 'active' && !one.onServer?.active) return false;
  if (query.show === 'inactive' && one.onServer?.active) return false;
  if (query.show === 'favourites' && !starred) return false;
  const words = (query.q ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  const text = `${one.path} ${one.onForge?.description ?? ''}`.toLowerCase();
  return words.every((word) => text.includes(word));
}
