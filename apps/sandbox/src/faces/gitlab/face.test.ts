import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../index.ts';

let sandbox: Sandbox;
let base: string;
const redirect = 'http://127.0.0.1:8300/auth/forge/lab/callback';

beforeAll(async () => {
  sandbox = await startSandbox({ paused: true, forges: [{ id: 'lab', vendor: 'gitlab' }] });
  base = sandbox.forges.urls.lab ?? '';
});
afterAll(() => sandbox.stop());

const forge = () => sandbox.forges.get('lab').world.forge;
const api = async (path: string, login?: string) => {
  const headers: Record<string, string> = login ? { authorization: `Bearer ${login}-access-token` } : {};
  const answer = await fetch(`${base}/api/v4${path}`, { headers, redirect: 'manual' });
  const text = await answer.text();
  return {
    status: answer.status,
    headers: answer.headers,
    body: answer.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text,
  };
};
const token = async (fields: Record<string, string>) => {
  const { clientId, clientSecret } = sandbox.oauth;
  const body = new URLSearchParams({ client_id: clientId, client_secret: clientSecret, ...fields });
  const answer = await fetch(`${base}/oauth/token`, { method: 'POST', body });
  return { status: answer.status, body: (await answer.json()) as Record<string, string> };
};
/** A code as the consent page would have given it. */
function code(scope = 'read_api'): string {
  const { clientId } = sandbox.oauth;
  const grant = { id: forge().nextId(), userId: 41, clientId, scope, counter: 0, createdAt: 0 };
  forge().grants.push(grant);
  const text = `made-up-code-${grant.id}`;
  forge().codes.push({
    ...{ code: text, grantId: grant.id, redirectUri: redirect, used: false, enforcePkce: true },
    ...{ codeChallenge: undefined, codeChallengeMethod: undefined, expiresAt: Number.MAX_SAFE_INTEGER },
  });
  return text;
}
const exchange = (text: string) =>
  token({ grant_type: 'authorization_code', code: text, redirect_uri: redirect });
const refresh = (refresh_token: string, redirect_uri = redirect) =>
  token({ grant_type: 'refresh_token', refresh_token, redirect_uri });
const as = async (access: string) =>
  (await fetch(`${base}/api/v4/user`, { headers: { authorization: `Bearer ${access}` } })).status;

describe('tokens', () => {
  it('rotate: a trade ends both of the old pair at once, and no other sign-in', async () => {
    const [first, other] = [(await exchange(code())).body, (await exchange(code())).body];
    expect(first).toMatchObject({ token_type: 'Bearer', expires_in: 7200, scope: 'read_api' });
    const second = (await refresh(first.refresh_token ?? '')).body;
    expect(await as(first.access_token ?? '')).toBe(401);
    expect((await refresh(first.refresh_token ?? '')).body.error).toBe('invalid_grant');
    expect(await as(second.access_token ?? '')).toBe(200);
    expect(await as(other.access_token ?? '')).toBe(200);
  });

  it('want the address of the sign-in again at a refresh, and a code only once', async () => {
    const text = code();
    const pair = (await exchange(text)).body;
    expect(await exchange(text)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    const elsewhere = await refresh(pair.refresh_token ?? '', 'http://127.0.0.1:8300/other');
    expect(elsewhere).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    expect((await refresh(pair.refresh_token ?? '')).status).toBe(200);
  });

  it('end after two hours, and a wrong secret is 401', async () => {
    const pair = (await exchange(code())).body;
    sandbox.world.clock.advance(7_200_000);
    expect(await as(pair.access_token ?? '')).toBe(401);
    expect(await token({ grant_type: 'refresh_token', client_secret: 'wrong' })).toMatchObject({
      ...{ status: 401, body: { error: 'invalid_client' } },
    });
  });

  it('without a scope that reads the API are refused there', async () => {
    const pair = (await exchange(code('read_user'))).body;
    expect(await as(pair.access_token ?? '')).toBe(403);
  });
});

describe('projects', () => {
  const named = (path: string) => `/projects/${encodeURIComponent(path)}`;

  it('are named by their whole path or their number; a hidden one is absent', async () => {
    const basket = await api(named('atelier/web/shop/basket'), 'ada');
    expect(basket.body).toMatchObject({
      path_with_namespace: 'atelier/web/shop/basket',
      visibility: 'private',
    });
    expect((await api(`/projects/${basket.body.id}`, 'ada')).body.id).toBe(basket.body.id);
    expect(await api(named('atelier/web/shop/labels'), 'linus')).toMatchObject({
      ...{ status: 404, body: { message: '404 Project Not Found' } },
    });
    expect((await api('/user')).body).toEqual({ message: '401 Unauthorized' });
  });

  it('name no role that came through an invited group; the list of all members does', async () => {
    const { body } = await api(named('atelier/web/shop/labels'), 'grace');
    expect(body.permissions).toEqual({ project_access: null, group_access: null });
    const me = (await api('/user', 'grace')).body;
    expect((await api(`/projects/${body.id}/members/all/${me.id}`, 'grace')).body.access_level).toBe(30);
    const least = (await api('/projects?membership=true&min_access_level=30', 'grace')).body as {
      id: number;
    }[];
    expect(least.map((one) => one.id)).toContain(body.id);
  });

  it('show themselves to guests, and not their code', async () => {
    const basket = named('atelier/web/shop/basket');
    expect((await api(basket, 'mallory')).body.permissions.project_access.access_level).toBe(10);
    expect((await api(`${basket}/repository/branches`, 'mallory')).status).toBe(403);
    expect((await api(`${basket}/repository/branches`, 'linus')).status).toBe(200);
  });

  it('go on after the last id, by the link', async () => {
    const first = await api(
      '/projects?membership=true&pagination=keyset&order_by=id&sort=asc&per_page=3',
      'ada',
    );
    expect(first.body).toHaveLength(3);
    const next = /<([^>]+)>; rel="next"/.exec(first.headers.get('link') ?? '')?.[1] ?? '';
    expect(new URL(next).searchParams.get('id_after')).toBe(String(first.body[2].id));
    const rest = await api(next.replace(`${base}/api/v4`, ''), 'ada');
    expect(rest.body).toHaveLength(1);
    expect(rest.headers.get('link')).toBeNull();
  });

  it('that moved lead on', async () => {
    const repo = forge().repository('atelier', 'handbook');
    Object.assign(repo ?? {}, { name: 'guide', formerNames: ['atelier/handbook'] });
    const { status, headers } = await api(named('atelier/handbook'), 'ada');
    expect(status).toBe(301);
    expect(headers.get('location')).toBe(`${base}/api/v4/projects/${repo?.id}`);
  });
});

describe('further forges', () => {
  it('come anew at a reset, with the first one’s clock, and change nothing of the first', async () => {
    const before = sandbox.world.forge.repositories.length;
    forge().users.length = 0;
    sandbox.control.reset();
    expect(forge().user('ada')?.id).not.toBe(sandbox.world.forge.user('ada')?.id);
    expect(sandbox.forges.get('lab').world.clock).toBe(sandbox.world.clock);
    expect(sandbox.world.forge.repositories).toHaveLength(before);
  });

  it('are named once, by an id', async () => {
    for (const id of ['gitea', 'drone', 'No', '']) {
      await expect(startSandbox({ forges: [{ id, vendor: 'gogs' }] })).rejects.toThrow(/no id for a forge/);
    }
  });
});
