import { Failure, isFailure } from '../../domain/failure.ts';
import type { CiRegistries } from '../../ports/ci-server.ts';
import type { Route, UpstreamRequest } from '../upstream/types.ts';
import type { Caller } from './caller.ts';
import { registryListWire } from './wire-parts.ts';

const usable = /^(?!\.{1,2}$)[A-Za-z0-9_.-]+$/;

/** Servers take any name (`a/b` too: 0.8.10); steps name theirs as a variable, and an address has to name it. */
export function refuseUnusable(name: string): void {
  if (usable.test(name)) return;
  throw new Failure('invalid', 'No secret can have that name.', { fields: { name: 'refused' } });
}

/** A secret without an event would be one for every event. */
export const forPullRequestsOnly = (instance: string): Failure =>
  new Failure('invalid', 'This secret is for pull requests only: there would be no event left.', {
    instance,
    fields: { pullRequests: 'only event' },
  });

export interface RegistrySide {
  caller: Caller;
  routes: { registries: Route; addRegistry: Route; changeRegistry: Route; removeRegistry: Route };
  /** Runs a call with what names the repository in an address. */
  within<T>(path: string, call: (repository: Record<string, string | number>) => Promise<T>): Promise<T>;
  /** Asks for the list; where it comes in pages, for all of them. */
  all<T>(ask: (query: NonNullable<UpstreamRequest['query']>) => Promise<T[]>): Promise<T[]>;
}

/**
 * Registry credentials of a server that has a list of them. Its replies to changes repeat what was sent, not what it holds:
 * they are not read (Drone 0.8.10, Woodpecker 3.17.0).
 */
export function registryCalls({ caller, routes, within, all }: RegistrySide): CiRegistries {
  return {
    list: (path) =>
      within(path, async (params) => {
        const list = await all((query) =>
          caller.json(registryListWire, { route: routes.registries, params, query }),
        );
        return list.map(({ address, username }) => ({ host: address, username }));
      }),

    put: (path, { host, username, password }) =>
      within(path, async (repository) => {
        try {
          const params = { ...repository, host };
          await caller.nothing({ route: routes.changeRegistry, params, body: { username, password } });
        } catch (error) {
          if (!isFailure(error, 'not_found')) throw error;
          const body = { address: host, username, password };
          await caller.nothing({ route: routes.addRegistry, params: repository, body });
        }
      }),

    remove: (path, host) =>
      within(path, (repository) =>
        caller.nothing({ route: routes.removeRegistry, params: { ...repository, host } }),
      ),
  };
}
