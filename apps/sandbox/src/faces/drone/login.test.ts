import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Stage, startStage } from '../../testing.ts';
import { Browser } from '../gitea/testing.ts';

/** The one-click link: Drone's redirect address points at the console, which keeps the state cookie. */
let stage: Stage;
const console_ = 'http://console.invalid:4000';

beforeAll(async () => {
  stage = await startStage({ consoleUrl: console_, paused: false });
});

afterAll(() => stage.stop());

const cookie = (answer: { headers: Headers }, name: string): string =>
  answer.headers.getSetCookie().find((one) => one.startsWith(`${name}=`)) ?? '';

async function login(query: string, cookies = ''): Promise<{ status: number; headers: Headers }> {
  return fetch(`${stage.sandbox.urls.drone}/login${query}`, {
    redirect: 'manual',
    headers: { cookie: cookies },
  });
}

describe('signing in through the console', () => {
  it('gives a session whose token stays when the session ends', async () => {
    const begun = await login('');
    expect(begun.status).toBe(303);
    const state = /^_oauth_state_=([0-9a-f]+); Max-Age=1800$/.exec(cookie(begun, '_oauth_state_'))?.[1];
    const target = new URL(begun.headers.get('location') ?? '');
    expect(target.searchParams.get('redirect_uri')).toBe(`${console_}/auth/server/drone/callback`);
    expect(target.searchParams.get('state')).toBe(state);

    const browser = new Browser(stage.sandbox.urls.gitea);
    await browser.signIn('linus');
    const back = await browser.authorize(Object.fromEntries(target.searchParams));
    expect(`${back.origin}${back.pathname}`).toBe(`${console_}/auth/server/drone/callback`);

    const done = await login(back.search, `_oauth_state_=${state}`);
    expect([done.status, done.headers.get('location')]).toEqual([303, '/register']);
    expect(cookie(done, '_session_')).toMatch(/; Path=\/; Max-Age=2147483647; HttpOnly; SameSite=lax$/);
    const session = cookie(done, '_session_').split(';')[0] ?? '';
    const asLinus = { headers: { cookie: session } };
    const user = await (await fetch(`${stage.sandbox.urls.drone}/api/user`, asLinus)).json();
    expect(user).toMatchObject({ login: 'linus' });
    const revealed = await fetch(`${stage.sandbox.urls.drone}/api/user/token`, {
      method: 'POST',
      ...asLinus,
    });
    const { token } = z.object({ token: z.string().length(32) }).parse(await revealed.json());
    const out = await fetch(`${stage.sandbox.urls.drone}/logout`, asLinus);
    expect([out.status, out.headers.get('set-cookie')]).toEqual([200, '_session_=; Path=/; Max-Age=0']);
    expect((await stage.call(token, 'GET /api/user')).json.login).toBe('linus');
  });

  it.each([
    [
      'without the state cookie',
      '?code=x&state=abc',
      '',
      '/login/error?message=http: named cookie not present',
    ],
    [
      'with a wrong code',
      '?code=x&state=abc',
      '_oauth_state_=abc',
      '/login/error?message=unauthorized_client: client is not authorized',
    ],
    ['refused by the person', '?error=access_denied&state=abc', '', '/login/error?message=access_denied'],
  ])('%s ends at the error page', async (_what, query, cookies, location) => {
    const answer = await login(query, cookies);
    expect([answer.status, answer.headers.get('location')]).toEqual([303, location]);
  });

  it('syncs in the background when asked, `syncing` for a while', async () => {
    const sync = await stage.call('ada', 'POST /api/user/repos?async=true');
    expect([sync.status, sync.text]).toEqual([204, '']);
    expect((await stage.call('ada', 'GET /api/user')).json.syncing).toBe(true);
    stage.sandbox.control.setClock({ advance: 2000 });
    expect((await stage.call('ada', 'GET /api/user')).json.syncing).toBe(false);
  });
});
