import { readFileSync } from 'node:fs';
import type { RepositoryList } from '@flightdeck/api-client/contract';
import type { Viewer } from '@flightdeck/api-client/model';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Browser } from '../../testing/browser.ts';
import { type RunningConsole, startConsole } from '../../testing/console.ts';
import { secondServiceToken, startSecondDrone } from '../../testing/second-drone.ts';

let at: RunningConsole;
let bench: Awaited<ReturnType<typeof startSecondDrone>>;

/** A Gitea with a Drone, a Gogs with another Drone, and a GitLab with a CI server that does not answer. */
beforeAll(async () => {
  at = await startConsole({
    background: false,
    sandbox: {
      forges: [
        { id: 'lab', vendor: 'gitlab' },
        { id: 'gogs', vendor: 'gogs' },
      ],
    },
    env: {
      FLIGHTDECK_LIMITS_RATES_WRITES: '100000',
      FLIGHTDECK_LIMITS_RATES_SECRETS: '100000',
      FLIGHTDECK_LIMITS_CREDENTIALS_PER_ADDRESS: '100000',
      FLIGHTDECK_LIMITS_UPSTREAM_BREAKER_FAILURES: '100000',
      FLIGHTDECK_LIMITS_UPSTREAM_RETRIES: '1',
    },
    adjust: async (env, sandbox) => {
      bench = await startSecondDrone(sandbox.forges.get('gogs').world);
      Object.assign(env, {
        FLIGHTDECK_SERVER_DRONE_FORGE: 'gitea',
        FLIGHTDECK_FORGE_LAB_KIND: 'gitlab',
        FLIGHTDECK_FORGE_LAB_PUBLIC_URL: sandbox.forges.urls.lab,
        FLIGHTDECK_FORGE_LAB_CLIENT_ID: sandbox.oauth.clientId,
        FLIGHTDECK_FORGE_LAB_CLIENT_SECRET: sandbox.oauth.clientSecret,
        FLIGHTDECK_FORGE_GOGS_PUBLIC_URL: sandbox.forges.urls.gogs,
        FLIGHTDECK_SERVER_BENCH_KIND: 'drone',
        FLIGHTDECK_SERVER_BENCH_PUBLIC_URL: bench.url,
        FLIGHTDECK_SERVER_BENCH_FORGE: 'gogs',
        FLIGHTDECK_SERVER_BENCH_SERVICE_TOKEN: secondServiceToken,
        FLIGHTDECK_SERVER_NOWHERE_KIND: 'drone',
        FLIGHTDECK_SERVER_NOWHERE_PUBLIC_URL: 'http://no-such-server.invalid',
        FLIGHTDECK_SERVER_NOWHERE_FORGE: 'lab',
        FLIGHTDECK_SERVER_NOWHERE_SERVICE_TOKEN: 'made-up-token',
      });
    },
  });
}, 60_000);
afterAll(async () => {
  await at.stop();
  await bench.stop();
});
afterEach(() => at.sandbox.control.clearFaults());

const gogs = () => at.sandbox.forges.get('gogs').world.forge;
const lab = () => at.sandbox.forges.get('lab').world.forge;
const passwordOf = (login: string) =>
  at.sandbox.people.find((person) => person.login === login)?.password ?? '';

async function call<T>(
  browser: Browser,
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; body: T & { code?: string; instance?: string } }> {
  const answer = await at.api(browser, method, path, body);
  return { status: answer.status, body: (await answer.json()) as T & { code?: string } };
}
const viewer = (browser: Browser) => call<Viewer>(browser, 'GET', 'api/session');
const identities = async (browser: Browser) =>
  (await viewer(browser)).body.identities.map((one) => `${one.forge} ${one.login}`);
const list = (browser: Browser, query = 'limit=100') =>
  call<RepositoryList>(browser, 'GET', `api/repositories?${query}`);
const paths = async (browser: Browser, server: string) =>
  (await list(browser)).body.items.filter((one) => one.server === server).map((one) => one.path);

const signIn = (browser: Browser, credentials: object) =>
  call<{ returnTo: string }>(browser, 'POST', 'api/session/sign-in', {
    ...{ forge: 'gogs', credentials, return: '/repos?show=active' },
  });
const byToken = (browser: Browser, login: string) => signIn(browser, { token: `${login}-access-token` });

/** From our own page through the other forge's pages; where the browser ends. */
async function add(browser: Browser, login: string, forge = 'lab'): Promise<URL> {
  const { status, body } = await call<{ url: string }>(browser, 'POST', `api/identities/${forge}/begin`);
  expect(status).toBe(200);
  return through(browser, new URL(body.url, at.url).href, login);
}
async function through(browser: Browser, url: string, login: string): Promise<URL> {
  const who = { login, password: passwordOf(login) };
  const end = await browser.throughForge(url, who, (to) => to.startsWith(at.url) && !to.includes('/auth/'));
  return new URL(end.url);
}
const fresh = (login: string, forge = 'gitea') => at.signIn(login, {}, forge);
/** Everybody here as at the beginning: nobody has two accounts, nobody a session. */
async function forgetAll(...browsers: Browser[]): Promise<void> {
  for (const browser of browsers) {
    for (const one of [...(await viewer(browser)).body.identities].reverse()) {
      expect((await call(browser, 'DELETE', `api/identities/${one.forge}`)).status).toBe(200);
    }
  }
}

describe('a forge without a redirect', () => {
  it('is described as one: no address to send the browser to, a page where tokens are made', async () => {
    const { body } = await call<{ forges: object[] }>(new Browser(), 'GET', 'api/console');
    expect(body.forges).toMatchObject([
      { id: 'gitea', signInUrl: `${at.url}auth/forge/gitea`, credentials: null },
      { id: 'lab', product: 'GitLab', signInUrl: `${at.url}auth/forge/lab` },
      {
        ...{ id: 'gogs', product: 'Gogs', signInUrl: null },
        credentials: { tokenPageUrl: `${at.sandbox.forges.urls.gogs}/user/settings/applications` },
      },
    ]);
    expect((await new Browser().go(`${at.url}auth/forge/gogs`)).status).toBe(404);
  });

  it('takes a token, whose owner the forge names, and begins a session', async () => {
    const browser = new Browser();
    expect(await byToken(browser, 'grace')).toMatchObject({
      status: 200,
      body: { returnTo: '/repos?show=active' },
    });
    expect((await viewer(browser)).body).toMatchObject({
      forge: 'gogs',
      person: { login: 'grace' },
      identities: [{ forge: 'gogs', login: 'grace', first: true, signedIn: true }],
      accounts: [{ server: 'bench', state: 'none' }],
    });
    expect(await paths(browser, 'bench')).toEqual(['workshop/lathe']);
    // The address to come back to is checked like any other.
    const away = await call<{ returnTo: string }>(new Browser(), 'POST', 'api/session/sign-in', {
      ...{ forge: 'gogs', credentials: { token: 'grace-access-token' }, return: '//evil.example/' },
    });
    expect(away.body.returnTo).toBe('/');
    await forgetAll(browser);
  });

  it('takes a password, once, to make a token under a name of its own', async () => {
    const browser = new Browser();
    const before = new Set(gogs().user('wei')?.accessTokens);
    const { status } = await signIn(browser, { login: 'wei', password: passwordOf('wei') });
    expect(status).toBe(200);
    const names = [...(gogs().user('wei')?.tokenNames?.keys() ?? [])];
    expect(names).toEqual([expect.stringMatching(/^flightdeck-\d{4}-\d\d-\d\d-[a-z0-9]{6}$/)]);
    const made = gogs()
      .user('wei')
      ?.accessTokens.find((token) => !before.has(token));
    // Neither the password nor the token is written down anywhere in plain text.
    const files = ['', '-wal'].map((end) =>
      readFileSync(`${at.config.dataDir}/flightdeck.db${end}`, 'latin1'),
    );
    for (const secret of [passwordOf('wei'), made ?? 'none was made']) {
      expect([...files, ...at.log].some((text) => text.includes(secret))).toBe(false);
    }
    const { body: audit } = { body: await at.console.meters.registry.metrics() };
    expect(audit).toMatch(/sign_ins_total\{forge="gogs",outcome="ok"\} [1-9]/);
    await forgetAll(browser);
  });

  it('refuses whatever the forge does not take with one sentence, and begins nothing', async () => {
    const wrongs = [
      { login: 'grace', password: 'made-up-wrong' },
      { login: 'nobody-of-this-name', password: 'made-up-wrong' },
      { login: 'gra:ce', password: 'made-up-wrong' },
      { token: 'made-up-wrong' },
      { token: '令牌' },
    ];
    for (const wrong of wrongs) {
      const browser = new Browser();
      const { status, body } = await signIn(browser, wrong);
      const { code, instance, ...rest } = body as Record<string, unknown>;
      expect({ status, code, instance, raw: rest.raw }).toEqual({
        ...{ status: 403, code: 'credentials_refused', instance: 'gogs', raw: null },
      });
      expect((await viewer(browser)).status).toBe(401);
    }
    expect(at.log.some((line) => line.includes('made-up-wrong'))).toBe(false);
  });

  it('stops counting tries of one login after five, and lets others in', async () => {
    const wrong = { login: 'linus', password: 'made-up-wrong' };
    for (let n = 0; n < 5; n += 1) expect((await signIn(new Browser(), wrong)).status).toBe(403);
    const right = { login: 'Linus', password: passwordOf('linus') };
    const { status, body } = await signIn(new Browser(), right);
    expect({ status, code: body.code }).toEqual({ status: 429, code: 'rate_limited' });
    const asked = at.sandbox.control.parts.calls.list({ face: 'gogs', match: 'users/Linus/tokens' });
    expect(asked).toEqual([]);
    const other = new Browser();
    expect((await byToken(other, 'linus')).status).toBe(200);
    await forgetAll(other);
  });

  it('cannot be used from another page', async () => {
    const browser = new Browser();
    const body = JSON.stringify({ forge: 'gogs', credentials: { token: 'grace-access-token' } });
    const headers = { 'content-type': 'application/json', origin: new URL(at.url).origin };
    const url = `${at.url}api/session/sign-in`;
    expect((await browser.go(url, { method: 'POST', body, headers })).status).toBe(403);
    const evil = { ...headers, origin: 'http://evil.example', 'x-flightdeck': '1' };
    expect((await browser.go(url, { method: 'POST', body, headers: evil })).status).toBe(403);
    expect((await viewer(browser)).status).toBe(401);
  });

  it('says so when it is not there', async () => {
    at.sandbox.control.addFault({ face: 'gogs', refuse: true });
    const { status, body } = await byToken(new Browser(), 'grace');
    expect({ status, code: body.code }).toEqual({ status: 503, code: 'forge_unreachable' });
  });

  it('whose token was deleted there: told once, then signed out', async () => {
    const browser = new Browser();
    const twin = new Browser();
    for (const one of [browser, twin]) await byToken(one, 'grace');
    const grace = gogs().user('grace');
    if (!grace) throw new Error('grace is not there');
    grace.accessTokens = [];
    const { status, body } = await call(browser, 'GET', 'api/servers/bench/repositories/workshop~lathe');
    expect({ status, code: body.code, instance: body.instance }).toEqual({
      ...{ status: 401, code: 'forge_signed_out', instance: 'gogs' },
    });
    for (const one of [browser, twin]) {
      expect(await viewer(one)).toMatchObject({ status: 401, body: { code: 'signed_out' } });
    }
    grace.accessTokens = ['grace-access-token'];
    await byToken(browser, 'grace');
    expect((await viewer(browser)).status).toBe(200);
    await forgetAll(browser);
  });
});

describe('nested groups', () => {
  it('are there for whom the forge shows them, at the level that their role gives', async () => {
    const levels = async (login: string) => {
      const browser = await fresh(login, 'lab');
      const { items } = (await list(browser)).body;
      await forgetAll(browser);
      return Object.fromEntries(items.map((one) => [one.path, one.level]));
    };
    expect(await levels('grace')).toEqual({
      'atelier/web/shop/basket': 'write',
      // by a group that was invited, which the project's own answer does not name
      'atelier/web/shop/labels': 'write',
    });
    expect(await levels('linus')).toEqual({ 'atelier/web/shop/basket': 'read' });
    // a guest sees a private project and not its code
    expect(await levels('mallory')).toEqual({});
    expect(await levels('ada')).toEqual({
      'atelier/handbook': 'admin',
      'atelier/web/site': 'admin',
      'atelier/web/shop/basket': 'admin',
      'atelier/web/shop/labels': 'admin',
    });
    expect(await levels('wei')).toEqual({
      'atelier/web/site': 'read',
      'atelier/web/shop/basket': 'read',
      'atelier/web/shop/labels': 'write',
    });
  });

  it('are found by any part of their path', async () => {
    const browser = await fresh('ada', 'lab');
    const found = async (q: string) =>
      (await list(browser, `q=${encodeURIComponent(q)}`)).body.items.map((one) => one.path).sort();
    expect(await found('web/shop')).toEqual(['atelier/web/shop/basket', 'atelier/web/shop/labels']);
    expect(await found('shop basket')).toEqual(['atelier/web/shop/basket']);
    await forgetAll(browser);
  });

  it('the gate asks the forge for the whole path, and a denial asks nobody else', async () => {
    const [ada, linus, mallory] = [
      await fresh('ada', 'lab'),
      await fresh('linus', 'lab'),
      await fresh('mallory', 'lab'),
    ];
    const open = (browser: Browser, key: string) =>
      call(browser, 'GET', `api/servers/nowhere/repositories/${key}`);
    // Past the gate, the CI server that is not there is what is missing.
    expect((await open(ada, 'atelier~web~shop~basket')).body.code).toBe('ci_unreachable');
    expect((await open(linus, 'atelier~web~shop~basket')).body.code).toBe('ci_unreachable');
    for (const [browser, key] of [
      [mallory, 'atelier~web~shop~basket'],
      [linus, 'atelier~web~shop~labels'],
      [linus, 'atelier~web~shop'],
      [ada, 'web~shop~basket'],
      [ada, 'atelier~web~shop~basket~deeper'],
    ] as const) {
      expect(await open(browser, key), key).toMatchObject({ status: 404, body: { code: 'not_found' } });
    }
    await forgetAll(ada, linus, mallory);
  });

  it('a token that ran out is traded once for many calls, with the address of the sign-in', async () => {
    const browser = await fresh('ada', 'lab');
    for (const one of lab().tokens.values()) if (one.kind === 'access') one.revoked = true;
    const since = at.sandbox.control.parts.calls.counts().last;
    const keys = ['atelier~handbook', 'atelier~web~site', 'atelier~web~shop~basket'];
    const answers = await Promise.all(
      [...keys, ...keys].map((key) => call(browser, 'GET', `api/servers/nowhere/repositories/${key}`)),
    );
    expect(answers.map(({ body }) => body.code)).toEqual(answers.map(() => 'ci_unreachable'));
    const trades = at.sandbox.control.parts.calls.list({ face: 'lab', since, match: 'POST /oauth/token' });
    expect(trades.map((one) => one.status)).toEqual([200]);
    await forgetAll(browser);
  });
});

describe('one person with several accounts', () => {
  it('adds one by redirect and one by token: one list, one Deck, one person whichever they sign in with', async () => {
    const browser = await fresh('ada');
    expect((await add(browser, 'ada')).pathname).toBe('/account');
    expect(await identities(browser)).toEqual(['gitea ada', 'lab ada']);
    const token = { credentials: { token: 'ada-access-token' } };
    expect((await call(browser, 'POST', 'api/identities/gogs', token)).status).toBe(200);
    expect(await identities(browser)).toEqual(['gitea ada', 'lab ada', 'gogs ada']);

    const { items, servers, forges } = (await list(browser)).body;
    const on = (server: string) => items.filter((one) => one.server === server).map((one) => one.path);
    expect(on('drone')).toContain('acme/checkout');
    expect(on('bench').sort()).toEqual(['workshop/keys', 'workshop/lathe']);
    expect(on('nowhere')).toContain('atelier/web/shop/basket');
    expect(
      items.every((one) => one.forge === { drone: 'gitea', bench: 'gogs', nowhere: 'lab' }[one.server]),
    ).toBe(true);
    expect(servers.map((one) => one.id).sort()).toEqual(['bench', 'drone', 'nowhere']);
    expect(forges.map((one) => one.id)).toEqual(['gitea', 'lab', 'gogs']);

    // Favourites of each forge's repositories, in one Deck.
    for (const [server, key] of [
      ['drone', 'acme~checkout'],
      ['bench', 'workshop~lathe'],
    ]) {
      const put = await call(browser, 'PUT', `api/servers/${server}/repositories/${key}/favourite`, {
        on: true,
      });
      expect(put.status, JSON.stringify(put.body)).toBe(200);
    }
    const deck = (
      await call<{ favourites: { path: string; forge: string }[]; forges: object[] }>(
        browser,
        'GET',
        'api/deck',
      )
    ).body;
    expect(deck.favourites.map((one) => `${one.forge} ${one.path}`)).toEqual([
      'gitea acme/checkout',
      'gogs workshop/lathe',
    ]);
    expect(deck.forges).toHaveLength(3);

    // Linked accounts belong to the account on that server's forge.
    const linked = await call<Viewer>(browser, 'POST', 'api/accounts/bench', { token: bench.tokenOf('ada') });
    expect(linked.status, JSON.stringify(linked.body)).toBe(200);
    expect((await viewer(browser)).body.accounts.map((one) => `${one.server} ${one.state}`)).toEqual([
      'drone none',
      'bench linked',
      'nowhere none',
    ]);

    const other = await fresh('ada', 'lab');
    const third = new Browser();
    await byToken(third, 'ada');
    for (const one of [other, third]) {
      expect((await viewer(one)).body.forge).toBe('gitea');
      expect(await identities(one)).toEqual(['gitea ada', 'lab ada', 'gogs ada']);
    }
    // Signing out everywhere ends it all.
    expect((await call(third, 'POST', 'api/session/sign-out-everywhere')).status).toBe(200);
    for (const one of [browser, other, third]) expect((await viewer(one)).status).toBe(401);
    const again = await fresh('ada');
    await forgetAll(again);
  });

  it('is found by search on every forge, what the others hold public', async () => {
    const browser = await fresh('mallory');
    await add(browser, 'mallory');
    const found = async (q: string) =>
      (
        await call<{ path: string; server: string }[]>(browser, 'GET', `api/repositories/search?q=${q}`)
      ).body.map((one) => `${one.server} ${one.path}`);
    expect(await found('handbook')).toEqual(['nowhere atelier/handbook']);
    expect(await found('checkout')).toContain('drone acme/checkout');
    await forgetAll(browser);
  });

  it('does not get an account that is another person’s, nor a second one of a forge', async () => {
    const grace = await fresh('grace', 'lab');
    const ada = await fresh('ada');
    const taken = await add(ada, 'grace');
    expect(taken.pathname).toBe('/account');
    expect(taken.searchParams.get('error')).toBe('identity_taken');
    expect(await identities(ada)).toEqual(['gitea ada']);
    expect(await identities(grace)).toEqual(['lab grace']);

    // Another's added one is no more to be had, and neither is one's own of another person.
    const adaAgain = await fresh('ada');
    expect((await add(adaAgain, 'ada')).searchParams.get('error')).toBeNull();
    const wei = await fresh('wei');
    expect((await add(wei, 'ada')).searchParams.get('error')).toBe('identity_taken');
    const other = await fresh('ada');
    expect((await add(other, 'wei')).searchParams.get('error')).toBe('identity_other');
    const gogsOfGrace = new Browser();
    await byToken(gogsOfGrace, 'grace');
    const add2 = await call(ada, 'POST', 'api/identities/gogs', {
      credentials: { token: 'grace-access-token' },
    });
    expect({ status: add2.status, code: add2.body.code }).toEqual({ status: 409, code: 'identity_taken' });
    expect(await identities(ada)).toEqual(['gitea ada', 'lab ada']);
    await forgetAll(grace, wei, gogsOfGrace, other);
  });

  it('cannot be made to add one by a link, nor by somebody else’s key', async () => {
    const ada = await fresh('ada');
    const wei = await fresh('wei');
    const { body } = await call<{ url: string }>(wei, 'POST', 'api/identities/lab/begin');
    const stolen = new URL(body.url, at.url).href;
    const since = at.sandbox.control.parts.calls.counts().last;
    for (const url of [`${at.url}auth/forge/lab?add=made-up`, stolen]) {
      expect((await through(ada, url, 'ada')).pathname).toBe('/account');
    }
    expect(at.sandbox.control.parts.calls.list({ face: 'lab', since })).toEqual([]);
    expect(await identities(ada)).toEqual(['gitea ada']);
    // Its owner may use it, once, and only for the session that asked.
    const isCallback = (url: string) => url.includes('/auth/forge/lab/callback');
    const callback = await wei.throughForge(
      stolen,
      { login: 'wei', password: passwordOf('wei') },
      isCallback,
    );
    const moved = await fresh('wei');
    for (const pair of wei.cookies(at.url).split('; ')) {
      const [name = '', value = ''] = pair.split('=');
      if (name.startsWith('oauth-')) moved.setCookie(at.url, name, value);
    }
    expect((await through(moved, callback.url, 'wei')).searchParams.get('error')).toBe('attempt');
    expect(await identities(wei)).toEqual(['gitea wei']);
    expect((await through(wei, stolen, 'wei')).pathname).toBe('/account');
    expect(await identities(wei)).toEqual(['gitea wei']);
    await forgetAll(ada, wei);
  });

  it('takes one away: with all that was kept for it, and other sessions end', async () => {
    const browser = await fresh('ada');
    await add(browser, 'ada');
    const other = await fresh('ada', 'lab');
    expect(await call(browser, 'DELETE', 'api/identities/gitea')).toMatchObject({
      ...{ status: 409, body: { code: 'identity_first' } },
    });
    const away = await call<{ signedOut: boolean }>(browser, 'DELETE', 'api/identities/lab');
    expect(away).toMatchObject({ status: 200, body: { signedOut: false } });
    expect(await identities(browser)).toEqual(['gitea ada']);
    expect(await paths(browser, 'nowhere')).toEqual([]);
    expect((await viewer(other)).status).toBe(401);
    // It is a person of its own when it comes back.
    const alone = await fresh('ada', 'lab');
    expect(await identities(alone)).toEqual(['lab ada']);
    const last = await call<{ signedOut: boolean }>(alone, 'DELETE', 'api/identities/lab');
    expect(last.body).toEqual({ signedOut: true });
    expect((await viewer(alone)).status).toBe(401);
    await forgetAll(browser);
  });

  it('keeps the rest when one forge does not answer, or no longer takes that account', async () => {
    const linus = await fresh('linus');
    const token = { credentials: { token: 'linus-access-token' } };
    expect((await call(linus, 'POST', 'api/identities/gogs', token)).status).toBe(200);
    at.sandbox.control.addFault({ face: 'gogs', refuse: true });
    const down = (await list(linus)).body;
    expect(down.items.map((one) => one.server)).toContain('drone');
    expect(down.items.map((one) => one.server)).not.toContain('bench');
    expect(down.forges).toMatchObject([
      { id: 'gitea', ok: true },
      { id: 'gogs', ok: false, code: 'forge_unreachable' },
    ]);
    at.sandbox.control.clearFaults();
    expect(await paths(linus, 'bench')).toContain('workshop/keys');
    // What was good a moment ago is shown with its age.
    at.sandbox.control.addFault({ face: 'gogs', refuse: true });
    expect(await paths(linus, 'bench')).toContain('workshop/keys');
    at.sandbox.control.clearFaults();
    await forgetAll(linus);

    // Somebody whose token was not traded a moment ago: that would be tried again first.
    const browser = await fresh('wei');
    await add(browser, 'wei');

    for (const one of lab().tokens.values()) one.revoked = true;
    const refused = await call(browser, 'GET', 'api/servers/nowhere/repositories/atelier~handbook');
    expect(refused).toMatchObject({ status: 401, body: { code: 'forge_signed_out', instance: 'lab' } });
    const now = (await viewer(browser)).body;
    expect(now.identities.map((one) => `${one.forge} ${one.signedIn}`)).toEqual(['gitea true', 'lab false']);
    expect((await list(browser)).body.forges[1]).toMatchObject({ id: 'lab', code: 'forge_signed_out' });
    // The same account again: its tokens are renewed.
    expect((await add(browser, 'wei')).searchParams.get('error')).toBeNull();
    expect((await viewer(browser)).body.identities[1]?.signedIn).toBe(true);
    await forgetAll(browser);
  });
});
