import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isFailure } from '../../../domain/failure.ts';
import type { Forge } from '../../../ports/forge.ts';
import { type HttpDouble, httpDouble, sendJson } from '../../../testing/http-double.ts';
import { ManualClock } from '../../../testing/manual-clock.ts';
import { oauthOf } from '../../../testing/oauth-of.ts';
import { createGitlabForge } from './adapter.ts';
import { gitlabLinks } from './links.ts';

let double: HttpDouble;
let forge: Forge;

beforeEach(async () => {
  double = await httpDouble();
  forge = createGitlabForge({
    id: 'lab',
    name: 'Lab',
    publicUrl: 'https://code.example.test/gitlab/',
    internalUrl: `${double.url}/inner/gitlab/`,
    clientId: 'made-up-id',
    clientSecret: 'made-up-client-secret',
    clock: new ManualClock(),
    limits: { retries: 0 },
  });
});
afterEach(() => double.stop());

const as = () => forge.as('made-up-token');
const access = (level: number | null) => level && { access_level: level, notification_level: 3 };
const project = (id: number, more: object = {}) => ({
  id,
  path_with_namespace: `group/sub/r${id}`,
  visibility: 'private',
  repository_access_level: 'enabled',
  default_branch: 'main',
  description: null,
  created_at: '2026-01-02T03:04:05.678Z',
  archived: false,
  shared_with_groups: [],
  permissions: { project_access: access(30), group_access: null },
  ...more,
});
const me = { id: 7, username: 'ada', name: 'Ada', state: 'active', email: 'ada@example.test' };
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'passed',
    (error: unknown) => (isFailure(error) ? error.code : String(error)),
  );
const paths = () => double.seen.map((seen) => seen.url.replace('/inner/gitlab/api/v4', ''));

describe('two addresses, both below a path', () => {
  it('names a nested project by one encoded segment, links to the public address', async () => {
    double.answer = (_seen, to) => sendJson(to, 200, project(7));
    const repo = await as().repository('group/sub/r7');
    expect(double.seen[0]).toMatchObject({
      url: '/inner/gitlab/api/v4/projects/group%2Fsub%2Fr7',
      headers: { authorization: 'Bearer made-up-token' },
    });
    expect(repo).toEqual({
      id: '7',
      path: 'group/sub/r7',
      private: true,
      internal: false,
      archived: false,
      defaultBranch: 'main',
      description: '',
      createdAt: Date.parse('2026-01-02T03:04:05.678Z'),
      url: 'https://code.example.test/gitlab/group/sub/r7',
      level: 'write',
    });
    expect(forge.oauth).toMatchObject({
      authorizeUrl: 'https://code.example.test/gitlab/oauth/authorize',
      tokenUrl: `${double.url}/inner/gitlab/oauth/token`,
      scope: ['read_api'],
    });
  });

  it('links with nested groups, branches and paths of several segments', () => {
    const links = gitlabLinks('https://code.example.test/gitlab');
    const path = 'group/sub/web';
    const base = `https://code.example.test/gitlab/${path}`;
    const sha = 'c0ffee0000000000000000000000000000000001';
    expect(links.repository(path)).toBe(base);
    expect(links.branch(path, 'feature/x #1')).toBe(`${base}/-/tree/feature/x%20%231`);
    expect(links.tag(path, 'v1.0')).toBe(`${base}/-/tags/v1.0`);
    expect(links.commit(path, sha)).toBe(`${base}/-/commit/${sha}`);
    expect(links.pullRequest(path, 4)).toBe(`${base}/-/merge_requests/4`);
    expect(links.file(path, sha, 'a b/.ci.yml')).toBe(`${base}/-/blob/${sha}/a%20b/.ci.yml`);
    expect(links.file(path, 'refs/heads/a/b', 'f')).toBe(`${base}/-/blob/a/b/f`);
    expect(links.file(path, 'refs/merge-requests/4/head', 'f')).toBe(`${base}/-/merge_requests/4/diffs`);
  });
});

describe('permissions', () => {
  const levelOf = async (wire: object): Promise<string | undefined> => {
    double.answer = (_seen, to) => sendJson(to, 200, project(1, wire));
    return (await as().repository('group/r1'))?.level;
  };

  it.each([
    [50, null, 'admin'],
    [40, null, 'admin'],
    [30, null, 'write'],
    [25, null, 'read'],
    [20, null, 'read'],
    [15, null, 'none'],
    [10, null, 'none'],
    [5, null, 'none'],
    [null, 40, 'admin'],
    [10, 30, 'write'],
    [30, 10, 'write'],
  ])('in a private project: own role %s, its group’s %s: %s', async (own, group, level) => {
    const permissions = { project_access: access(own), group_access: access(group) };
    expect(await levelOf({ permissions })).toBe(level);
    double.answer = (_seen, to) => sendJson(to, 200, [project(1, { permissions })]);
    expect((await as().repositories()).map((repo) => repo.level)).toEqual(level === 'none' ? [] : [level]);
    // A named role costs no further question.
    expect(double.seen).toHaveLength(2);
  });

  it.each([
    ['public', 'enabled', 10, 'read'],
    ['internal', 'enabled', 10, 'read'],
    ['public', 'private', 10, 'read'],
    ['public', 'private', 5, 'none'],
    ['public', 'disabled', 50, 'none'],
    ['private', 'disabled', 50, 'none'],
    ['public', undefined, 5, 'read'],
    ['a new kind', 'enabled', 10, 'none'],
  ])('%s with its repository %s, role %s: %s', async (visibility, repository, role, level) => {
    const permissions = { project_access: access(role), group_access: null };
    expect(await levelOf({ visibility, repository_access_level: repository, permissions })).toBe(level);
  });

  it('internal is private to the world, and reading it no role', async () => {
    double.answer = (_seen, to) => sendJson(to, 200, project(1, { visibility: 'internal' }));
    expect(await as().repository('group/r1')).toMatchObject({ private: true, internal: true });
    double.answer = (_seen, to) => sendJson(to, 200, project(1, { visibility: 'public' }));
    expect(await as().repository('group/r1')).toMatchObject({ private: false, internal: false });
  });

  describe('where the answer names no role', () => {
    const nobody = { permissions: { project_access: null, group_access: null } };
    const play = (wire: object, user: object, member: { status: number; body?: object }) => {
      double.answer = (seen, to) => {
        if (seen.url.endsWith('/user')) sendJson(to, 200, user);
        else if (seen.url.includes('/members/all/')) sendJson(to, member.status, member.body ?? {});
        else sendJson(to, 200, project(1, wire));
      };
      return as().repository('group/sub/r1');
    };

    it('the list of all members tells: an invited group', async () => {
      const member = { status: 200, body: { ...me, access_level: 30 } };
      expect((await play(nobody, me, member))?.level).toBe('write');
      expect(paths()).toEqual(['/projects/group%2Fsub%2Fr1', '/user', '/projects/1/members/all/7']);
    });

    it.each([404, 403])('no member (%i): by its visibility', async (status) => {
      expect((await play(nobody, me, { status }))?.level).toBe('none');
      expect((await play({ ...nobody, visibility: 'internal' }, me, { status }))?.level).toBe('read');
      expect((await play({ visibility: 'public', permissions: undefined }, me, { status }))?.level).toBe(
        'read',
      );
    });

    it('a site administrator needs be no member', async () => {
      expect((await play(nobody, { ...me, is_admin: true }, { status: 404 }))?.level).toBe('admin');
      expect(paths()).not.toContain('/projects/1/members/all/7');
    });

    it('a failing list is no "no"', async () => {
      expect(await codeOf(play(nobody, me, { status: 500 }))).toBe('forge_unreachable');
      expect(await codeOf(play(nobody, me, { status: 401 }))).toBe('forge_signed_out');
    });

    it('an invited group may give more than the role that is named, never less', async () => {
      const named = (role: number) => ({
        shared_with_groups: [{ group_id: 4, group_access_level: 40 }],
        permissions: { project_access: access(role), group_access: null },
      });
      const member = (role: number) => ({ status: 200, body: { ...me, access_level: role } });
      expect((await play(named(20), me, member(40)))?.level).toBe('admin');
      expect((await play(named(30), me, member(20)))?.level).toBe('write');
      double.seen.length = 0;
      expect((await play(named(40), me, member(10)))?.level).toBe('admin');
      expect(paths()).toEqual(['/projects/group%2Fsub%2Fr1']);
    });

    it('in a list, the lists by least role tell', async () => {
      const ids = new Map([
        ['20', [1, 2, 3]],
        ['30', [2, 3]],
        ['40', [3]],
      ]);
      double.answer = (seen, to) => {
        const least = new URL(seen.url, double.url).searchParams.get('min_access_level');
        if (least) sendJson(to, 200, ids.get(least)?.map((id) => ({ id })) ?? []);
        else
          sendJson(
            to,
            200,
            [1, 2, 3, 4, 5].map((id) => project(id, id === 5 ? {} : nobody)),
          );
      };
      expect((await as().repositories()).map((repo) => [repo.id, repo.level])).toEqual([
        ['1', 'read'],
        ['2', 'write'],
        ['3', 'admin'],
        ['5', 'write'],
      ]);
      expect(double.seen).toHaveLength(4);
    });
  });

  it('does not follow a rename, and a hidden project is absent', async () => {
    for (const status of [301, 302, 307, 404]) {
      double.seen.length = 0;
      double.answer = (_seen, to) =>
        to.writeHead(status, { location: `${double.url}/api/v4/projects/9` }).end('{}');
      expect(await as().repository('group/old')).toBeNull();
      expect(double.seen).toHaveLength(1);
    }
  });

  it('asks nothing about a path that cannot be', async () => {
    for (const path of ['group', 'a//b', '../..', 'group/..', 'group/%2e%2e', 'a\\b/c', 'a/b c', 'a/b?c']) {
      expect(await as().repository(path), path).toBeNull();
      expect(await codeOf(as().branches(path)), path).toBe('not_found');
      expect(await codeOf(as().file(path, 'main', 'f')), path).toBe('not_found');
    }
    for (const file of ['../../secret', '/etc/passwd', 'a//b', '.', '']) {
      expect(await as().file('group/web', 'main', file), file).toBeNull();
    }
    expect(double.seen).toEqual([]);
  });

  it.each(['blocked', 'deactivated', 'ldap_blocked', ''])(
    'a person who is %s may not sign in',
    async (state) => {
      double.answer = (_seen, to) => sendJson(to, 200, { ...me, state });
      expect((await as().me()).active).toBe(false);
    },
  );
});

describe('lists', () => {
  const pages = (size: number, total: number, header: (next: string) => string | null) => {
    double.answer = (seen, to) => {
      const query = new URL(seen.url, double.url).searchParams;
      const after = Number(query.get('id_after') ?? (Number(query.get('page') ?? '1') - 1) * size);
      const ids = Array.from({ length: Math.min(size, total - after) }, (_, n) => after + n + 1);
      const last = ids.at(-1) ?? 0;
      query.set('id_after', String(last));
      const link = header(`https://code.example.test/gitlab/api/v4/projects?${query}`);
      if (link !== null) to.setHeader('link', last < total ? link : '<https://x.test/>; rel="first"');
      sendJson(
        to,
        200,
        ids.map((id) => project(id)),
      );
    };
  };
  const ids = async () => (await as().repositories()).map((repo) => repo.id);
  const all = (total: number) => Array.from({ length: total }, (_, n) => String(n + 1));

  it('are followed by the link’s query on the internal address', async () => {
    pages(50, 120, (next) => `<${next}>; rel="next"`);
    expect(await ids()).toEqual(all(120));
    expect(double.seen).toHaveLength(3);
    expect(double.seen[1]?.url).toMatch(/^\/inner\/gitlab\/api\/v4\/projects\?.*id_after=50/);
    expect(double.seen[1]?.url).toContain('membership=true');
    expect(double.seen.every((seen) => seen.url.includes('per_page=100'))).toBe(true);
  });

  it('without the header go on by number while pages are full', async () => {
    pages(100, 230, () => null);
    expect(await ids()).toEqual(all(230));
    expect(double.seen).toHaveLength(3);
  });

  it('never take a token out of a link into an address', async () => {
    pages(50, 120, (next) => `<${next}&private_token=made-up&access_token=made-up>; rel="next"`);
    expect(await ids()).toEqual(all(120));
    expect(double.seen.some((seen) => seen.url.includes('made-up'))).toBe(false);
  });

  it('end when a proxy gives the same page again and again', async () => {
    double.answer = (_seen, to) => {
      to.setHeader('link', '<https://code.example.test/gitlab/api/v4/projects?id_after=2>; rel="next"');
      sendJson(to, 200, [project(1), project(2)]);
    };
    expect(await ids()).toEqual(['1', '2']);
    expect(double.seen).toHaveLength(2);
  });

  it('skip an entry that cannot be read', async () => {
    double.answer = (_seen, to) => sendJson(to, 200, [project(1), { id: 'odd' }, null, project(2)]);
    expect(await ids()).toEqual(['1', '2']);
  });

  it('branches go on by their cursor', async () => {
    double.answer = (seen, to) => {
      const first = !seen.url.includes('page_token');
      if (first) to.setHeader('link', '<https://x.test/b?page_token=a&per_page=100>; rel="next"');
      sendJson(to, 200, [{ name: first ? 'a' : 'b', commit: { id: 'c0ffee' } }]);
    };
    expect((await as().branches('group/web')).map((one) => one.name)).toEqual(['a', 'b']);
    expect(double.seen[1]?.url).toContain('page_token=a');
  });
});

describe('files and people', () => {
  it('a file is one encoded segment, its ref a plain name', async () => {
    double.answer = (_seen, to) => to.writeHead(200, { 'content-type': 'text/plain' }).end('键: 值\n');
    expect(await as().file('group/sub/web', 'refs/heads/a/b', 'a b/.ci.yml')).toBe('键: 值\n');
    expect(paths()).toEqual(['/projects/group%2Fsub%2Fweb/repository/files/a%20b%2F.ci.yml/raw?ref=a%2Fb']);
    double.answer = (_seen, to) => sendJson(to, 404, { message: '404 File Not Found' });
    expect(await as().file('group/web', 'main', 'x')).toBeNull();
  });

  it('who administers: active maintainers and owners, or not told', async () => {
    const member = (username: string, access_level: number, state = 'active') => ({
      ...{ username, access_level, state, name: '', avatar_url: null },
    });
    double.answer = (_seen, to) =>
      sendJson(to, 200, [
        member('zoe', 50),
        member('ada', 40),
        member('bob', 30),
        member('eve', 50, 'blocked'),
      ]);
    expect((await as().admins('group/sub/web'))?.map((one) => one.login)).toEqual(['ada', 'zoe']);
    for (const status of [403, 404]) {
      double.answer = (_seen, to) => sendJson(to, status, { message: 'no' });
      expect(await as().admins('group/sub/web')).toBeNull();
    }
    // Ten pages and still no end: what would be missing cannot be told.
    let count = 0;
    double.answer = (_seen, to) => {
      count += 1;
      to.setHeader('link', `<https://x.test/?page=${count + 1}>; rel="next"`);
      sendJson(to, 200, [member(`one-${count}`, 40)]);
    };
    expect(await as().admins('group/sub/web')).toBeNull();
    expect(count).toBe(10);
  });
});

describe('tokens', () => {
  const redirectUri = 'http://c.test/cb';
  const held = { accessToken: 'made-up-a', refreshToken: 'made-up-r', expiresAt: 1, redirectUri };
  const grant = { code: 'made-up-code', verifier: 'v', redirectUri };

  it('are traded with the address of the sign-in, which is kept', async () => {
    double.answer = (_seen, to) =>
      sendJson(to, 200, {
        ...{ access_token: 'made-up-new', refresh_token: 'made-up-next', token_type: 'Bearer' },
        ...{ expires_in: 7200, created_at: 1_795_000_000, scope: 'read_api' },
      });
    expect(await forge.refresh(held)).toMatchObject({ refreshToken: 'made-up-next', redirectUri });
    expect(await oauthOf(forge).exchange(grant)).toMatchObject({ accessToken: 'made-up-new', redirectUri });
    const [refresh, exchange] = double.seen.map((seen) => Object.fromEntries(new URLSearchParams(seen.body)));
    expect(refresh).toMatchObject({ grant_type: 'refresh_token', redirect_uri: redirectUri });
    expect(exchange).toMatchObject({ grant_type: 'authorization_code', code_verifier: 'v' });
    expect(double.seen.every((seen) => seen.url === '/inner/gitlab/oauth/token')).toBe(true);
  });

  it.each([
    [400, 'invalid_grant'],
    [401, 'invalid_client'],
  ])('%i %s is final at a refresh', async (status, error) => {
    double.answer = (_seen, to) => sendJson(to, status, { error, error_description: 'no' });
    expect(await codeOf(forge.refresh(held))).toBe('forge_signed_out');
    expect(await codeOf(oauthOf(forge).exchange(grant))).toBe('forge_refused');
  });
});

describe('reachability', () => {
  it.each([
    [401, '{"message":"401 Unauthorized"}', null, 'passed'],
    [200, '{"version":"17.5.1-ee","revision":"abc"}', '17.5.1-ee', 'passed'],
    [401, '', null, 'forge_refused'],
    [200, '<!doctype html><title>router</title>', null, 'forge_refused'],
    [404, '{"message":"404 Not Found"}', null, 'forge_refused'],
    [502, 'GitLab is not responding', null, 'forge_unreachable'],
  ])('%i %s', async (status, text, version, code) => {
    double.answer = (_seen, to) => to.writeHead(status).end(text);
    expect(await codeOf(forge.probe())).toBe(code);
    if (code === 'passed') expect(await forge.probe()).toEqual({ version });
  });
});
