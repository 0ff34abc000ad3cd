import { afterAll, beforeAll, expect, it } from 'vitest';
import { ciCatalog } from '../src/adapters/ci/catalog.ts';
import { forgeKinds } from '../src/adapters/forge/catalog.ts';
import { type RunningConsole, startConsole } from '../testing/console.ts';
import { clientOf, until } from '../testing/console-client.ts';

/**
 * Product and version of each, as it tells them itself: Drone 0.8.10 announces itself as 0.8.9, GitLab tells its version to
 * nobody who has not signed in, Gogs to nobody at all.
 */
const known: Record<string, [kind: string, product: string, version: string | null]> = {
  gitea: ['gitea', 'Gitea', '1.25.4'],
  lab: ['gitlab', 'GitLab', null],
  gogs: ['gogs', 'Gogs', null],
  forgejo: ['forgejo', 'Forgejo', '15.0.0'],
  drone: ['drone', 'Drone', '2.25.0'],
  old1: ['drone', 'Drone', '1.10.1'],
  crow: ['woodpecker', 'Woodpecker', '3.17.0'],
  crow2: ['woodpecker', 'Woodpecker', '2.8.3'],
  old: ['drone-0.8', 'Drone', '0.8.9'],
};

let console: RunningConsole;
beforeAll(async () => {
  console = await startConsole({
    sandbox: {
      forges: [
        { id: 'lab', vendor: 'gitlab' },
        { id: 'gogs', vendor: 'gogs' },
        { id: 'forgejo', vendor: 'forgejo' },
      ],
      servers: [
        { id: 'crow', vendor: 'woodpecker' },
        { id: 'crow2', vendor: 'woodpecker', version: '2.8' },
        { id: 'old', vendor: 'drone-0.8', forge: 'gogs' },
        { id: 'old1', vendor: 'drone', version: '1.10' },
      ],
    },
    adjust: (env, { forges, oauth }) => {
      for (const [id, address] of Object.entries(forges.urls)) {
        const name = `FLIGHTDECK_FORGE_${id.toUpperCase()}`;
        const app = { [`${name}_CLIENT_ID`]: oauth.clientId, [`${name}_CLIENT_SECRET`]: oauth.clientSecret };
        Object.assign(env, {
          ...{ [`${name}_KIND`]: known[id]?.[0], [`${name}_PUBLIC_URL`]: address },
          ...(id === 'gogs' ? {} : app),
        });
      }
      for (const [id] of Object.entries(known).filter(([, [kind]]) => kind in ciCatalog))
        env[`FLIGHTDECK_SERVER_${id.toUpperCase()}_FORGE`] = id === 'old' ? 'gogs' : 'gitea';
    },
  });
}, 90_000);
afterAll(() => console.stop());

it('there is one of every kind', () => {
  const kinds = new Set(Object.values(known).map(([kind]) => kind));
  expect([...kinds].sort()).toEqual([...Object.keys(ciCatalog), ...forgeKinds.forges].sort());
});

it('the version of each is found by itself, and told on /readyz and to the pages', async () => {
  const ada = await clientOf(console, 'ada');
  await until(async () => {
    const ready = (await (await fetch(`${console.url}readyz`)).json()) as {
      dependencies: { id: string; ok: boolean; version: string | null }[];
    };
    const { servers, forges } = await ada.console.describe();
    for (const [id, [, product, version]] of Object.entries(known)) {
      expect(ready.dependencies.find((one) => one.id === id)).toMatchObject({ ok: true, version });
      expect([...servers, ...forges].find((one) => one.id === id)).toMatchObject({ product, version });
    }
  });
}, 60_000);
