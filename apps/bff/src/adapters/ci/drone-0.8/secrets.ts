import { Failure } from '../../../domain/failure.ts';
import type { SecretCalls } from '../../../ports/ci-server.ts';
import { type Caller, inRepo } from '../caller.ts';
import { forPullRequestsOnly, refuseUnusable, registryCalls } from '../credentials.ts';
import { pathMatches } from '../glob.ts';
import { routes } from './routes.ts';
import { secretListWire, secretWire } from './wire.ts';

/** All events of the server but pull requests: a new secret is for these. Without any it would be for every event. */
const ordinary = ['push', 'tag', 'deployment'];
const pullRequest = 'pull_request';
/** Entries are patterns; none at all stands for every event (source). */
const reaches = (events: readonly string[], event: string) =>
  events.length === 0 || events.some((pattern) => pathMatches(pattern, event));

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
    throw forPullRequestsOnly(caller.instance);
  }

  return {
    secrets: async (path) => {
      const list = await caller.json(secretListWire, { route: routes.secrets, params: inRepo(path) });
      return list.map(({ name, event }) => ({ name, pullRequests: reaches(event, pullRequest) }));
    },

    addSecret: async (path, { name, value, pullRequests }) => {
      refuseUnusable(name);
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

    registries: registryCalls({
      ...{ caller, routes },
      within: async (path, call) => call(inRepo(path)),
      all: (ask) => ask({}),
    }),
  };
}
