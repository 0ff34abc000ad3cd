import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isFailure } from '../../../domain/failure.ts';
import type { Forge } from '../../../ports/forge.ts';
import { type HttpDouble, httpDouble, sendJson } from '../../../testing/http-double.ts';
import { ManualClock } from '../../../testing/manual-clock.ts';
import { oauthOf } from '../../../testing/oauth-of.ts';
import { createForgejoForge, createGiteaForge } from './adapter.ts';
import { giteaLinks } from './links.ts';

let double: HttpDouble;
let forge: Forge;

beforeEach(async () => {
  double = await httpDouble();
  forge = createGiteaForge({
    id: 'git',
    name: 'Git',
    publicUrl: 'https://code.example.test/git/',
    internalUrl: `${double.url}/inner/git/`,
    clientId: 'made-up-id',
    clientSecret: 'made-up-client-secret',
    clock: new ManualClock(),
    limits: { retries: 0 },
  });
});
afterEach(() => double.stop());

const as = () => forge.as('made-up-token');
const wire = (id: number, more: object = {}) => ({
  id,
  full_name: `acme/r${id}`,
  private: false,
  permissions: { admin: false, push: false, pull: true },
  ...more,
});
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'passed',
    (error: unknown) => (isFailure(error) ? error.code : String(error)),
  );

describe('two addresses, both below a path', () => {
  it('calls the internal one and links to the public one', async () => {
    double.answer = (_seen, to) => sendJson(to, 200, wire(7));
    const repo = await as().repository('acme/r7');
    expect(double.seen[0]).toMatchObject({
      url: '/inner/git/api/v1/repos/acme/r7',
      headers: { authorization: 'Bearer made-up-token' },
    });
    expect(repo?.url).toBe('https://code.example.test/git/acme/r7');
    expect(forge.oauth).toMatchObject({
      authorizeUrl: 'https://code.example.test/git/login/oauth/authorize',
      tokenUrl: `${double.url}/inner/git/login/oauth/access_token`,
      scope: ['read:user', 'read:repository', 'read:organization'],
    });
  });

  it('links with branches and paths of several segments', () => {
    const links = giteaLinks('https://code.example.test/git');
    const base = 'https://code.example.test/git/acme/web';
    const sha = 'c0ffee0000000000000000000000000000000001';
    expect(links.branch('acme/web', 'feature/x #1')).toBe(`${base}/src/branch/feature/x%20%231`);
    expect(links.tag('acme/web', 'v1.0')).toBe(`${base}/src/tag/v1.0`);
    expect(links.commit('acme/web', sha)).toBe(`${base}/commit/${sha}`);
    expect(links.pullRequest('acme/web', 4)).toBe(`${base}/pulls/4`);
    expect(links.file('acme/web', sha, 'a b/.ci.yml')).toBe(`${base}/src/commit/${sha}/a%20b/.ci.yml`);
    expect(links.file('acme/web', 'refs/tags/v1', 'f')).toBe(`${base}/src/tag/v1/f`);
    expect(links.file('acme/web', 'refs/heads/a/b', 'f')).toBe(`${base}/src/branch/a/b/f`);
    expect(links.file('acme/web', 'main', 'f')).toBe(`${base}/src/branch/main/f`);
    expect(links.file('acme/web', 'refs/pull/4/head', 'f')).toBe(`${base}/pulls/4/files`);
  });
});

describe('permissions', () => {
  it.each([
    [{ admin: true, push: true, pull: true }, 'admin'],
    [{ admin: false, push: true, pull: true }, 'write'],
    [{ admin: false, push: false, pull: true }, 'read'],
    [{ admin: false, push: false, pull: false }, 'none'],
    [{ admin: true, push: true, pull: false }, 'none'],
    [{ admin: true, push: true }, 'none'],
    [null, 'none'],
    [undefined, 'none'],
  ])('%j: %s', async (permissions, level) => {
    double.answer = (_seen, to) => sendJson(to, 200, wire(1, { permissions }));
    expect((await as().repository('acme/r1'))?.level).toBe(level);
    double.answer = (_seen, to) => sendJson(to, 200, [wire(1, { permissions })]);
    expect(await as().repositories()).toHaveLength(level === 'none' ? 0 : 1);
  });

  it('what everybody with an account may read is private to the world, and no role', async () => {
    double.answer = (_seen, to) => sendJson(to, 200, wire(1, { internal: true }));
    expect(await as().repository('acme/r1')).toMatchObject({ private: true, internal: true });
    double.answer = (_seen, to) => sendJson(to, 200, wire(1, { internal: true, private: true }));
    expect(await as().repository('acme/r1')).toMatchObject({ private: true, internal: false });
  });

  it('does not follow the rename of a repository or its owner', async () => {
    for (const status of [301, 302, 307, 308]) {
      double.seen.length = 0;
      double.answer = (_seen, to) =>
        to.writeHead(status, { location: `${double.url}/inner/git/api/v1/repos/acme/new` }).end();
      expect(await as().repository('acme/old')).toBeNull();
      expect(double.seen).toHaveLength(1);
    }
  });

  it('asks nothing about a path that Gitea cannot have', async () => {
    for (const path of ['acme', 'a/b/c', '../..', 'acme/..', 'acme/%2e%2e', 'a\\b/c', 'acme/a b']) {
      expect(await as().repository(path), path).toBeNull();
      expect(await codeOf(as().branches(path)), path).toBe('not_found');
      expect(await codeOf(as().file(path, 'main', 'f')), path).toBe('not_found');
    }
    expect(await as().file('acme/web', 'main', '../../secret')).toBeNull();
    expect(double.seen).toEqual([]);
  });

  it('tells a person who may not sign in any more', async () => {
    double.answer = (_seen, to) =>
      sendJson(to, 200, { id: 2, login: 'ada', active: true, prohibit_login: true });
    expect((await as().me()).active).toBe(false);
    double.answer = (_seen, to) => sendJson(to, 200, { id: 2, login: 'ada', active: false });
    expect((await as().me()).active).toBe(false);
  });
});

describe('lists', () => {
  const page = (url: string) => Number(new URL(url, double.url).searchParams.get('page'));
  const ids = async () => (await as().repositories()).map((repo) => repo.id);
  const slice = (n: number, size: number, total: number) =>
    Array.from({ length: Math.max(0, Math.min(size, total - (n - 1) * size)) }, (_, i) =>
      wire((n - 1) * size + i + 1),
    );

  it.each([
    ['link', 20],
    ['count', 20],
    ['neither', 20],
    ['link', 50],
    ['count', 50],
  ])('are read to the end by %s, also where the forge gives %i a page', async (told, size) => {
    double.answer = (seen, to) => {
      const n = page(seen.url);
      const last = Math.ceil(120 / size);
      const next = `<${double.url}/x?page=${n + 1}>; rel="next",<${double.url}/x?page=${last}>; rel="last"`;
      const back = `<${double.url}/x?page=1>; rel="first",<${double.url}/x?page=${n - 1}>; rel="prev"`;
      if (told === 'link') to.setHeader('link', n < last ? next : back);
      if (told !== 'neither') to.setHeader('x-total-count', '120');
      sendJson(to, 200, slice(n, size, 120));
    };
    expect(await ids()).toEqual(Array.from({ length: 120 }, (_, n) => String(n + 1)));
    expect(double.seen.every((seen) => seen.url.includes('limit=50'))).toBe(true);
  });

  it('end when the forge gives the same page again and again', async () => {
    double.answer = (_seen, to) => sendJson(to, 200, [wire(1), wire(2)]);
    expect(await ids()).toEqual(['1', '2']);
    expect(double.seen).toHaveLength(2);
  });

  it('count a repository once when the list shifts, and skip an entry that cannot be read', async () => {
    double.answer = (seen, to) => {
      to.setHeader('x-total-count', '4');
      sendJson(to, 200, page(seen.url) === 1 ? [wire(1), { id: 'odd' }, null] : [wire(1), wire(2)]);
    };
    expect(await ids()).toEqual(['1', '2']);
  });

  it('of nothing: an empty repository has no branches, also as null', async () => {
    double.answer = (_seen, to) => sendJson(to, 200, null);
    expect(await as().branches('acme/empty')).toEqual([]);
  });
});

describe('files', () => {
  it('gives text at a ref, and null for a folder, a link, a submodule, and for nothing', async () => {
    const content = Buffer.from('键: 值\n').toString('base64');
    double.answer = (_seen, to) => sendJson(to, 200, { type: 'file', encoding: 'base64', content });
    expect(await as().file('acme/web', 'refs/pull/1/head', 'a b/.ci.yml')).toBe('键: 值\n');
    expect(double.seen[0]?.url).toBe(
      '/inner/git/api/v1/repos/acme/web/contents/a%20b/.ci.yml?ref=refs%2Fpull%2F1%2Fhead',
    );
    for (const body of [[], { type: 'symlink', target: 'x', content: null }, { type: 'submodule' }]) {
      double.answer = (_seen, to) => sendJson(to, 200, body);
      expect(await as().file('acme/web', 'main', 'x')).toBeNull();
    }
    double.answer = (_seen, to) => sendJson(to, 404, { message: 'object does not exist' });
    expect(await as().file('acme/web', 'main', 'x')).toBeNull();
  });
});

describe('tokens', () => {
  const held = {
    accessToken: 'made-up-a',
    refreshToken: 'made-up-r',
    expiresAt: 1,
    redirectUri: 'http://c.test/cb',
  };
  const grant = { code: 'made-up-code', verifier: 'v', redirectUri: 'http://c.test/cb' };

  it.each([
    ['unauthorized_client', 'token was already used'],
    ['invalid_grant', 'grant does not exist'],
    ['invalid_client', 'invalid client secret'],
  ])('refresh: %s is final', async (error, error_description) => {
    double.answer = (_seen, to) => sendJson(to, 400, { error, error_description });
    expect(await codeOf(forge.refresh(held))).toBe('forge_signed_out');
    expect(await codeOf(oauthOf(forge).exchange(grant))).toBe('forge_refused');
    expect(double.seen).toHaveLength(2);
  });

  it.each([
    [200, '<html>sign in</html>'],
    [200, '[]'],
    [200, 'null'],
    [200, '{}'],
    [200, '{"access_token":""}'],
    [200, '{"access_token":5}'],
    [200, '{"error":"bad_verification_code"}'],
    [201, '{"access_token":null}'],
    [302, '{"access_token":"made-up"}'],
    [400, '{"access_token":"made-up"}'],
    [400, '{"error":"server_error","error_description":"later"}'],
    [404, 'not found'],
  ])('%i %s is no success and not final', async (status, text) => {
    double.answer = (_seen, to) => to.writeHead(status).end(text);
    expect(await codeOf(oauthOf(forge).exchange(grant))).toBe('forge_refused');
    expect(await codeOf(forge.refresh(held))).toBe('forge_refused');
  });

  it('a forge that fails or says too much is not one that refuses', async () => {
    double.answer = (_seen, to) => to.writeHead(503).end();
    expect(await codeOf(forge.refresh(held))).toBe('forge_unreachable');
    double.answer = (_seen, to) => to.writeHead(200).end(`{"access_token":"${'x'.repeat(70_000)}"}`);
    expect(await codeOf(forge.refresh(held))).toBe('forge_refused');
    const seen = double.seen.length;
    expect(seen).toBe(2);
  });

  it('keeps what the forge leaves out, and never shows a token in a failure', async () => {
    double.answer = (_seen, to) => sendJson(to, 200, { access_token: 'made-up-new', token_type: 'bearer' });
    expect(await forge.refresh(held)).toEqual({ ...held, accessToken: 'made-up-new', expiresAt: null });
    double.answer = (_seen, to) =>
      sendJson(to, 400, { error: 'odd', error_description: 'made-up-r with made-up-client-secret' });
    const failure = await forge.refresh(held).catch((error: unknown) => error);
    expect(JSON.stringify(failure) + String((failure as Error).message)).not.toMatch(/made-up-(r|client)/);
  });

  it('without a refresh token asks nobody', async () => {
    expect(await codeOf(forge.refresh({ ...held, refreshToken: null }))).toBe('forge_signed_out');
    expect(double.seen).toEqual([]);
  });
});

describe('reachability', () => {
  it('tells the version of the product itself, not of the API it is like', async () => {
    double.answer = (_seen, to) => sendJson(to, 200, { version: '15.0.0+gitea-1.22.0' });
    const forgejo = createForgejoForge({
      ...{ id: 'code', name: 'Code', clientId: 'made-up-id', clientSecret: 'made-up-client-secret' },
      publicUrl: 'https://code.example.test',
      internalUrl: double.url,
      clock: new ManualClock(),
    });
    expect(await forgejo.probe()).toEqual({ version: '15.0.0' });
    expect(forgejo.product).toBe('Forgejo');
    double.answer = (_seen, to) => sendJson(to, 200, { version: '1.26.0+dev-12-gabc' });
    expect(await forge.probe()).toEqual({ version: '1.26.0+dev-12-gabc' });
    expect(forge.product).toBe('Gitea');
  });

  it('an instance for signed-in people only is there, with an unknown version', async () => {
    double.answer = (_seen, to) =>
      sendJson(to, 403, { message: 'Only signed in user is allowed to call APIs.' });
    expect(await forge.probe()).toEqual({ version: null });
  });

  it('another page at the address is no forge', async () => {
    double.answer = (_seen, to) =>
      to.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>router</title>');
    expect(await codeOf(forge.probe())).toBe('forge_refused');
    await double.stop();
    expect(await codeOf(forge.probe())).toBe('forge_unreachable');
  });
});
