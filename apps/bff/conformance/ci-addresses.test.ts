import type { Build } from '@flightdeck/api-client/model';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../sandbox/src/index.ts';
import { ciToken } from '../../sandbox/src/seed/demo-people.ts';
import { ciCatalog } from '../src/adapters/ci/catalog.ts';
import { isFailure } from '../src/domain/failure.ts';
import type { CiClient } from '../src/ports/ci-server.ts';
import { systemClock } from '../src/ports/clock.ts';
import { behindSubPath, caFile, type SubPath } from '../testing/sub-path.ts';

type Kind = keyof typeof ciCatalog;

const repos: Record<Kind, string> = {
  drone: 'acme/checkout',
  'drone-0.8': 'foundry/kiln',
  woodpecker: 'ops/api-gateway',
};

/** Lines in the first of a build's stored logs that has any. */
async function linesOf(client: CiClient, path: string, build: Build | null): Promise<number> {
  for (const stage of build?.stages ?? []) {
    for (const { number: step } of stage.steps) {
      const at = { number: build?.number ?? 0, stage: stage.number, step };
      let lines = 0;
      try {
        for await (const batch of client.storedLog(path, at, new AbortController().signal))
          lines += batch.length;
      } catch (error) {
        // Steps that printed nothing have none.
        if (!isFailure(error, 'log_absent')) throw error;
      }
      if (lines > 0) return lines;
    }
  }
  return 0;
}

/** Every CI server behind a reverse proxy: below a path, with a certificate that only `caFile` vouches for. */
describe.each(Object.keys(ciCatalog) as Kind[])('%s, below a path, with a private certificate', (kind) => {
  const path = repos[kind];
  let sandbox: Sandbox;
  let proxy: SubPath;
  const make = (more: { caFile?: string; internalUrl?: string } = { caFile }) =>
    ciCatalog[kind]({
      ...{ id: 'ci', name: 'CI', forge: 'git', oneClickLink: false, clock: systemClock },
      publicUrl: 'https://dev.example.test/tools/ci/',
      internalUrl: `${proxy.url}/`,
      identify: () => null,
      limits: { retries: 0 },
      ...more,
    });
  const token = () => sandbox.servers[0]?.token('ada') ?? ciToken('ada');

  beforeAll(async () => {
    const old = kind === 'drone-0.8';
    sandbox = await startSandbox({
      paused: true,
      forges: old ? [{ id: 'gogs', vendor: 'gogs' }] : [],
      servers: kind === 'drone' ? [] : [{ id: 'other', vendor: kind, ...(old ? { forge: 'gogs' } : {}) }],
    });
    proxy = await behindSubPath(sandbox.servers[0]?.url ?? sandbox.urls.drone, '/tools/ci');
  }, 60_000);
  afterAll(async () => {
    await proxy.stop();
    await sandbox.stop();
  });

  test('is reached and read: repositories, builds, a log, the stream of builds', async () => {
    const server = make();
    await expect(server.probe()).resolves.toMatchObject({ version: expect.stringMatching(/^\d/) });
    const ada = server.as(token());
    expect((await ada.me()).login).toBe('ada');
    expect((await ada.repositories()).map((one) => one.path)).toContain(path);
    const passed = (await ada.builds(path, 1, 50)).find(({ status }) => status === 'success');
    const build = await ada.build(path, passed?.number ?? 0);
    expect(await linesOf(ada, path, build)).toBeGreaterThan(0);
    expect(server.buildUrl(path, 12)).toMatch(/^https:\/\/dev\.example\.test\/tools\/ci\/[^/].*12/);
    const listening = new AbortController();
    for await (const event of ada.events(path, listening.signal)) {
      expect(event).toEqual({ type: 'open' });
      break;
    }
    listening.abort();
    expect(proxy.seen.length).toBeGreaterThan(5);
    expect(proxy.seen.filter((one) => !one.startsWith('/tools/ci/'))).toEqual([]);
  });

  test('sends browsers to the public address, path and all', () => {
    const server = make();
    expect(server.buildUrl(path, 12)).toMatch(/^https:\/\/dev\.example\.test\/tools\/ci\/[^/]/);
    expect(server.tokenPageUrl).toMatch(/^https:\/\/dev\.example\.test\/tools\/ci\/[^/]/);
  });

  test('without its authority is not believed, and says so', async () => {
    await expect(make({}).probe()).rejects.toMatchObject({
      ...{ code: 'ci_unreachable', facts: { raw: expect.stringMatching(/certificate|SELF_SIGNED/i) } },
    });
  });

  test('beside its path there is something else, which is told from a CI server', async () => {
    const beside = make({ caFile, internalUrl: proxy.url.replace('/tools/ci', '/tools') });
    const refused = { code: expect.stringMatching(/^(ci_refused|ci_answer_unreadable|not_found)$/) };
    await expect(beside.probe()).rejects.toMatchObject(refused);
    await expect(beside.as(token()).me()).rejects.toMatchObject(refused);
  });
});
