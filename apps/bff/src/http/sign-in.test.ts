import { get, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { Browser } from '../../testing/browser.ts';
import { freePort, type RunningConsole, startConsole } from '../../testing/console.ts';

let at: RunningConsole;
beforeAll(async () => {
  // This file fails more often in a minute than a network address may.
  at = await startConsole({ env: { FLIGHTDECK_LIMITS_RATES_CALLBACK_ERRORS: '1000' } });
});
afterAll(() => at.stop());

const person = (login: string) => {
  const found = at.sandbox.people.find((one) => one.login === login);
  if (!found) throw new Error(login);
  return found;
};
const start = (wish = '/') => `${at.url}auth/forge/gitea?return=${encodeURIComponent(wish)}`;
const isCallback = (url: string) => url.includes('/auth/forge/gitea/callback');
const isEnd = (url: string) => url.startsWith(at.url) && !url.includes('/auth/');
const pathOf = (url: string) => url.slice(new URL(url).origin.length);
const tokenCalls = () =>
  at.sandbox.control.parts.calls.list({ face: 'gitea', match: 'POST /login/oauth/access_token' }).length;

async function viewer(browser: Browser): Promise<{ status: number; login?: string }> {
  const answer = await at.api(browser, 'GET', 'api/session');
  const body = (await answer.json()) as { person?: { login: string } };
  return { status: answer.status, ...(body.person ? { login: body.person.login } : {}) };
}

describe('signing in', () => {
  it('goes through the forge and comes back to the page that was asked for, with query and fragment', async () => {
    const browser = new Browser();
    const wish = '/r/drone/acme/checkout/-/builds/3?branch=main&q=a%20b#p12-p14';
    const end = await browser.throughForge(start(wish), person('ada'), (url) => url.includes('/r/drone'));
    expect(pathOf(end.url)).toBe(wish);
    expect(await viewer(browser)).toEqual({ status: 200, login: 'ada' });
  });

  it('names its own redirect address by the configuration, whatever the Host header says', async () => {
    // By hand: fetch would not send a Host of our choosing.
    const headers = {
      host: 'localhost:1',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
    };
    const answer = await new Promise<IncomingMessage>((done, fail) =>
      get(start(), { headers }, done).on('error', fail),
    );
    answer.resume();
    const location = new URL(answer.headers.location ?? '');
    expect(location.searchParams.get('redirect_uri')).toBe(`${at.url}auth/forge/gitea/callback`);
    expect(location.searchParams.get('code_challenge_method')).toBe('S256');
    expect(location.searchParams.get('code_challenge')).toMatch(/^[\w-]{43}$/);
    expect(location.searchParams.get('state')).toMatch(/^[\w-]{43}$/);
    expect(location.searchParams.get('scope')).toBe('read:user read:repository read:organization');
  });

  it('works in two tabs at once, ended in either order', async () => {
    const browser = new Browser();
    await browser.throughForge(start(), person('grace'), isEnd);
    const first = await browser.follow(start('/repos'), isCallback);
    const second = await browser.follow(start('/account'), isCallback);
    const ends = [];
    for (const { url } of [second, first]) ends.push(pathOf((await browser.follow(url, isEnd)).url));
    expect(ends).toEqual(['/account', '/repos']);
    expect(await viewer(browser)).toEqual({ status: 200, login: 'grace' });
  });

  it('refuses a state that another browser began, and leaves it to its owner', async () => {
    const owner = new Browser();
    const callback = await owner.throughForge(start('/repos'), person('linus'), isCallback);
    const stranger = new Browser();
    const before = tokenCalls();
    const refused = new URL((await stranger.follow(callback.url, isEnd)).url);
    expect(refused.pathname).toBe('/sign-in');
    expect(refused.searchParams.get('error')).toBe('attempt');
    expect(tokenCalls()).toBe(before);
    expect(await viewer(stranger)).toEqual({ status: 401 });
    expect(pathOf((await owner.follow(callback.url, isEnd)).url)).toBe('/repos');
  });

  it('takes a state once: fifty callbacks at the same moment make one token call and one session', async () => {
    const browser = new Browser();
    const { url } = await browser.throughForge(start(), person('wei'), isCallback);
    const cookie = browser.cookies(at.url);
    const before = tokenCalls();
    const answers = await Promise.all(
      Array.from({ length: 25 }, () => fetch(url, { redirect: 'manual', headers: { cookie } })),
    );
    expect(tokenCalls() - before).toBe(1);
    const withSession = answers.filter((answer) =>
      answer.headers.getSetCookie().some((line) => line.startsWith('sid=')),
    );
    expect(withSession).toHaveLength(1);
    expect(
      answers.filter((answer) => answer.headers.get('location')?.includes('error=attempt')),
    ).toHaveLength(24);
  });

  it('keeps at most five attempts in a browser; the cookie is short-lived, bound to the host and not readable', async () => {
    const browser = new Browser();
    for (let tab = 0; tab < 7; tab++) await browser.go(start());
    const names = browser
      .cookies(at.url)
      .split('; ')
      .map((pair) => pair.split('=')[0] ?? '');
    expect(names).toHaveLength(5);
    for (const name of names) expect(name).toMatch(/^oauth-[0-9a-f]{8}$/);
    const line = (await new Browser().go(start())).headers.getSetCookie()[0] ?? '';
    expect(line).toMatch(/; Max-Age=600; Path=\/; .*HttpOnly; SameSite=Lax$/);
    expect(line).not.toMatch(/Domain|Secure/);
  });

  it('gives a new session id at sign-in; one that was set before is never adopted', async () => {
    const browser = new Browser();
    browser.setCookie(at.url, 'sid', 's%3Achosen-by-somebody-else.signature');
    await browser.throughForge(start(), person('ada'), isEnd);
    const first = browser.cookies(at.url);
    expect(first).not.toContain('chosen');
    await browser.throughForge(start(), person('ada'), isEnd);
    expect(browser.cookies(at.url)).not.toBe(first);
    const old = await fetch(`${at.url}api/session`, { headers: { cookie: first } });
    expect(old.status).toBe(401);
  });

  it('compares the linked account anew: a token that was renewed meanwhile has expired', async () => {
    const state = async (browser: Browser) =>
      ((await (await at.api(browser, 'GET', 'api/accounts')).json()) as { state: string }[]).map(
        (account) => account.state,
      );
    const browser = new Browser();
    await browser.throughForge(start(), person('grace'), isEnd);
    const token = at.sandbox.control.rotateToken('grace');
    expect((await at.api(browser, 'POST', 'api/accounts/drone', { token })).status).toBe(200);
    // Linking began a sync, which asks as her until it is done.
    await vi.waitFor(
      async () => {
        const sync = await (await at.api(browser, 'GET', 'api/accounts/drone/sync')).json();
        expect(sync).toMatchObject({ state: 'done' });
      },
      { timeout: 15_000, interval: 100 },
    );
    at.sandbox.control.rotateToken('grace');
    // Nothing asks the CI server as her before she signs in again.
    expect(await state(browser)).toEqual(['linked']);
    await browser.throughForge(start(), person('grace'), isEnd);
    await vi.waitFor(async () => expect(await state(browser)).toEqual(['expired']), { timeout: 10_000 });
  });

  it('ends at the sign-in page when the person says no at the forge', async () => {
    const control = at.sandbox.control;
    control.reset();
    const browser = new Browser();
    const end = await browser.throughForge(start('/repos'), person('mallory'), isEnd, 'false');
    const url = new URL(end.url);
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      error: 'cancelled',
      hop: 'browser-forge',
      forge: 'gitea',
      return: '/repos',
    });
  });

  it('never repeats in an address what the forge wrote', async () => {
    const browser = new Browser();
    const began = await browser.go(start());
    const state = new URL(began.headers.get('location') ?? '').searchParams.get('state') ?? '';
    const query = new URLSearchParams({
      state,
      error: 'server_error',
      error_description: '<b>CANARY</b>\u202e',
    });
    const end = await browser.follow(`${at.url}auth/forge/gitea/callback?${query}`, isEnd);
    expect(end.url).not.toContain('CANARY');
    const id = new URL(end.url).searchParams.get('problem');
    const problem = await (await at.api(browser, 'GET', `api/sign-in-problem/${id}`)).json();
    expect(problem).toMatchObject({
      code: 'redirect_refused',
      hop: 'browser-forge',
      raw: 'server_error: <b>CANARY</b> ',
    });
    expect((await at.api(browser, 'GET', `api/sign-in-problem/${'x'.repeat(22)}`)).status).toBe(404);
  });
});

describe('a forge that fails', () => {
  const isToken = 'POST /login/oauth/access_token';
  const isUser = 'GET /api/v1/user$';
  beforeEach(() => at.sandbox.control.clearFaults());

  async function failing(wish = '/repos') {
    const browser = new Browser();
    const end = await browser.throughForge(start(wish), person('ada'), isEnd);
    const url = new URL(end.url);
    expect(url.pathname).toBe('/sign-in');
    const id = url.searchParams.get('problem') ?? '';
    const problem = (await (await at.api(browser, 'GET', `api/sign-in-problem/${id}`)).json()) as Record<
      string,
      unknown
    >;
    expect(problem.requestId).toBe(url.searchParams.get('request'));
    expect(
      at.log.some((line) => line.includes(String(problem.requestId)) && line.includes('sign-in failed')),
    ).toBe(true);
    expect(await viewer(browser)).toEqual({ status: 401 });
    return {
      code: url.searchParams.get('error'),
      hop: url.searchParams.get('hop'),
      return: url.searchParams.get('return'),
      raw: problem.raw,
      address: problem.address,
    };
  }

  it('answers 500 at the token address', async () => {
    at.sandbox.control.addFault({ face: 'gitea', match: isToken, status: 500, body: 'database is locked' });
    expect(await failing()).toMatchObject({
      code: 'forge_refused',
      hop: 'console-forge-token',
      return: '/repos',
    });
  });

  it('answers with a web page where tokens should be', async () => {
    at.sandbox.control.addFault({
      face: 'gitea',
      match: isToken,
      status: 200,
      contentType: 'text/html',
      body: '<!doctype html><title>Welcome</title>',
    });
    expect(await failing()).toMatchObject({ code: 'answer_unreadable', hop: 'console-forge-token' });
  });

  it('is not there at all at that path', async () => {
    at.sandbox.control.addFault({
      face: 'gitea',
      match: isToken,
      status: 404,
      contentType: 'text/html',
      body: '<html>nothing</html>',
    });
    expect(await failing()).toMatchObject({ code: 'answer_unreadable', hop: 'console-forge-token' });
  });

  it.each([
    ['an empty object', '{}'],
    ['an error with status 200', '{"error":"bad_verification_code"}'],
    ['a list', '[]'],
    ['a token that is not a text', '{"access_token":42}'],
    ['an empty token', '{"access_token":""}'],
    ['form encoding', 'access_token=abc&token_type=bearer'],
  ])('calls it success only when there is a token: %s', async (_, body) => {
    at.sandbox.control.addFault({
      face: 'gitea',
      match: isToken,
      status: 200,
      contentType: 'application/json',
      body,
    });
    expect(await failing()).toMatchObject({ code: 'answer_unreadable', hop: 'console-forge-token' });
  });

  it('breaks the connection when asked who this is', async () => {
    at.sandbox.control.addFault({ face: 'gitea', match: isUser, refuse: true });
    expect(await failing()).toMatchObject({ code: 'forge_unreachable', hop: 'console-forge-api' });
  });

  it('answers with a page when asked who this is', async () => {
    at.sandbox.control.addFault({
      face: 'gitea',
      match: isUser,
      status: 200,
      contentType: 'text/html',
      body: '<html></html>',
    });
    expect(await failing()).toMatchObject({ code: 'answer_unreadable', hop: 'console-forge-api' });
  });

  it('says this person is not active', async () => {
    const me = {
      id: 1,
      login: 'ada',
      full_name: '',
      email: '',
      avatar_url: '',
      active: false,
      prohibit_login: true,
    };
    at.sandbox.control.addFault({
      face: 'gitea',
      match: isUser,
      status: 200,
      contentType: 'application/json',
      body: JSON.stringify(me),
    });
    expect(await failing()).toMatchObject({ code: 'inactive' });
  });
});

describe('a forge that is not there, or set up wrongly', async () => {
  const cases: [string, Record<string, string>, { code: string; hop: string }][] = [
    [
      'refuses connections',
      { INTERNAL_URL: `http://127.0.0.1:${await freePort()}` },
      { code: 'forge_unreachable', hop: 'console-forge-token' },
    ],
    [
      'has a name nobody knows',
      { INTERNAL_URL: 'http://no-such-forge.invalid' },
      { code: 'forge_unreachable', hop: 'console-forge-token' },
    ],
    [
      'knows another client secret',
      { CLIENT_SECRET: 'wrong-made-up-secret' },
      { code: 'client_refused', hop: 'console-forge-token' },
    ],
  ];
  it.each(cases)('%s', async (_, wrong, expected) => {
    const adjust = (env: Record<string, string>) => {
      for (const [field, value] of Object.entries(wrong)) env[`FLIGHTDECK_FORGE_GITEA_${field}`] = value;
    };
    const other = await startConsole({ adjust });
    try {
      const end = await new Browser().throughForge(
        `${other.url}auth/forge/gitea`,
        person('ada'),
        (url) => url.startsWith(other.url) && !url.includes('/auth/'),
      );
      const query = Object.fromEntries(new URL(end.url).searchParams);
      expect({ code: query.error, hop: query.hop }).toEqual(expected);
      const problem = (await (await fetch(`${other.url}api/sign-in-problem/${query.problem}`)).json()) as {
        raw: string;
        address: string;
      };
      expect(problem.raw).not.toBe('');
      expect(problem.raw).not.toContain('wrong-made-up-secret');
      expect(problem.address).toContain('/login/oauth/access_token');
    } finally {
      await other.stop();
    }
  });

  it('is slow: the person waits for the limit and not longer', async () => {
    const other = await startConsole({ env: { FLIGHTDECK_LIMITS_UPSTREAM_HEADERS_MS: '600' } });
    try {
      other.sandbox.control.addFault({
        face: 'gitea',
        match: 'POST /login/oauth/access_token',
        delay: 60_000,
      });
      const end = await new Browser().throughForge(
        `${other.url}auth/forge/gitea`,
        person('ada'),
        (url) => url.startsWith(other.url) && !url.includes('/auth/'),
      );
      expect(new URL(end.url).searchParams.get('error')).toBe('forge_timeout');
    } finally {
      await other.stop();
    }
  });

  it('does not know the redirect address: its own page says so, the browser stays there', async () => {
    const other = await startConsole({ sandbox: { consoleUrl: 'http://another.example' } });
    try {
      const end = await new Browser().throughForge(
        `${other.url}auth/forge/gitea`,
        person('ada'),
        (url) => url.startsWith(other.url) && !url.includes('/auth/forge/gitea'),
      );
      expect(end.url).toContain(other.sandbox.urls.gitea);
      expect(end.response?.status).toBe(400);
    } finally {
      await other.stop();
    }
  });
});
