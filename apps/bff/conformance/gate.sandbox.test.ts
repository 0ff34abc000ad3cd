import { type Policy, reading, writing } from '@flightdeck/api-client/contract';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { Browser } from '../../sandbox/src/faces/gitea/testing.ts';
import { type Sandbox, startSandbox } from '../../sandbox/src/index.ts';
import { createInProcessBus } from '../src/adapters/bus/in-process.ts';
import { ciCatalog } from '../src/adapters/ci/catalog.ts';
import { forgeCatalog } from '../src/adapters/forge/catalog.ts';
import type { Failure } from '../src/domain/failure.ts';
import { systemClock } from '../src/ports/clock.ts';
import { silentLog } from '../src/ports/log.ts';
import type { Store } from '../src/ports/store.ts';
import { type AccountsService, createAccountsService } from '../src/services/accounts.ts';
import { createAudit } from '../src/services/audit.ts';
import type { Caller, Gate } from '../src/services/context.ts';
import { createForgePeople } from '../src/services/forge-tokens.ts';
import { createGate } from '../src/services/gate.ts';
import { memoryStore } from '../src/testing/memory-store.ts';

/** Gate and linked accounts with the real adapters between the sandbox's two faces, no HTTP of our own. */
let sandbox: Sandbox;
let store: Store;
let gate: Gate;
let accounts: AccountsService;

beforeAll(async () => {
  sandbox = await startSandbox({ paused: true });
  store = await memoryStore();
  const clock = systemClock;
  const urls = (face: 'gitea' | 'drone') => ({
    publicUrl: sandbox.urls[face],
    internalUrl: sandbox.urls[face],
  });
  const forge = forgeCatalog.gitea({ id: 'git', name: 'Git', ...urls('gitea'), ...sandbox.oauth, clock });
  const more = { forge: 'git', oneClickLink: true, clock };
  const server = ciCatalog.drone({ id: 'drone', name: 'CI', ...urls('drone'), ...more });
  const forges = new Map([['git', forge]]);
  const connections = new Map([['drone', { server, service: server.as(sandbox.serviceToken) }]]);
  const people = createForgePeople({ store, forges, clock, log: silentLog });
  const common = { store, people, connections, clock, log: silentLog };
  gate = createGate({ ...common, forges, bus: createInProcessBus() });
  let id = 0;
  const audit = createAudit({ store, clock, newId: () => `a${++id}` });
  accounts = createAccountsService({ ...common, gate, audit, oneClickUrl: (name) => `/auth/server/${name}` });
  // Public on the forge, private on the CI server: only a role opens it.
  const docs = sandbox.world.ci.repositoryBySlug('acme/docs-site');
  if (docs) docs.visibility = 'private';
}, 60_000);
afterAll(async () => {
  await store.close();
  await sandbox.stop();
});

async function callerOf(login: string): Promise<Caller> {
  const user = sandbox.world.forge.user(login);
  if (!user) throw new Error(`nobody is called ${login}`);
  const accessToken = `made-up-forge-token-of-${login}`;
  if (!user.accessTokens.includes(accessToken)) user.accessTokens.push(accessToken);
  const labels = { login, name: user.fullName, email: null, avatarUrl: null };
  const person = { forge: 'git', forgeUserId: String(user.id), ...labels };
  await store.people.upsert(person);
  await store.forgeTokens.put(person, { accessToken, refreshToken: null, expiresAt: null, redirectUri: '' });
  return { person, sessionHash: `session-of-${login}`, address: '127.0.0.1', requestId: 'test' };
}

const lastCall = () => sandbox.control.parts.calls.counts().last;
const ciCalls = (since: number) => sandbox.control.parts.calls.list({ face: 'drone', since });
const open = async (login: string, path: string, policy: Policy = reading('read')) =>
  gate.open(await callerOf(login), 'drone', path, policy);
const outcome = (work: Promise<{ level: string }>) =>
  work.then(
    (repo) => repo.level,
    (error: Failure) => error.code,
  );

const people = ['ada', 'grace', 'linus', 'wei', 'mallory'] as const;
const hidden = 'not_found';
/** Who may do what, by the demo's roles; the columns are `people`. */
const rights: Record<string, string[]> = {
  'acme/checkout': ['admin', 'write', 'read', 'write', 'read'],
  'acme/storefront': ['admin', 'write', 'read', hidden, hidden],
  'acme/infra': ['admin', hidden, 'read', 'write', hidden],
  'acme/load-tests': ['admin', 'write', 'read', 'read', 'read'],
  'acme/docs-site': ['admin', hidden, hidden, 'write', hidden],
  'mobile/ios-wallet': ['read', 'admin', hidden, 'write', hidden],
  'data/etl-nightly': ['write', 'read', hidden, 'admin', hidden],
  'data/warehouse': ['admin', 'write', hidden, 'admin', hidden],
  'oss/tinyqueue': ['read', 'read', 'read', 'read', 'read'],
  'no/such': [hidden, hidden, hidden, hidden, hidden],
};

describe('gate between both faces of the sandbox', () => {
  for (const [path, columns] of Object.entries(rights)) {
    for (const [at, login] of people.entries()) {
      test(`${login} on ${path}: ${columns[at]}`, async () => {
        const before = lastCall();
        expect(await outcome(open(login, path))).toBe(columns[at]);
        // Only the CI server knows that it holds docs-site private; every other denial is the forge's.
        if (columns[at] === hidden && path !== 'acme/docs-site') expect(ciCalls(before)).toEqual([]);
      });
    }
  }

  test('lists name what the gate passes and nothing else', async () => {
    const all = sandbox.world.ci.repositories.map((repo) => ({
      path: repo.slug,
      forgeRepoId: repo.uid,
      visibility: repo.visibility as 'public',
    }));
    expect(all.length).toBeGreaterThan(7);
    for (const [at, login] of people.entries()) {
      const passed = await gate.readable(await callerOf(login), 'drone', all);
      const names = all.filter((repo) => passed.has(repo.forgeRepoId)).map((repo) => repo.path);
      const expected = Object.keys(rights).filter((path) => rights[path]?.[at] !== hidden);
      expect(names.sort()).toEqual(expected.filter((path) => all.some((repo) => repo.path === path)).sort());
    }
  });

  test('a role taken away ends a fresh row at once', async () => {
    const fresh = writing('write', { fresh: true });
    expect(await outcome(open('grace', 'acme/load-tests', fresh))).toBe('write');
    sandbox.control.setRole('acme/load-tests', 'grace', null);
    expect(await outcome(open('grace', 'acme/load-tests', fresh))).toBe('needs_write');
    sandbox.control.setRole('acme/load-tests', 'grace', 'write');
  });
});

describe('linking by one click between both faces', () => {
  /** What the person's browser does: to the forge, signed in there as `login`, back to the console's callback. */
  async function throughTheForge(location: string, login: string): Promise<URL> {
    const browser = new Browser(sandbox.urls.gitea);
    await browser.signIn(login, `${login}-sandbox`);
    const { pathname, search } = new URL(location);
    const asked = await browser.get(pathname + search);
    const answered =
      asked.status === 200
        ? await browser.submit('/login/oauth/grant', await asked.text(), { granted: 'true' })
        : asked;
    return new URL(answered.headers.get('location') ?? '');
  }

  test('links, speaks as the person, and the browser never meets the CI server', async () => {
    const grace = await callerOf('grace');
    const location = await accounts.begin(grace, 'drone', '/account');
    expect(location.startsWith(sandbox.urls.gitea)).toBe(true);
    const back = await throughTheForge(location, 'grace');
    expect(back.pathname).toBe('/auth/server/drone/callback');
    expect(await accounts.finish(grace, 'drone', back.search)).toEqual({
      kind: 'linked',
      returnTo: '/account',
    });
    expect(await accounts.list(grace)).toMatchObject([
      { state: 'linked', login: 'grace', administrator: false },
    ]);
    const policy = writing('admin', { link: true, fresh: true });
    const repo = await open('grace', 'mobile/ios-wallet', policy);
    expect(repo.speaker).toMatchObject({ as: 'account', login: 'grace' });
    expect((await repo.speaker.client.me()).login).toBe('grace');
  });

  test('another person at the forge is not linked, and the callback is good once', async () => {
    const linus = await callerOf('linus');
    const back = await throughTheForge(await accounts.begin(linus, 'drone', '/'), 'grace');
    expect(await accounts.finish(linus, 'drone', back.search)).toMatchObject({
      kind: 'failed',
      failure: { code: 'link_other_person', facts: { raw: 'grace' } },
    });
    expect((await accounts.list(linus))[0]?.state).toBe('none');
    expect(await accounts.finish(linus, 'drone', back.search)).toEqual({
      kind: 'hand-on',
      location: `${sandbox.urls.drone}/login${back.search}`,
    });
  });

  test('a rotated token: reading goes on, the account is expired, a new token heals it', async () => {
    const grace = await callerOf('grace');
    const token = sandbox.control.rotateToken('grace');
    gate.forget(grace.person);
    // A private one: of a public one the server tells everybody, also whoever sends a token that is none.
    const repo = await open('grace', 'acme/storefront');
    expect([repo.speaker.as, repo.account?.state]).toEqual(['service', 'expired']);
    expect((await accounts.list(grace))[0]?.state).toBe('expired');
    expect(await outcome(open('grace', 'mobile/ios-wallet', writing('admin', { link: true })))).toBe(
      'link_expired',
    );
    expect(await accounts.link(grace, 'drone', token)).toMatchObject({ state: 'linked' });
    expect((await open('grace', 'acme/storefront')).speaker.as).toBe('account');
    await expect(accounts.link(grace, 'drone', 'made-up-and-wrong')).rejects.toMatchObject({
      code: 'ci_token_refused',
    });
  });

  test('what the CI server has not read for this account stays closed until a sync, and says so', async () => {
    const wei = await callerOf('wei');
    await accounts.link(wei, 'drone', sandbox.world.ci.user('wei')?.token ?? '');
    await synced(wei);
    sandbox.control.setRole('acme/storefront', 'wei', 'read');
    gate.forget(wei.person);
    expect(await outcome(open('wei', 'acme/storefront'))).toBe('needs_sync');
    await accounts.sync(wei, 'drone');
    expect(await synced(wei)).toMatchObject({ state: 'done', raw: null });
    expect(await outcome(open('wei', 'acme/storefront'))).toBe('read');
  });

  /** The sandbox's time stands: a sync takes some of it. */
  const synced = (who: Caller) =>
    vi.waitFor(
      async () => {
        sandbox.control.setClock({ advance: 1_000 });
        const state = await accounts.syncState(who, 'drone');
        expect(state.state).not.toBe('running');
        return state;
      },
      { timeout: 15_000, interval: 20 },
    );
});
