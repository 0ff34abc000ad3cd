import type { SecretCalls } from '../../../ports/ci-server.ts';
import type { Caller } from '../caller.ts';
import { forPullRequestsOnly, refuseUnusable, registryCalls } from '../credentials.ts';
import { everyPage } from '../pages.ts';
import type { RepoIds } from './repo-ids.ts';
import { pageSize } from './repositories.ts';
import { routes } from './routes.ts';
import { secretListWire, secretWire } from './wire.ts';

/** A secret names the events it is for; a new one is for all but pull requests. */
const ordinary = ['push', 'tag', 'release', 'deployment', 'cron', 'manual'];
const isPull = (event: string) => event.startsWith('pull_request');
const pages = { size: pageSize, most: 100 };

export function secretCalls(caller: Caller, ids: RepoIds): SecretCalls {
  const inSecret = (id: number, secret: string) => ({ id, secret });

  /** The events of a secret with the door for pull requests open or shut, the others as they are. */
  async function eventsWith(id: number, name: string, pullRequests: boolean): Promise<string[]> {
    const { events } = await caller.json(secretWire, { route: routes.secret, params: inSecret(id, name) });
    if (pullRequests) return events.some(isPull) ? events : [...events, 'pull_request'];
    const others = events.filter((event) => !isPull(event));
    if (others.length > 0) return others;
    throw forPullRequestsOnly(caller.instance);
  }

  return {
    secrets: (path) =>
      ids.with(caller, path, async (id) => {
        const list = await everyPage(pages, (page) => {
          const query = { page, perPage: pages.size };
          return caller.json(secretListWire, { route: routes.secrets, params: { id }, query });
        });
        const found = new Map(list.map(({ name, events }) => [name, events.some(isPull)]));
        return [...found].map(([name, pullRequests]) => ({ name, pullRequests }));
      }),

    addSecret: async (path, { name, value, pullRequests }) => {
      refuseUnusable(name);
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

    registries: registryCalls({
      ...{ caller, routes },
      within: (path, call) => ids.with(caller, path, (id) => call({ id })),
      all: (ask) => everyPage(pages, (page) => ask({ page, perPage: pages.size })),
    }),
  };
}
