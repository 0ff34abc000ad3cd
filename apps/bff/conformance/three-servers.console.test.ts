import type { HttpClient } from '@flightdeck/api-client/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningConsole, startConsole } from '../testing/console.ts';
import { clientOf, until } from '../testing/console-client.ts';

/** Which forge each server signs people in with. */
const forgeOf: Record<string, string> = { drone: 'gitea', crow: 'gitea', old: 'gogs' };
const ids = Object.keys(forgeOf).sort();

let console: RunningConsole;
let ada: HttpClient;

beforeAll(async () => {
  console = await startConsole({
    sandbox: {
      rate: 20,
      forges: [{ id: 'gogs', vendor: 'gogs' }],
      servers: [
        { id: 'crow', vendor: 'woodpecker' },
        { id: 'old', vendor: 'drone-0.8', forge: 'gogs' },
      ],
    },
    adjust: (env, sandbox) => {
      Object.assign(env, {
        FLIGHTDECK_FORGE_GOGS_KIND: 'gogs',
        FLIGHTDECK_FORGE_GOGS_PUBLIC_URL: sandbox.forges.urls.gogs,
        FLIGHTDECK_SERVER_DRONE_FORGE: 'gitea',
        FLIGHTDECK_SERVER_CROW_FORGE: 'gitea',
        FLIGHTDECK_SERVER_OLD_FORGE: 'gogs',
      });
    },
  });
  ada = await clientOf(console, 'ada');
}, 90_000);
afterAll(() => console.stop());

const serversIn = (rows: readonly { server: string }[]) => [...new Set(rows.map((one) => one.server))].sort();

describe('two Drones and a Woodpecker on two forges', () => {
  it('with the account on one forge there is what that forge has; the other is added by its token', async () => {
    await until(async () => {
      const { items } = await ada.repositories.list({ limit: 100 });
      expect(serversIn(items)).toEqual(['crow', 'drone']);
    });
    await ada.identities.add({ forge: 'gogs', credentials: { token: 'ada-access-token' } });
  });

  it('one list names the server and the forge of each repository', async () => {
    await until(async () => {
      const { items, servers } = await ada.repositories.list({ limit: 100 });
      expect(serversIn(items)).toEqual(ids);
      for (const one of items) expect(one.forge).toBe(forgeOf[one.server]);
      expect(servers.map(({ id, ok }) => `${id} ${ok}`).sort()).toEqual(ids.map((id) => `${id} true`));
    });
  });

  it('one Deck has builds of all', async () => {
    await until(async () => {
      const deck = await ada.deck({ whose: 'all' });
      const rows = [...deck.waiting, ...deck.failed, ...deck.running, ...deck.recent];
      expect(serversIn(rows)).toEqual(ids);
    });
  });

  it('one that is down keeps its rows, with their age, and takes nothing of the others', async () => {
    type Items = Awaited<ReturnType<typeof ada.repositories.list>>['items'];
    // The forge would list them all the same: what only the server knows of them is what may get lost.
    const told = (items: Items) =>
      items
        .filter(({ server }) => server === 'old')
        .map(({ path, activation, lastBuild }) => `${path} ${activation} #${lastBuild?.number}`)
        .sort();
    const before = (await ada.repositories.list({ limit: 100 })).items;
    expect(told(before).join()).toMatch(/ active #\d/);
    console.sandbox.control.addFault({ face: 'old', refuse: true });
    await until(async () => {
      const { items, servers, asOf } = await ada.repositories.list({ limit: 100 });
      // Later than what a list is taken for new: by now it was asked for in vain.
      expect(Date.now() - asOf).toBeGreaterThan(10_000);
      expect(servers.filter(({ ok }) => !ok).map(({ id }) => id)).toEqual(['old']);
      expect(servers.find(({ id }) => id === 'old')?.lastGoodAt).toBeGreaterThan(0);
      expect(items).toHaveLength(before.length);
      expect(told(items)).toEqual(told(before));
    });
    console.sandbox.control.clearFaults();
    await until(async () => {
      const { servers } = await ada.repositories.list({ limit: 100 });
      expect(servers.every(({ ok }) => ok)).toBe(true);
    });
  }, 60_000);
});
