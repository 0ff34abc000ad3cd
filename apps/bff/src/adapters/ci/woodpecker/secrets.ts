import { Failure, isFailure } from '../../../domain/failure.ts';
import type { CiRegistries, SecretCalls } from '../../../ports/ci-server.ts';
import type { Caller } from '../caller.ts';
import type { RepoIds } from './repo-ids.ts';
import { routes } from './routes.ts';
import { registryListWire, secretListWire, secretWire } from './wire.ts';

/** A secret names the events it is for; a new one is for all but pull requests. */
const ordinary = ['push', 'tag', 'release', 'deployment', 'cron', 'manual'];
const isPull = (event: string) => event.startsWith('pull_request');
/** The server takes any; steps name theirs as a variable, and an address has to name it. */
const usable = /^(?!\.{1,2}$)[A-Za-z0-9_.-]+$/;

export function secretCalls(caller: Caller, ids: RepoIds): SecretCalls {
  const inSecret = (id: number, secret: string) => ({ id, secret });

  /** The events of a secret with the door for pull requests open or shut, the others as they are. */
  async function eventsWith(id: number, name: string, pullRequests: boolean): Promise<string[]> {
    const { events } = await caller.json(secretWire, { route: routes.secret, params: inSecret(id, name) });
    if (pullRequests) return events.some(isPull) ? events : [...events, 'pull_request'];
    const others = events.filter((event) => !isPull(event));
    if (others.length > 0) return others;
    throw new Failure('invalid', 'This secret is for pull requests only: there would be no event left.', {
      instance: caller.instance,
      fields: { pullRequests: 'only event' },
    });
  }

  return {
    secrets: (path) =>
      ids.with(caller, path, async (id) => {
        const found = new Map<string, boolean>();
        for (let page = 1; page <= 100; page += 1) {
          const query = { page, perPage: 50 };
          const list = await caller.json(secretListWire, { route: routes.secrets, params: { id }, query });
          for (const { name, events } of list) found.set(name, events.some(isPull));
          if (list.length < 50) break;
        }
        return [...found].map(([name, pullRequests]) => ({ name, pullRequests }));
      }),

    addSecret: async (path, { name, value, pullRequests }) => {
      if (!usable.test(name)) {
        throw new Failure('invalid', 'No secret can have that name.', { fields: { name: 'refused' } });
      }
      const events = pullRequests ? [...ordinary, 'pull_request'] : ordinary;
      const body = { name, value, events, images: [] };
      await ids.with(caller, path, (id) => caller.nothing({ route: routes.addSecret, params: { id }, body }));
    },

    // What is not sent stays as it is: images and note too.
    changeSecret: (path, name, { value, pullRequests }) =>
      ids.with(caller, path, async (id) => {
        const body = {
          ...(value === undefined ? {} : { value }),
          ...(pullRequests === undefined ? {} : { events: await eventsWith(id, name, pullRequests) }),
        };
        await caller.nothing({ route: routes.changeSecret, params: inSecret(id, name), body });
      }),

    removeSecret: (path, name) =>
      ids.with(caller, path, (id) =>
        caller.nothing({ route: routes.removeSecret, params: inSecret(id, name) }),
      ),

    registries: registryCalls(caller, ids),
  };
}

/** The server's own list. Its replies to changes repeat what was sent, not what it holds: they are not read (3.17.0). */
function registryCalls(caller: Caller, ids: RepoIds): CiRegistries {
  return {
    list: (path) =>
      ids.with(caller, path, async (id) => {
        const query = { page: 1, perPage: 50 };
        const list = await caller.json(registryListWire, { route: routes.registries, params: { id }, query });
        return list.map(({ address, username }) => ({ host: address, username }));
      }),

    put: (path, { host, username, password }) =>
      ids.with(caller, path, async (id) => {
        try {
          const body = { username, password };
          await caller.nothing({ route: routes.changeRegistry, params: { id, host }, body });
        } catch (error) {
          if (!isFailure(error, 'not_found')) throw error;
          const body = { address: host, username, password };
          await caller.nothing({ route: routes.addRegistry, params: { id }, body });
        }
      }),

    remove: (path, host) =>
      ids.with(caller, path, (id) => caller.nothing({ route: routes.removeRegistry, params: { id, host } })),
  };
}
