import { Failure, isFailure } from '../../../domain/failure.ts';
import type { CiRegistries, SecretCalls } from '../../../ports/ci-server.ts';
import { type Caller, inRepo } from '../caller.ts';
import { pathMatches } from '../glob.ts';
import { routes } from './routes.ts';
import { registryListWire, secretListWire, secretWire } from './wire.ts';

/** All events of the server but pull requests: a new secret is for these. Without any it would be for every event. */
const ordinary = ['push', 'tag', 'deployment'];
const pullRequest = 'pull_request';
/** Entries are patterns; none at all stands for every event (source). */
const reaches = (events: readonly string[], event: string) =>
  events.length === 0 || events.some((pattern) => pathMatches(pattern, event));
/** The server takes any name (`a/b` too: 0.8.10); steps get theirs as a variable, and an address has to name it. */
const usable = /^(?!\.{1,2}$)[A-Za-z0-9_.-]+$/;

export function secretCalls(caller: Caller): SecretCalls {
  const inSecret = (path: string, secret: string) => ({ ...inRepo(path), secret });

  /**
   * Somebody may have made one with a slash on another way: its address leads to the server's own page (200, 0.8.10).
   * It can be neither changed nor removed; the list, for the same people, tells whether there is one.
   */
  async function refuseUnaddressable(path: string, name: string): Promise<void> {
    if (!name.includes('/')) return;
    const list = await caller.json(secretListWire, { route: routes.secrets, params: inRepo(path) });
    const { instance } = caller;
    if (!list.some((one) => one.name === name))
      throw new Failure('not_found', 'There is none of that name.', { instance });
    const message = 'No address on this server can name a secret with a slash: only its database can.';
    throw new Failure('not_supported', message, { instance });
  }

  /** The events of a secret with the door for pull requests open or shut, the others as they are. */
  async function eventsWith(path: string, name: string, pullRequests: boolean): Promise<string[]> {
    const request = { route: routes.secret, params: inSecret(path, name) };
    const { event: events } = await caller.json(secretWire, request);
    if (reaches(events, pullRequest) === pullRequests) return events;
    if (pullRequests) return [...events, pullRequest];
    // What let pull requests in goes; for the other events that it let in they are named one by one.
    const kept = events.filter((pattern) => !pathMatches(pattern, pullRequest));
    const missing = ordinary.filter(
      (event) => reaches(events, event) && !(kept.length && reaches(kept, event)),
    );
    const left = [...kept, ...missing];
    if (left.length > 0) return left;
    throw new Failure('invalid', 'This secret is for pull requests only: there would be no event left.', {
      instance: caller.instance,
      fields: { pullRequests: 'only event' },
    });
  }

  return {
    secrets: async (path) => {
      const list = await caller.json(secretListWire, { route: routes.secrets, params: inRepo(path) });
      return list.map(({ name, event }) => ({ name, pullRequests: reaches(event, pullRequest) }));
    },

    addSecret: async (path, { name, value, pullRequests }) => {
      if (!usable.test(name)) {
        throw new Failure('invalid', 'No secret can have that name.', { fields: { name: 'refused' } });
      }
      const event = pullRequests ? [...ordinary, pullRequest] : ordinary;
      await caller.nothing({
        route: routes.addSecret,
        params: inRepo(path),
        body: { name, value, event, image: [] },
      });
    },

    // What is not sent, or empty, stays as it is: images too.
    changeSecret: async (path, name, { value, pullRequests }) => {
      await refuseUnaddressable(path, name);
      const event = pullRequests === undefined ? [] : await eventsWith(path, name, pullRequests);
      const body = { ...(value === undefined ? {} : { value }), ...(event.length === 0 ? {} : { event }) };
      await caller.nothing({ route: routes.changeSecret, params: inSecret(path, name), body });
    },

    removeSecret: async (path, name) => {
      await refuseUnaddressable(path, name);
      await caller.nothing({ route: routes.removeSecret, params: inSecret(path, name) });
    },

    registries: registryCalls(caller),
  };
}

/** Replies to changes repeat what was sent and not what the server holds (0.8.10): they are not read. */
function registryCalls(caller: Caller): CiRegistries {
  const inRegistry = (path: string, host: string) => ({ ...inRepo(path), host });
  return {
    list: async (path) => {
      const list = await caller.json(registryListWire, { route: routes.registries, params: inRepo(path) });
      return list.map(({ address, username }) => ({ host: address, username }));
    },

    put: async (path, { host, username, password }) => {
      try {
        const body = { username, password };
        await caller.nothing({ route: routes.changeRegistry, params: inRegistry(path, host), body });
      } catch (error) {
        if (!isFailure(error, 'not_found')) throw error;
        const body = { address: host, username, password };
        await caller.nothing({ route: routes.addRegistry, params: inRepo(path), body });
      }
    },

    remove: async (path, host) =>
      caller.nothing({ route: routes.removeRegistry, params: inRegistry(path, host) }),
  };
}
