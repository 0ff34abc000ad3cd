import { Failure, isFailure } from '../../../domain/failure.ts';
import type { CiRepository, RepositoryCalls } from '../../../ports/ci-server.ts';
import { type Caller, inRepo, orAbsent } from '../caller.ts';
import { routes } from './routes.ts';
import { headOf } from './translate.ts';
import { changeOf, type Identify, type IsOwn, repositoryOf, settingsOf } from './translate-repository.ts';
import { feedWire, type RepositoryWire, repositoryListWire, repositoryWire, userWire } from './wire.ts';

export function repositoryCalls(caller: Caller, identify: Identify, isOwn: IsOwn): RepositoryCalls {
  async function withLastBuilds(list: readonly RepositoryWire[]): Promise<CiRepository[]> {
    // Of active repositories alone, each with its newest build.
    const feed = list.some((one) => one.active)
      ? await caller.json(feedWire, { route: routes.feed, query: { latest: true } })
      : [];
    const newest = new Map(
      feed
        .filter((item) => item.number > 0)
        .map((item) => [item.full_name, headOf(item)] as const)
        .filter(([path, head]) => isOwn(path, head)),
    );
    return list.map((wire) => repositoryOf(wire, identify, newest.get(wire.full_name) ?? null));
  }

  return {
    me: async () => {
      const { login, admin } = await caller.json(userWire, { route: routes.me });
      // A sync is over when its answer comes.
      return { login, administrator: admin, machine: false, syncing: false };
    },

    repositories: async () => {
      const request = { route: routes.myRepositories, query: { all: true } };
      return withLastBuilds(await caller.json(repositoryListWire, request));
    },

    // To everybody the server lists what that person has a role in, to administrators too.
    allRepositories: async () => {
      throw new Failure('forbidden', 'This server has no list of all its repositories.', {
        instance: caller.instance,
      });
    },

    repository: async (path) => {
      const wire = await orAbsent(() =>
        caller.json(repositoryWire, { route: routes.repository, params: inRepo(path) }),
      );
      return wire && repositoryOf(wire, identify, null);
    },

    // Answers the list as well when the forge refused, which it then simply has of before (source).
    sync: async () => {
      const request = { route: routes.myRepositories, query: { all: true, flush: true } };
      await caller.json(repositoryListWire, { ...request, class: 'slow', retries: 0 });
    },

    activate: async (path) => {
      try {
        await caller.nothing({ route: routes.enable, params: inRepo(path), class: 'slow' });
      } catch (error) {
        if (!isFailure(error, 'conflict')) throw error;
      }
    },
    deactivate: async (path) =>
      caller.nothing({ route: routes.disable, params: inRepo(path), class: 'slow' }),
    repair: async (path) => caller.nothing({ route: routes.repair, params: inRepo(path), class: 'slow' }),
    takeOwnership: async (path) => caller.nothing({ route: routes.chown, params: inRepo(path) }),

    changeSettings: async (path, change) => {
      const request = { route: routes.change, params: inRepo(path), body: changeOf(change) };
      return settingsOf(await caller.json(repositoryWire, request));
    },

    admins: async () => null,
  };
}
