import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { authorizePath, Browser, CALLBACK, startForge, tokenRequest } from './testing.ts';

const VERIFIER = 'v'.repeat(43);
const S256 = {
  code_challenge: createHash('sha256').update(VERIFIER).digest('base64url'),
  code_challenge_method: 'S256',
};

let forge: Awaited<ReturnType<typeof startForge>>;
beforeEach(async () => {
  forge = await startForge();
});
afterEach(() => forge.stop());

async function codeFor(login: string, query: Record<string, string> = {}): Promise<string> {
  const browser = new Browser(forge.base);
  await browser.signIn(login);
  return (await browser.authorize(query)).searchParams.get('code') ?? '';
}

async function tokens(code: string, verifier?: string) {
  const fields = { grant_type: 'authorization_code', code, ...(verifier ? { code_verifier: verifier } : {}) };
  const response = await tokenRequest(forge.base, fields);
  return { status: response.status, body: (await response.json()) as Record<string, string> };
}

const refresh = async (token: string) => {
  const response = await tokenRequest(forge.base, { grant_type: 'refresh_token', refresh_token: token });
  return { status: response.status, body: (await response.json()) as Record<string, string> };
};

const apiUser = (token: string) =>
  fetch(`${forge.base}/api/v1/user`, { headers: { authorization: `Bearer ${token}` } });

describe('the sign-in form', () => {
  it('stands between a guest and the consent page and leads back to it', async () => {
    const browser = new Browser(forge.base);
    const asked = await browser.get(authorizePath({}));
    expect([asked.status, asked.headers.get('location')]).toEqual([303, '/user/login']);
    const back = await browser.signIn('ada');
    expect(back.headers.get('location')).toBe(authorizePath({}));
    const consent = await (await browser.get(authorizePath({}))).text();
    expect(consent).toContain('Authorize Application');
  });

  it('says so when the password is wrong, and keeps the name', async () => {
    const browser = new Browser(forge.base);
    const page = await (await browser.signIn('ada', 'wrong')).text();
    expect(page).toContain('role="alert">Username or password is incorrect.');
    expect(page).toContain('value="ada"');
  });

  it('refuses a form that it did not give out', async () => {
    const response = await new Browser(forge.base).submit('/user/login', '', {
      user_name: 'ada',
      password: 'ada-made-up',
    });
    expect(response.status).toBe(400);
  });
});

describe('authorizing', () => {
  it('asks consent once per person and application', async () => {
    const browser = new Browser(forge.base);
    await browser.signIn('ada');
    expect((await browser.get(authorizePath({}))).status).toBe(200);
    await browser.authorize({});
    expect((await browser.get(authorizePath({}))).status).toBe(303);
    const other = new Browser(forge.base);
    await other.signIn('grace');
    expect((await other.get(authorizePath({}))).status).toBe(200);
  });

  it('goes back with access_denied and the state after Cancel, and asks again', async () => {
    const browser = new Browser(forge.base);
    await browser.signIn('ada');
    const back = await browser.authorize({ state: 'a b&c' }, 'false');
    expect(back.origin + back.pathname).toBe(CALLBACK);
    expect(Object.fromEntries(back.searchParams)).toEqual({
      error: 'access_denied',
      error_description: 'the request is denied',
      state: 'a b&c',
    });
    expect((await browser.get(authorizePath({}))).status).toBe(200);
  });

  it('answers an unregistered address or application with a page and never redirects', async () => {
    const browser = new Browser(forge.base);
    await browser.signIn('ada');
    for (const query of [{ redirect_uri: 'http://evil.example/cb' }, { client_id: 'unknown' }]) {
      const response = await browser.get(authorizePath(query));
      expect([response.status, response.headers.get('location')]).toEqual([400, null]);
      expect(response.headers.get('content-type')).toContain('text/html');
    }
  });
});

describe('PKCE', () => {
  it('is lost over the consent page with S256, kept with plain', async () => {
    expect((await tokens(await codeFor('ada', S256))).status).toBe(200);
    const plain = { code_challenge: VERIFIER, code_challenge_method: 'plain' };
    expect((await tokens(await codeFor('grace', plain))).status).toBe(400);
  });

  it('is enforced where no consent is asked', async () => {
    await codeFor('ada');
    const refused = { error: 'unauthorized_client', error_description: 'failed PKCE code challenge' };
    expect(await tokens(await codeFor('ada', S256))).toEqual({ status: 400, body: refused });
    expect(await tokens(await codeFor('ada', S256), 'wrong'.repeat(9))).toEqual({
      status: 400,
      body: refused,
    });
    expect((await tokens(await codeFor('ada', S256), VERIFIER)).status).toBe(200);
  });
});

describe('tokens', () => {
  it('refuses a code the second time', async () => {
    const code = await codeFor('ada');
    await tokens(code);
    expect((await tokens(code)).body).toEqual({
      error: 'unauthorized_client',
      error_description: 'client is not authorized',
    });
  });

  it('serve until the world clock passes their hour, and not after a revocation', async () => {
    const { body } = await tokens(await codeFor('ada'));
    const access = body.access_token ?? '';
    forge.world.clock.advance(3599_000);
    expect((await apiUser(access)).status).toBe(200);
    forge.world.clock.advance(1_000);
    expect((await apiUser(access)).status).toBe(401);
    const next = (await refresh(body.refresh_token ?? '')).body.access_token ?? '';
    expect((await apiUser(next)).status).toBe(200);
    forge.world.forge.grants.length = 0;
    expect((await apiUser(next)).status).toBe(401);
    expect((await refresh(body.refresh_token ?? '')).body.error).toBe('invalid_grant');
  });

  it('allow a refresh token again by default and refuse it where reuse is forbidden', async () => {
    const first = (await tokens(await codeFor('ada'))).body.refresh_token ?? '';
    expect([(await refresh(first)).status, (await refresh(first)).status]).toEqual([200, 200]);
    forge.world.forge.invalidateRefreshTokens = true;
    const fresh = (await tokens(await codeFor('ada'))).body.refresh_token ?? '';
    const next = await refresh(fresh);
    expect(next.status).toBe(200);
    expect((await refresh(fresh)).body).toEqual({
      error: 'unauthorized_client',
      error_description: 'token was already used',
    });
    // Another browser's sign-in raises the same counter: it silently ends this one's refresh token.
    await tokens(await codeFor('ada'));
    expect((await refresh(next.body.refresh_token ?? '')).status).toBe(400);
  });

  it('name a wrong secret differently at the exchange and at the refresh', async () => {
    const code = await codeFor('ada');
    const wrong = { client_secret: 'wrong' };
    const exchange = await tokenRequest(forge.base, { grant_type: 'authorization_code', code, ...wrong });
    const token = (await tokens(code)).body.refresh_token ?? '';
    const again = await tokenRequest(forge.base, {
      grant_type: 'refresh_token',
      refresh_token: token,
      ...wrong,
    });
    const text = 'invalid client secret';
    expect(await exchange.json()).toEqual({ error: 'unauthorized_client', error_description: text });
    expect(await again.json()).toEqual({ error: 'invalid_client', error_description: text });
  });
});
