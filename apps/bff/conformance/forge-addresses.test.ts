import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../sandbox/src/index.ts';
import { addRepository } from '../../sandbox/src/world/people.ts';
import { forgeCatalog, forgeKinds } from '../src/adapters/forge/catalog.ts';
import { systemClock } from '../src/ports/clock.ts';
import type { Forge } from '../src/ports/forge.ts';
import { behindSubPath, caFile, type SubPath } from '../testing/sub-path.ts';

type Kind = keyof typeof forgeCatalog;

/** Every forge behind a reverse proxy: below a path, with a certificate that only `caFile` vouches for. */
describe.each(forgeKinds.forges as Kind[])('%s, below a path, with a private certificate', (kind) => {
  let sandbox: Sandbox;
  let proxy: SubPath;
  let forge: Forge;
  const make = (more: { caFile?: string; internalUrl?: string } = {}): Forge =>
    forgeCatalog[kind]({
      id: 'code',
      name: 'Code',
      publicUrl: 'https://code.example.test/tools/code/',
      internalUrl: `${proxy.url}/`,
      caFile,
      ...sandbox.oauth,
      clock: systemClock,
      limits: { retries: 0 },
      ...more,
    });

  beforeAll(async () => {
    const forges = kind === 'gitea' ? [] : [{ id: 'other', vendor: kind }];
    sandbox = await startSandbox({ seed: 'recorded', paused: true, forges });
    const { world } = kind === 'gitea' ? sandbox : sandbox.forges.get('other');
    for (let n = 0; n < 120; n += 1) addRepository(world, { owner: 'ada', name: `many-${n}` });
    const target = kind === 'gitea' ? sandbox.urls.gitea : (sandbox.forges.urls.other ?? '');
    proxy = await behindSubPath(target, '/tools/code');
    forge = make();
  });
  afterAll(async () => {
    await proxy.stop();
    await sandbox.stop();
  });
  const ada = () => forge.as('ada-access-token');
  const infra = kind === 'gitlab' ? 'acme/platform/infra' : 'acme/infra';

  test('is reached and read to the last page', async () => {
    await expect(forge.probe()).resolves.toHaveProperty('version');
    expect((await ada().me()).login).toBe('ada');
    expect((await ada().repository(infra))?.url).toBe(`https://code.example.test/tools/code/${infra}`);
    expect((await ada().repositories()).length).toBeGreaterThanOrEqual(122);
    expect((await ada().branches(infra)).length).toBeGreaterThan(0);
    expect(await ada().file(infra, 'no-such-branch', 'README.md')).toBeNull();
    expect(proxy.seen.every((path) => path.startsWith('/tools/code/'))).toBe(true);
  });

  test('signs people in there: pages by the public address, tokens by the internal one', async () => {
    const before = proxy.seen.length;
    if (forge.oauth) {
      expect(forge.oauth.authorizeUrl).toMatch(/^https:\/\/code\.example\.test\/tools\/code\/.*authorize$/);
      const grant = { code: 'made-up', verifier: 'v', redirectUri: 'http://console.test/cb' };
      await expect(forge.oauth.exchange(grant)).rejects.toMatchObject({
        ...{
          code: 'forge_refused',
          facts: { status: expect.any(Number), raw: expect.stringMatching(/^4\d\d /) },
        },
      });
    } else {
      const ways = forge.credentials;
      expect(ways?.tokenPageUrl).toMatch(/^https:\/\/code\.example\.test\/tools\/code\//);
      expect((await ways?.byPassword('ada', 'ada-made-up'))?.accessToken).toMatch(/^[0-9a-f]{40}$/);
    }
    expect(proxy.seen.length).toBe(before + 1);
  });

  test('without its authority is not believed, and says so', async () => {
    const stranger = forgeCatalog[kind]({
      ...{ id: 'code', name: 'Code', publicUrl: proxy.url, internalUrl: proxy.url, clock: systemClock },
      ...{ ...sandbox.oauth, limits: { retries: 0 } },
    });
    await expect(stranger.probe()).rejects.toMatchObject({
      ...{ code: 'forge_unreachable', facts: { raw: expect.stringMatching(/certificate|SELF_SIGNED/i) } },
    });
  });

  test('beside its path there is something else, which is told from a forge', async () => {
    const beside = make({ internalUrl: proxy.url.replace('/tools/code', '/tools') });
    await expect(beside.probe()).rejects.toMatchObject({
      code: expect.stringMatching(/forge_refused|not_found/),
    });
    await expect(beside.as('ada-access-token').me()).rejects.toMatchObject({
      code: expect.stringMatching(/forge_refused|not_found/),
    });
  });
});
