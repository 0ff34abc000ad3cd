import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isFailure } from '../../../domain/failure.ts';
import type { Forge } from '../../../ports/forge.ts';
import { type HttpDouble, httpDouble, sendJson } from '../../../testing/http-double.ts';
import { ManualClock } from '../../../testing/manual-clock.ts';
import { createGogsForge } from './adapter.ts';
import { gogsLinks } from './links.ts';

let double: HttpDouble;
let forge: Forge;
let chance: number;

beforeEach(async () => {
  double = await httpDouble();
  chance = 0;
  forge = createGogsForge({
    id: 'gogs',
    name: 'Gogs',
    publicUrl: 'https://code.example.test/gogs/',
    internalUrl: `${double.url}/inner/gogs/`,
    clientId: '',
    clientSecret: '',
    clock: new ManualClock(Date.UTC(2026, 10, 21, 12)),
    random: () => {
      chance += 1;
      return (chance % 30) / 30;
    },
    limits: { retries: 0 },
  });
});
afterEach(() => double.stop());

const as = () => forge.as('made-up-token');
const credentials = () => {
  if (!forge.credentials) throw new Error('no credentials');
  return forge.credentials;
};
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'passed',
    (error: unknown) => (isFailure(error) ? error.code : String(error)),
  );

describe('two addresses, both below a path', () => {
  it('calls the internal one with its own kind of token, links to the public one', async () => {
    double.answer = (_seen, to) =>
      sendJson(to, 200, {
        id: 7,
        full_name: 'acme/r7',
        private: true,
        owner: { id: 1, login: 'acme' },
        permissions: { admin: false, push: false, pull: true },
      });
    const repo = await as().repository('acme/r7');
    expect(double.seen[0]).toMatchObject({
      url: '/inner/gogs/api/v1/repos/acme/r7',
      headers: { authorization: 'token made-up-token' },
    });
    expect(repo?.url).toBe('https://code.example.test/gogs/acme/r7');
    expect(forge.oauth).toBeNull();
    expect(credentials().tokenPageUrl).toBe('https://code.example.test/gogs/user/settings/applications');
  });

  it('links with branches and paths of several segments', () => {
    const links = gogsLinks('https://code.example.test/gogs');
    const base = 'https://code.example.test/gogs/acme/web';
    const sha = 'c0ffee0000000000000000000000000000000001';
    expect(links.branch('acme/web', 'feature/x #1')).toBe(`${base}/src/feature/x%20%231`);
    expect(links.tag('acme/web', 'v1.0')).toBe(`${base}/src/v1.0`);
    expect(links.commit('acme/web', sha)).toBe(`${base}/commit/${sha}`);
    expect(links.pullRequest('acme/web', 4)).toBe(`${base}/pulls/4`);
    expect(links.file('acme/web', sha, 'a b/.ci.yml')).toBe(`${base}/src/${sha}/a%20b/.ci.yml`);
    expect(links.file('acme/web', 'refs/tags/v1', 'f')).toBe(`${base}/src/v1/f`);
    expect(links.file('acme/web', 'refs/pull/4/head', 'f')).toBe(`${base}/pulls/4/files`);
  });
});

describe('a password', () => {
  it('goes into one call as Basic, and a new name goes with it each time', async () => {
    double.answer = (_seen, to) => sendJson(to, 201, { name: 'x', sha1: 'made-up-sha1' });
    expect((await credentials().byPassword('grace', 'pass:wörd')).accessToken).toBe('made-up-sha1');
    await credentials().byPassword('grace', 'pass:wörd');
    const [first, second] = double.seen;
    expect(first).toMatchObject({ method: 'POST', url: '/inner/gogs/api/v1/users/grace/tokens' });
    expect(Buffer.from(String(first?.headers.authorization).slice(6), 'base64').toString()).toBe(
      'grace:pass:wörd',
    );
    const names = [first, second].map((one) => (JSON.parse(one?.body ?? '{}') as { name: string }).name);
    for (const name of names) expect(name).toMatch(/^flightdeck-2026-11-21-[a-z2-9]{6}$/);
    expect(names[0]).not.toBe(names[1]);
    expect(double.seen.every((one) => !one.url.includes('pass') && !one.body.includes('pass'))).toBe(true);
  });

  it.each([
    [401, '', 'forge_signed_out'],
    [403, '', 'forge_signed_out'],
    [404, '<!DOCTYPE html><title>Page Not Found</title>', 'forge_refused'],
    [422, '{"message":"access token already exists"}', 'forge_refused'],
    [200, '{"sha1":"made-up"}', 'forge_refused'],
    [201, '{"name":"x"}', 'forge_refused'],
    [201, '<html>sign in</html>', 'forge_refused'],
    [302, '', 'forge_refused'],
    [500, '', 'forge_unreachable'],
  ])('%i %s makes no token: %s', async (status, text, code) => {
    double.answer = (_seen, to) => to.writeHead(status).end(text);
    expect(await codeOf(credentials().byPassword('grace', 'made-up-password'))).toBe(code);
    expect(double.seen).toHaveLength(1);
  });

  it('is in no failure, whatever the forge says', async () => {
    double.answer = (seen, to) =>
      sendJson(to, 422, { message: `no: made-up-password ${String(seen.headers.authorization)}` });
    const failure = await credentials()
      .byPassword('grace', 'made-up-password')
      .catch((error: unknown) => error);
    const basic = Buffer.from('grace:made-up-password').toString('base64');
    const said = JSON.stringify(failure) + String((failure as Error).message);
    expect(said).not.toContain('made-up-password');
    expect(said).not.toContain(basic);
  });

  it('is not tried for a login that would name somebody else', async () => {
    expect(await codeOf(credentials().byPassword('grace:x', 'made-up'))).toBe('forge_signed_out');
    expect(await codeOf(credentials().byPassword('..', 'made-up'))).toBe('not_found');
    expect(double.seen).toEqual([]);
  });
});

describe('tokens', () => {
  it('neither end nor are traded', async () => {
    const held = credentials().pasted('made-up-token');
    expect(held).toEqual({
      accessToken: 'made-up-token',
      refreshToken: null,
      expiresAt: null,
      redirectUri: '',
    });
    expect(await codeOf(forge.refresh(held))).toBe('forge_signed_out');
    expect(double.seen).toEqual([]);
  });

  it('that were deleted are refused', async () => {
    double.answer = (_seen, to) => to.writeHead(401).end();
    expect(await codeOf(as().me())).toBe('forge_signed_out');
    expect(await codeOf(as().repository('acme/web'))).toBe('forge_signed_out');
    expect(await codeOf(as().repositories())).toBe('forge_signed_out');
  });
});

describe('repositories', () => {
  it('asks nothing about a path that Gogs cannot have', async () => {
    for (const path of ['acme', 'a/b/c', '../..', 'acme/..', 'acme/a b']) {
      expect(await as().repository(path), path).toBeNull();
      expect(await codeOf(as().branches(path)), path).toBe('not_found');
    }
    expect(await as().file('acme/web', 'main', '../../secret')).toBeNull();
    expect(double.seen).toEqual([]);
  });

  it.each([
    ['hidden', 404, undefined],
    ['public', 200, { admin: false, push: false, pull: true }],
  ])(
    'a dead token is told as what it is where Gogs takes it for nobody’s: %s',
    async (_, status, permissions) => {
      const wire = {
        id: 1,
        full_name: 'acme/r1',
        private: false,
        owner: { id: 1, login: 'acme' },
        permissions,
      };
      double.answer = ({ url }, to) => {
        if (url.endsWith('/user')) to.writeHead(401).end();
        else if (status === 404) to.writeHead(404).end();
        else sendJson(to, 200, wire);
      };
      expect(await codeOf(as().repository('acme/r1'))).toBe('forge_signed_out');
    },
  );

  it('an answer without permissions, or without pull, is no access', async () => {
    const wire = { id: 1, full_name: 'acme/r1', private: false, owner: { id: 1, login: 'acme' } };
    for (const permissions of [undefined, null, {}, { admin: true, push: true, pull: false }]) {
      double.answer = (_seen, to) => sendJson(to, 200, { ...wire, permissions });
      expect((await as().repository('acme/r1'))?.level).toBe('none');
      double.answer = (_seen, to) => sendJson(to, 200, [{ ...wire, permissions }]);
      expect(await as().repositories()).toEqual([]);
    }
  });

  it('a file is asked for by the plain name of its branch, with every segment kept', async () => {
    double.answer = (_seen, to) => to.writeHead(200, { 'content-type': 'text/plain' }).end('键: 值\n');
    expect(await as().file('acme/web', 'refs/heads/feature/x', 'a b/.ci.yml')).toBe('键: 值\n');
    expect(double.seen[0]?.url).toBe('/inner/gogs/api/v1/repos/acme/web/raw/feature/x/a%20b/.ci.yml');
    double.answer = (_seen, to) => to.writeHead(404).end();
    expect(await as().file('acme/web', 'main', 'x')).toBeNull();
  });
});

describe('reachability', () => {
  it.each([
    [401, '', 'passed'],
    [401, '{"message":"token is required"}', 'forge_refused'],
    [200, '<!doctype html><title>router</title>', 'forge_refused'],
    [404, '', 'forge_refused'],
    [503, '', 'forge_unreachable'],
  ])('%i %s: %s', async (status, text, code) => {
    double.answer = (_seen, to) => to.writeHead(status).end(text);
    expect(await codeOf(forge.probe())).toBe(code);
  });
});
