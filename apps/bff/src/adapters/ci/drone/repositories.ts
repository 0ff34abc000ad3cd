import { isFailure } from '../../../domain/failure.ts';
import type { RepositoryCalls } from '../../../ports/ci-server.ts';
import { type Caller, inRepo, orAbsent } from '../caller.ts';
import { routes } from './routes.ts';
import { changeOf, personOf, repositoryOf, settingsOf } from './translate.ts';
import {
  collaboratorListWire,
  type RepositoryWire,
  repositoryListWire,
  repositoryWire,
  userWire,
} from './wire.ts';

/** Unordered on the server (no ORDER BY in 2.25.0), so pages may overlap or skip: as few of them as possible. */
const allPageSize = 5_000;

const tookTooLong = (error: unknown): boolean =>
  isFailure(error, 'outcome_uncertain') || isFailure(error, 'ci_timeout');

export function repositoryCalls(caller: Caller): RepositoryCalls {
  return {
    me: async () => personOf(await caller.json(userWire, { route: routes.me })),

    repositories: async () => {
      const query = { latest: true };
      const list = await caller.json(repositoryListWire, { route: routes.myRepositories, query });
      return list.map(repositoryOf);
    },

    allRepositories: async () => {
      const seen = new Map<string, RepositoryWire>();
      for (let page = 1; page <= 20; page += 1) {
        const query = { page, per_page: allPageSize };
        const list = await caller.json(repositoryListWire, { route: routes.allRepositories, query });
        for (const repository of list) seen.set(repository.slug, repository);
        if (list.length < allPageSize) break;
      }
      return [...seen.values()].map(repositoryOf);
    },

    repository: async (path) => {
      const wire = await orAbsent(() =>
        caller.json(repositoryWire, { route: routes.repository, params: inRepo(path) }),
      );
      // Asked for by its name, a repository tells rights of whoever has a row there (2.25.0): without, there is no role.
      return wire && { ...repositoryOf(wire), permission: repositoryOf(wire).permission ?? 'none' };
    },

    // In the background it fails without a word (2.25.0: `synced` is set all the same, when the forge refuses the
    // account too). So the server is asked to answer at its end, which is 500 then; only who takes longer than a call
    // may is read in the background, and `syncing` says when that is over.
    sync: async () => {
      try {
        await caller.nothing({ route: routes.sync, query: { async: false }, class: 'slow' });
      } catch (error) {
        if (!tookTooLong(error)) throw error;
        await caller.nothing({ route: routes.sync, query: { async: true }, class: 'slow' });
      }
    },

    // The replies are repositories without `permissions`: whoever wants one asks for it.
    activate: async (path) => caller.nothing({ route: routes.enable, params: inRepo(path), class: 'slow' }),
    deactivate: async (path) => caller.nothing({ route: routes.disable, params: inRepo(path) }),
    repair: async (path) => caller.nothing({ route: routes.repair, params: inRepo(path), class: 'slow' }),
    takeOwnership: async (path) => caller.nothing({ route: routes.chown, params: inRepo(path) }),

    changeSettings: async (path, change) => {
      const request = { route: routes.change, params: inRepo(path), body: changeOf(change) };
      return settingsOf(await caller.json(repositoryWire, request));
    },

    // As the server last read them from the forge; its own administrators, who may approve too, are not among them.
    admins: async (path) => {
      const request = { route: routes.collaborators, params: inRepo(path) };
      const people = await caller.json(collaboratorListWire, request);
      return people.filter((person) => person.admin).map((person) => person.login);
    },
  };
}
