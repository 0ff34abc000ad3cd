import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addCommit, openPullRequest } from '../../world/git.ts';
import { Browser, CLIENT, startForge, tokenRequest } from './testing.ts';

let forge: Awaited<ReturnType<typeof startForge>>;
beforeEach(async () => {
  forge = await startForge();
});
afterEach(() => forge.stop());

async function get(path: string, as = '') {
  const headers: Record<string, string> = as === '' ? {} : { authorization: `Bearer ${as}-access-token` };
  const response = await fetch(forge.base + path, { headers });
  const text = await response.text();
  const json: unknown = text.startsWith('<') ? undefined : JSON.parse(text);
  return { status: response.status, headers: response.headers, text, json };
}

const checkout = () => forge.world.forge.repositories[0] as (typeof forge.world.forge.repositories)[0];

describe('paging', () => {
  it('counts all, names every other page, and gives no more than 50', async () => {
    const repo = checkout();
    for (let i = 0; i < 119; i += 1)
      addCommit(forge.world, { repo, branch: 'main', message: `${i}`, author: 'ada' });
    const path = '/api/v1/repos/acme/checkout/commits?limit=999&page=2';
    const { json, headers } = await get(path);
    expect(json).toHaveLength(50);
    expect(headers.get('x-total-count')).toBe('120');
    const rels = [...(headers.get('link') ?? '').matchAll(/page=(\d)>; rel="(\w+)"/g)].map(
      (found) => `${found[2]}${found[1]}`,
    );
    expect(rels).toEqual(['next3', 'last3', 'first1', 'prev1']);
    expect((await get('/api/v1/repos/acme/checkout/commits')).json).toHaveLength(30);
  });
});

describe('who sees what', () => {
  it('finds public repositories for everybody and private ones for those with a role', async () => {
    const names = async (as: string) => {
      const { json } = await get('/api/v1/repos/search?q=', as);
      return (json as { data: { full_name: string }[] }).data.map((repo) => repo.full_name);
    };
    expect(await names('')).toEqual(['acme/big', 'acme/checkout']);
    expect(await names('linus')).toEqual(['acme/big', 'acme/checkout', 'acme/infra']);
  });

  it('answers by id as by name, and hides what is hidden in both', async () => {
    const id = forge.world.forge.repository('acme', 'infra')?.id;
    expect((await get(`/api/v1/repositories/${id}`, 'linus')).json).toMatchObject({
      full_name: 'acme/infra',
    });
    const hidden = await get(`/api/v1/repositories/${id}`, 'grace');
    const absent = await get('/api/v1/repositories/999', 'grace');
    expect([hidden.status, hidden.text]).toEqual([404, absent.text]);
  });

  it('redirects a former name, of what the caller may see', async () => {
    const repo = forge.world.forge.repository('acme', 'infra');
    if (repo) Object.assign(repo, { name: 'platform', formerNames: ['acme/infra'] });
    const ask = (as: string) =>
      fetch(`${forge.base}/api/v1/repos/acme/infra/branches?limit=1`, {
        redirect: 'manual',
        headers: { authorization: `Bearer ${as}-access-token` },
      });
    const moved = await ask('linus');
    const to = moved.headers.get('location');
    expect([moved.status, to]).toEqual([301, '/api/v1/repos/acme/platform/branches?limit=1']);
    expect((await ask('grace')).status).toBe(404);
  });

  it('shows a permission to administrators and to oneself', async () => {
    const path = '/api/v1/repos/acme/checkout/collaborators/grace/permission';
    const status = async (as: string) => (await get(path, as)).status;
    expect(await Promise.all(['ada', 'grace', 'linus', ''].map(status))).toEqual([200, 200, 403, 401]);
  });

  it('refuses hooks to writers and guests', async () => {
    const status = async (as: string) => (await get('/api/v1/repos/acme/checkout/hooks', as)).status;
    expect(await Promise.all(['ada', 'grace', ''].map(status))).toEqual([200, 403, 401]);
  });
});

describe('branches and files', () => {
  it('takes a branch with slashes literally and encoded', async () => {
    addCommit(forge.world, { repo: checkout(), branch: 'feature/x', message: 'm', author: 'grace' });
    for (const name of ['feature/x', 'feature%2Fx']) {
      expect((await get(`/api/v1/repos/acme/checkout/branches/${name}`)).json).toMatchObject({
        name: 'feature/x',
      });
    }
    expect((await get('/api/v1/repos/acme/checkout/branches/nope')).status).toBe(404);
  });

  it('gives a file with its content and its last change, a folder as a list, 404 for neither', async () => {
    const repo = checkout();
    const files = { '.drone.yml': 'kind: pipeline\n', 'ci/one.yml': '1\n', 'ci/two.yml': '2\n' };
    const added = addCommit(forge.world, { repo, branch: 'main', message: 'ci', author: 'ada', files });
    addCommit(forge.world, { repo, branch: 'main', message: 'later', author: 'ada', files: { other: 'x' } });
    const path = '/api/v1/repos/acme/checkout/contents';
    expect((await get(`${path}/.drone.yml?ref=main`)).json).toMatchObject({
      content: Buffer.from('kind: pipeline\n').toString('base64'),
      last_commit_sha: added.sha,
    });
    const folder = (await get(`${path}/ci`)).json as { name: string; content: unknown }[];
    expect(folder.map(({ name, content }) => [name, content])).toEqual([
      ['one.yml', null],
      ['two.yml', null],
    ]);
    expect((await get(`${path}/nope`)).status).toBe(404);
    expect((await get(`${path}/.drone.yml?ref=nope`)).status).toBe(404);
    expect((await get(`${path}/.drone.yml?ref=refs/heads/main`)).status).toBe(404);
  });

  it('lists nobody a public repository they were only added to as a reader', async () => {
    const listed = async (as: string) =>
      ((await get('/api/v1/user/repos', as)).json as { full_name: string }[]).map((one) => one.full_name);
    checkout().collaborators.set('linus', 'read');
    expect(await listed('linus')).not.toContain('acme/checkout');
    checkout().private = true;
    expect(await listed('linus')).toContain('acme/checkout');
  });
});

describe('scopes of an OAuth token', () => {
  async function tokenWith(scope: string): Promise<string> {
    forge.world.forge.grants.length = 0;
    const browser = new Browser(forge.base);
    await browser.signIn('ada');
    const code = (await browser.authorize({ scope })).searchParams.get('code') ?? '';
    const response = await tokenRequest(forge.base, { grant_type: 'authorization_code', code });
    return ((await response.json()) as { access_token: string }).access_token;
  }
  const status = async (token: string, path: string) =>
    (await fetch(forge.base + path, { headers: { authorization: `Bearer ${token}` } })).status;

  it('open what they name, everything when absent or misspelt', async () => {
    const read = 'read:user read:repository read:organization';
    const seen: Record<string, number[]> = {};
    for (const scope of [read, 'read:user', 'openid', 'read:user read:repositry']) {
      const token = await tokenWith(scope);
      seen[scope] = [
        await status(token, '/api/v1/user'),
        await status(token, '/api/v1/user/repos'),
        await status(token, '/api/v1/user/orgs'),
      ];
    }
    expect(seen).toEqual({
      [read]: [200, 200, 200],
      'read:user': [200, 403, 403],
      openid: [200, 200, 200],
      'read:user read:repositry': [200, 200, 200],
    });
  });

  it('are told to the application that asks', async () => {
    const token = await tokenWith('read:user');
    const ask = async (secret: string) => {
      const authorization = `Basic ${Buffer.from(`${CLIENT.id}:${secret}`).toString('base64')}`;
      const body = new URLSearchParams({ token });
      const url = `${forge.base}/login/oauth/introspect`;
      const response = await fetch(url, { method: 'POST', headers: { authorization }, body });
      return { status: response.status, json: await response.json() };
    };
    expect(await ask(CLIENT.secret)).toMatchObject({
      json: { active: true, scope: 'read:user', username: 'ada' },
    });
    expect((await ask('wrong')).status).toBe(401);
    forge.world.clock.advance(3600_000);
    expect((await ask(CLIENT.secret)).json).toEqual({ active: false });
  });
});

describe('pages that links lead to', () => {
  it('exist for a commit, a comparison and a pull request, escape what people wrote, and hide private ones', async () => {
    const repo = checkout();
    const message = '<script>alert(1)</script>';
    const { sha } = addCommit(forge.world, { repo, branch: 'main', message, author: 'ada' });
    openPullRequest(forge.world, { repo, title: message, author: 'grace', branch: 'main', sha });
    for (const path of [
      `commit/${sha}`,
      `compare/main...${sha}`,
      'pulls/1',
      'src/branch/main/README.md',
      '',
    ]) {
      const { status, text } = await get(`/acme/checkout/${path}`.replace(/\/$/, ''));
      expect([path, status, text.includes('<script>')]).toEqual([path, 200, false]);
    }
    expect((await get('/acme/infra')).status).toBe(404);
    expect((await get('/acme/checkout/commit/0000000000')).status).toBe(404);
  });

  it('draw an avatar for any hash', async () => {
    const { headers, text } = await get('/avatars/28ae5bf8fa0cde12855e61ac303859cc');
    expect(headers.get('content-type')).toBe('image/svg+xml');
    expect(text).toContain('<svg');
  });
});
