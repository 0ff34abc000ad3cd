import { Failure, isFailure } from '../../../domain/failure.ts';
import type { CiRepository, RepositoryCalls } from '../../../ports/ci-server.ts';
import { type Caller, orAbsent } from '../caller.ts';
import { everyPage } from '../pages.ts';
import type { RepoIds } from './repo-ids.ts';
import { routes } from './routes.ts';
import { headOf } from './translate.ts';
import { changeOf, repositoryOf, settingsOf } from './translate-repository.ts';
import {
  feedWire,
  permissionsWire,
  type RepositoryWire,
  repositoryListWire,
  repositoryWire,
  userWire,
} from './wire.ts';

/** The server's own limit; it makes the same of everything above (3.17.0). */
export const pageSize = 50;
const mostPages = 400;

export function repositoryCalls(caller: Caller, ids: RepoIds, hasRefresh: () => boolean): RepositoryCalls {
  const inRepo = (
    path: string,
    route: (typeof routes)[keyof typeof routes],
    more: { class?: 'slow'; body?: unknown } = {},
  ) => ids.with(caller, path, (id) => caller.nothing({ route, params: { id }, ...more }));

  /** Only active ones that the token may push to: the server tells nobody what they may merely read (3.17.0). */
  async function mine(): Promise<RepositoryWire[]> {
    const list = await caller.json(repositoryListWire, { route: routes.myRepositories });
    ids.note(list);
    return list;
  }

  /** Newest build of each repository of one's own, by the server's id; older servers do not send it with the list. */
  async function newest(): Promise<Map<number, CiRepository['lastBuild']>> {
    const feed = await caller.json(feedWire, { route: routes.latest, query: { latest: true } });
    return new Map(feed.map((wire) => [wire.repo_id, headOf(wire)]));
  }

  async function withNewest(list: RepositoryWire[]): Promise<CiRepository[]> {
    const isKnown = (one: RepositoryWire) => !one.active || Boolean(one.last_pipeline);
    const heads = list.every(isKnown) ? null : await newest().catch(() => null);
    return list.map((wire) => {
      const repository = repositoryOf(wire);
      const lastBuild = repository.lastBuild ?? heads?.get(wire.id) ?? null;
      return { ...repository, lastBuild, counter: lastBuild?.number ?? null };
    });
  }

  async function seen(path: string): Promise<CiRepository | null> {
    const wire = await ids.look(caller, path);
    if (!wire) return null;
    // Answered to everybody; all false for who has no right that the server keeps.
    const rights = await orAbsent(() =>
      caller.json(permissionsWire, { route: routes.permissions, params: { id: wire.id } }),
    );
    return { ...repositoryOf(wire), permission: rights && permissionOf(rights) };
  }

  return {
    me: async () => {
      const { login, admin } = await caller.json(userWire, { route: routes.me });
      return { login, administrator: admin, machine: false, syncing: false };
    },

    repositories: async () => withNewest(await mine()),

    allRepositories: async () => {
      const all = await everyRepository(caller, ids);
      // The whole list names no builds; one's own does.
      const own = new Map((await mine()).map((one) => [one.full_name, one.last_pipeline]));
      return withNewest(all.map((one) => ({ ...one, last_pipeline: own.get(one.full_name) ?? null })));
    },

    repository: seen,

    // Rights are kept for an hour: this reads the token owner's anew.
    sync: async () => {
      if (!hasRefresh()) {
        const message = 'This server reads rights anew when its owner signs in there, not on demand.';
        throw new Failure('not_supported', message, { instance: caller.instance });
      }
      await caller.nothing({ route: routes.refresh, class: 'slow' });
    },

    activate: async (path, forgeRepoId) => {
      try {
        const query = { forge_remote_id: forgeRepoId };
        await caller.nothing({ route: routes.enable, query, class: 'slow' });
      } catch (error) {
        const isActive = isFailure(error, 'conflict') && /already active/i.test(error.facts.raw ?? '');
        // Said to everybody, before rights are looked at (3.17.0).
        if (!isActive) throw error;
        if ((await seen(path))?.permission !== 'admin') {
          throw new Failure('forbidden', 'Only its administrators activate a repository.', error.facts);
        }
      }
      ids.forget(path);
    },
    // Without `remove` the server keeps everything.
    deactivate: (path) => inRepo(path, routes.disable),
    repair: (path) => inRepo(path, routes.repair, { class: 'slow' }),
    takeOwnership: (path) => inRepo(path, routes.chown, { class: 'slow' }),

    changeSettings: async (path, change) => {
      const before = await ids.look(caller, path);
      if (!before) throw new Failure('not_found', 'No such repository.', { instance: caller.instance });
      const request = { route: routes.change, params: { id: before.id }, body: changeOf(change, before) };
      return settingsOf(await caller.json(repositoryWire, request));
    },

    admins: async () => null,
  };
}

/** Of the whole server; administrators only. */
export async function everyRepository(caller: Caller, ids: RepoIds): Promise<RepositoryWire[]> {
  const list = await everyPage({ size: pageSize, most: mostPages }, (page) =>
    caller.json(repositoryListWire, { route: routes.allRepositories, query: { page, perPage: pageSize } }),
  );
  const all = [...new Map(list.map((one) => [one.full_name, one])).values()];
  ids.note(all);
  return all;
}

function permissionOf(rights: { pull: boolean; push: boolean; admin: boolean }): CiRepository['permission'] {
  if (rights.admin) return 'admin';
  if (rights.push) return 'write';
  return rights.pull ? 'read' : 'none';
}
