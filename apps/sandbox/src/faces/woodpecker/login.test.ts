import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Browser } from '../gitea/testing.ts';
import { startWoodpecker, type WoodpeckerStage } from './testing.ts';

let stage: WoodpeckerStage;
beforeAll(async () => {
  stage = await startWoodpecker('3.17', { paused: false });
});
afterAll(() => stage.stop());

const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  fetch(`${stage.woodpecker.url}${path}`, { method, headers, redirect: 'manual' });
const place = (response: Response): string => response.headers.get('location') ?? '';

/** Signs in at the forge and goes back with the code; the cookie. */
async function signIn(login: string): Promise<string> {
  const begun = await get('/authorize');
  const asked = new URL(place(begun));
  expect(begun.status).toBe(303);
  expect(asked.origin).toBe(stage.sandbox.urls.gitea);
  expect(asked.searchParams.get('redirect_uri')).toBe(`${stage.woodpecker.url}/authorize`);
  const browser = new Browser(asked.origin);
  await browser.signIn(login);
  const back = await browser.authorize(Object.fromEntries(asked.searchParams));
  const done = await get(`${back.pathname}${back.search}`);
  expect([done.status, place(done)]).toEqual([303, '/']);
  const [cookie = ''] = done.headers.getSetCookie();
  expect(cookie).toMatch(/^user_sess=[\w.-]+; Path=\/; HttpOnly$/);
  return cookie.split(';')[0] ?? '';
}

async function csrfOf(cookie: string): Promise<string> {
  const text = await (await get('/web-config.js', { cookie })).text();
  return /WOODPECKER_CSRF = "([^"]*)"/.exec(text)?.[1] ?? '';
}

describe('signing in through the forge', () => {
  it('ends with a token that the cookie is good for, and that stays when it goes', async () => {
    const cookie = await signIn('grace');
    expect((await get('/api/user', { cookie })).status).toBe(200);
    // A cookie alone does nothing but look.
    expect((await get('/api/user/token', { cookie }, 'POST')).status).toBe(401);
    const csrf = { 'x-csrf-token': await csrfOf(cookie) };
    const made = await get('/api/user/token', { cookie, ...csrf }, 'POST');
    const token = await made.text();
    expect([made.status, made.headers.get('content-type')]).toEqual([200, 'text/plain; charset=utf-8']);
    expect(token).toBe(stage.woodpecker.token('grace'));
    const me = await get('/api/user', { authorization: `Bearer ${token}` });
    expect(await me.json()).toMatchObject({ login: 'grace', forge_remote_id: '3' });
    // In a query too, and a wrong header makes a guest whatever else is there.
    expect((await get(`/api/user?access_token=${token}`)).status).toBe(200);
    expect((await get('/api/user', { authorization: 'Bearer wrong', cookie })).status).toBe(401);
  });

  it('gives a new token that ends the old one, every cookie and what went with it', async () => {
    const cookie = await signIn('linus');
    const csrf = { 'x-csrf-token': await csrfOf(cookie) };
    const old = await (await get('/api/user/token', { cookie, ...csrf }, 'POST')).text();
    const made = await get('/api/user/token', { cookie, ...csrf }, 'DELETE');
    const fresh = await made.text();
    expect(fresh).not.toBe(old);
    expect((await get('/api/user', { authorization: `Bearer ${old}` })).status).toBe(401);
    expect((await get('/api/user', { cookie })).status).toBe(401);
    expect((await get('/api/user', { authorization: `Bearer ${fresh}` })).status).toBe(200);
  });

  it('sends wrong states, refusals and reused codes to its own page with a word', async () => {
    expect(place(await get('/authorize?code=x&state=y'))).toBe('/login?error=invalid_state');
    const denied = await get('/authorize?error=access_denied&error_description=No+thanks');
    expect(place(denied)).toBe('/login?error=access_denied&error_description=No+thanks');
    const state = new URL(place(await get('/authorize'))).searchParams.get('state');
    expect(place(await get(`/authorize?code=nope&state=${state}`))).toBe('/login?error=oauth_error');
    expect(place(await get('/logout'))).toBe('/');
  });
});
