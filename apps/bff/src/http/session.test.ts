import { LIVE_PROTOCOL } from '@flightdeck/api-client/contract';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { Browser } from '../../testing/browser.ts';
import { type RunningConsole, startConsole } from '../../testing/console.ts';
import { type Clock, systemClock } from '../ports/clock.ts';

const hour = 3_600_000;
/** The machine's clock, moved on by the test. */
let ahead = 0;
const clock: Clock = { now: () => Date.now() + ahead, sleep: systemClock.sleep };

let at: RunningConsole;
beforeAll(async () => {
  at = await startConsole({ clock, background: false });
});
afterAll(() => at.stop());
afterEach(() => {
  ahead = 0;
});

const status = async (browser: Browser, headers: Record<string, string> = {}): Promise<number> => {
  const cookie = browser.cookies(at.url);
  return (await fetch(`${at.url}api/session`, { headers: { cookie, ...headers } })).status;
};

/** Resolves with the code the server closes the socket with. */
function socketOf(browser: Browser): { opened: Promise<void>; closed: Promise<number> } {
  const ws = new WebSocket(`${at.url.replace(/^http/, 'ws')}api/live`, LIVE_PROTOCOL, {
    headers: { cookie: browser.cookies(at.url), origin: new URL(at.url).origin },
  });
  const subscribe = JSON.stringify({ type: 'subscribe', id: 1, topic: { kind: 'deck' } });
  const opened = new Promise<void>((done) => {
    ws.on('open', () => ws.send(subscribe));
    ws.on('message', () => done());
  });
  return { opened, closed: new Promise((done) => ws.on('close', (code) => done(code))) };
}

describe('the cookie of a session', () => {
  it('on plain http is `sid`: not readable, Lax, of this host, for at most a day', async () => {
    const browser = await at.signIn('ada');
    const line = await signInCookie(at, browser);
    expect(line).toMatch(/^sid=s%3A[\w-]{43}\.[^;]+; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Lax$/);
  });

  it('on https is `__Host-sid` and Secure, also when a proxy speaks plain http to this process', async () => {
    const other = await startConsole({ secure: true, background: false });
    try {
      const browser = await signInThroughProxy(other);
      const cookie = browser.cookies(other.url);
      expect(cookie).toMatch(/^__Host-sid=s%3A/);
      const answer = await fetch(`${other.url}api/session`, { headers: { cookie } });
      expect(answer.status).toBe(200);
      expect(answer.headers.get('strict-transport-security')).toBe('max-age=31536000');
      const tossed = await fetch(`${other.url}api/session`, {
        headers: { cookie: `__Host-sid=s%3Aa.b; ${cookie}` },
      });
      expect(tossed.status).toBe(401);
      const plain = await fetch(`${other.url}api/session`, {
        headers: { cookie: cookie.replace('__Host-', '') },
      });
      expect(plain.status).toBe(401);
    } finally {
      await other.stop();
    }
  });

  it('is not believed when two of its name come', async () => {
    const browser = await at.signIn('ada');
    const cookie = browser.cookies(at.url);
    expect((await fetch(`${at.url}api/session`, { headers: { cookie: `${cookie}; sid=x` } })).status).toBe(
      401,
    );
    expect((await fetch(`${at.url}api/session`, { headers: { cookie: `sid=x; ${cookie}` } })).status).toBe(
      401,
    );
    expect(await status(browser)).toBe(200);
  });

  it('is worth nothing when its signature or its value was changed', async () => {
    const cookie = (await at.signIn('ada')).cookies(at.url);
    for (const changed of [
      cookie.slice(0, -2),
      cookie.replace('s%3A', 's%3AA'),
      cookie.replace(/\..*$/, ''),
    ]) {
      expect((await fetch(`${at.url}api/session`, { headers: { cookie: changed } })).status).toBe(401);
    }
  });

  it('is not set for guests', async () => {
    for (const path of ['', 'api/console', 'repos', 'api/session', 'assets/none.js']) {
      expect((await fetch(at.url + path)).headers.getSetCookie(), path).toEqual([]);
    }
  });

  it('is not what the store holds', async () => {
    const cookie = decodeURIComponent((await at.signIn('ada')).cookies(at.url));
    const id = /s:([\w-]{43})\./.exec(cookie)?.[1] ?? '';
    expect(id).toHaveLength(43);
    expect(at.log.join('\n')).not.toContain(id);
  });
});

describe('a session', () => {
  it('ends after 8 h without input; polling does not keep it', async () => {
    const browser = await at.signIn('ada');
    for (const hours of [3, 6, 7.9]) {
      ahead = hours * hour;
      expect(await status(browser)).toBe(200);
    }
    ahead = 8.1 * hour;
    expect(await status(browser)).toBe(401);
  });

  it.each([
    ['a touch of the page', { 'x-flightdeck-input': '1' }],
    ['a page that is opened', { accept: 'text/html' }],
  ])('is kept by %s, but never beyond 24 h', async (_, headers) => {
    const browser = await at.signIn('ada');
    for (const hours of [7, 14, 21, 23.9]) {
      ahead = hours * hour;
      expect(await status(browser, headers), `after ${hours} h`).toBe(200);
    }
    ahead = 24.1 * hour;
    expect(await status(browser, headers)).toBe(401);
  });

  it('says when it ends', async () => {
    const browser = await at.signIn('ada');
    const { sessionExpiresAt } = (await (await at.api(browser, 'GET', 'api/session')).json()) as {
      sessionExpiresAt: number;
    };
    expect(Math.abs(sessionExpiresAt - (Date.now() + 8 * hour))).toBeLessThan(60_000);
  });

  it('ends with its sockets when the person signs out; another one lives on', async () => {
    const one = await at.signIn('grace');
    const other = await at.signIn('grace');
    const copied = one.cookies(at.url);
    const sockets = [socketOf(one), socketOf(other)];
    await Promise.all(sockets.map(({ opened }) => opened));
    const answer = await at.api(one, 'POST', 'api/session/sign-out');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('clear-site-data')).toBe('"cache", "storage"');
    expect(answer.headers.getSetCookie().join()).toMatch(/^sid=; Path=\/; Expires=Thu, 01 Jan 1970/);
    expect(await sockets[0]?.closed).toBe(4401);
    expect((await fetch(`${at.url}api/session`, { headers: { cookie: copied } })).status).toBe(401);
    expect(await status(other)).toBe(200);
    expect((await at.api(other, 'POST', 'api/session/sign-out-everywhere')).status).toBe(200);
    expect(await sockets[1]?.closed).toBe(4401);
  });

  it('ends everywhere at once', async () => {
    const all = [await at.signIn('linus'), await at.signIn('linus'), await at.signIn('linus')];
    const stranger = await at.signIn('wei');
    await at.api(all[0] as Browser, 'POST', 'api/session/sign-out-everywhere');
    expect(await Promise.all(all.map((browser) => status(browser)))).toEqual([401, 401, 401]);
    expect(await status(stranger)).toBe(200);
  });

  it('is one of at most as many as the setting says: the oldest gives way', async () => {
    const other = await startConsole({
      background: false,
      env: { FLIGHTDECK_LIMITS_SESSION_PER_PERSON: '2' },
    });
    try {
      const all = [await other.signIn('ada'), await other.signIn('ada'), await other.signIn('ada')];
      const states = await Promise.all(
        all.map(async (browser) => (await other.api(browser, 'GET', 'api/session')).status),
      );
      expect(states).toEqual([401, 200, 200]);
    } finally {
      await other.stop();
    }
  });
});

async function signInCookie(console: RunningConsole, browser: Browser): Promise<string> {
  const who = console.sandbox.people.find(({ login }) => login === 'ada') ?? { login: '', password: '' };
  const { url } = await browser.throughForge(`${console.url}auth/forge/gitea`, who, (address) =>
    address.includes('/callback'),
  );
  const answer = await browser.go(url);
  return answer.headers.getSetCookie().find((line) => line.includes('sid=')) ?? '';
}

/** The public address is https; a proxy would hand it on to the process by plain http. */
async function signInThroughProxy(console: RunningConsole): Promise<Browser> {
  const browser = new Browser();
  const who = console.sandbox.people.find(({ login }) => login === 'ada') ?? { login: '', password: '' };
  const isCallback = (address: string) => address.startsWith('https:');
  const { url } = await browser.throughForge(`${console.url}auth/forge/gitea`, who, isCallback);
  const answer = await browser.go(url.replace(/^https:/, 'http:'));
  const lines = answer.headers.getSetCookie();
  expect(lines.find((line) => line.startsWith('__Host-sid='))).toMatch(
    /; Path=\/; Expires=[^;]+; HttpOnly; Secure; SameSite=Lax$/,
  );
  expect(lines.find((line) => line.startsWith('__Host-oauth-'))).toMatch(/Expires=Thu, 01 Jan 1970.*Secure/);
  return browser;
}
