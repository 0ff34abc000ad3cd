import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createInProcessBus } from '../adapters/bus/in-process.ts';
import { Failure } from '../domain/failure.ts';
import type { Log } from '../ports/log.ts';
import type { LinkedAccountRecord, Store } from '../ports/store.ts';
import { aCiPerson, aCiRepo, FakeCi } from '../testing/fake-ci.ts';
import { aForgePerson, FakeForge } from '../testing/fake-forge.ts';
import { caller } from '../testing/gated-repo.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import { memoryStore } from '../testing/memory-store.ts';
import { type AccountsService, createAccountsService } from './accounts.ts';
import { createAudit } from './audit.ts';
import type { Gate } from './context.ts';
import { createForgePeople } from './forge-tokens.ts';
import { createGate } from './gate.ts';

const TOKEN = 'MADEUPTOKENOFGRACE0123456789abcd';
let clock: ManualClock;
let forge: FakeForge;
let ci: FakeCi;
let foreign: FakeCi;
let store: Store;
let gate: Gate;
let accounts: AccountsService;
let logged: string[];
let synced: string[];

beforeEach(async () => {
  clock = new ManualClock();
  forge = new FakeForge(clock);
  forge.lifetimeMs = 1e9;
  ci = new FakeCi();
  foreign = new FakeCi('foreign', 'other');
  ci.tokens.set(TOKEN, { person: aCiPerson({ login: 'Grace' }) });
  store = await memoryStore();
  logged = [];
  synced = [];
  const write = (facts: object, message: string) => void logged.push(`${message} ${JSON.stringify(facts)}`);
  const log: Log = { info: write, warn: write, error: write };
  await store.people.upsert(caller.person);
  await store.forgeTokens.put(caller.person, forge.issue());
  const forges = new Map([['git', forge.forge]]);
  const people = createForgePeople({ store, forges, clock, log });
  const connections = new Map([
    ['ci', ci.connection],
    ['foreign', foreign.connection],
  ]);
  gate = createGate({ store, people, forges, connections, bus: createInProcessBus(), clock, log });
  let id = 0;
  const audit = createAudit({ store, clock, newId: () => `a${++id}` });
  const oneClickUrl = (server: string) => `/ci/auth/server/${server}`;
  accounts = createAccountsService({
    ...{ store, connections, people, gate, audit, clock, log, oneClickUrl },
    onSynced: (server) => synced.push(server),
  });
});
afterEach(async () => {
  expect(JSON.stringify([logged, await store.audit.recent(100)])).not.toContain(TOKEN);
  await store.close();
});

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'passed',
    (error: Failure) => error.code,
  );
const stored = () => store.accounts.get(caller.person, 'ci');
const put = (over: Partial<LinkedAccountRecord> = {}) =>
  store.accounts.put(caller.person, {
    server: 'ci',
    token: TOKEN,
    login: 'Grace',
    administrator: false,
    linkedAt: 1,
    state: 'linked',
    ...over,
  });

describe('linking with a pasted token', () => {
  it('stores it when both sides name the same person, whatever the case, and never shows it', async () => {
    const linked = await accounts.link(caller, 'ci', `  ${TOKEN}\n`);
    expect(linked).toEqual({
      server: 'ci',
      state: 'linked',
      login: 'Grace',
      administrator: false,
      linkedAt: clock.now(),
      oneClickUrl: null,
      tokenPageUrl: 'http://ci.test/account',
      dismissed: false,
    });
    expect((await stored())?.token).toBe(TOKEN);
    expect(JSON.stringify(await accounts.list(caller))).not.toContain(TOKEN);
    expect((await store.audit.recent(5)).map((e) => [e.action, e.server, e.outcome, e.request])).toEqual([
      ['account.link', 'ci', 'done', '{"login":"Grace"}'],
    ]);
  });

  it('compares with the login the forge has now, not with the one of the last sign-in', async () => {
    forge.person = aForgePerson({ login: 'grace-renamed' });
    expect(await codeOf(accounts.link(caller, 'ci', TOKEN))).toBe('link_other_person');
    ci.tokens.set(TOKEN, { person: aCiPerson({ login: 'grace-renamed' }) });
    expect(await codeOf(accounts.link(caller, 'ci', TOKEN))).toBe('passed');
  });

  it('refuses another person’s, a machine’s, a wrong and a malformed one, and stores nothing', async () => {
    ci.tokens.set('ada', { person: aCiPerson({ login: 'ada' }) });
    ci.tokens.set('machine', { person: aCiPerson({ login: 'grace', machine: true }) });
    expect(await codeOf(accounts.link(caller, 'ci', 'ada'))).toBe('link_other_person');
    expect(await codeOf(accounts.link(caller, 'ci', 'machine'))).toBe('link_other_person');
    expect(await codeOf(accounts.link(caller, 'ci', 'wrong'))).toBe('ci_token_refused');
    const before = ci.calls.length;
    for (const text of ['', '  ', 'two words', 'a\r\nX-Header: y', 'ü']) {
      expect(await codeOf(accounts.link(caller, 'ci', text)), text).toBe('invalid');
    }
    expect(ci.calls.length).toBe(before);
    expect(await stored()).toBeNull();
  });

  it('knows no server of another forge', async () => {
    expect((await accounts.list(caller)).map((one) => one.server)).toEqual(['ci']);
    expect(await codeOf(accounts.link(caller, 'foreign', TOKEN))).toBe('not_found');
    expect(await codeOf(accounts.sync(caller, 'foreign'))).toBe('not_found');
    expect(await codeOf(accounts.unlink(caller, 'nowhere'))).toBe('not_found');
    expect(foreign.calls).toEqual([]);
  });

  it('is not stored when the audit cannot be written', async () => {
    store.audit.intent = async () => {
      throw new Failure('store_unavailable', 'full');
    };
    expect(await codeOf(accounts.link(caller, 'ci', TOKEN))).toBe('store_unavailable');
    expect(await stored()).toBeNull();
  });

  it('unlinks and closes the offer', async () => {
    await put();
    await accounts.unlink(caller, 'ci');
    await accounts.dismiss(caller, 'ci');
    expect(await stored()).toBeNull();
    expect(await accounts.list(caller)).toMatchObject([{ state: 'none', login: null, dismissed: true }]);
    expect((await store.audit.recent(1))[0]).toMatchObject({ action: 'account.unlink', outcome: 'done' });
  });
});

describe('comparing again at sign-in', () => {
  it.each([
    ['the same person', aCiPerson({ login: 'GRACE' }), 'linked'],
    ['another person', aCiPerson({ login: 'ada' }), 'other-person'],
    ['a machine', aCiPerson({ machine: true }), 'other-person'],
    ['a refused token', null, 'expired'],
  ] as const)('%s is compared', async (_name, person, state) => {
    for (const before of ['linked', 'expired', 'other-person'] as const) {
      await put({ state: before });
      if (person) ci.tokens.set(TOKEN, { person });
      else ci.tokens.delete(TOKEN);
      await accounts.recheck(caller);
      expect((await stored())?.state).toBe(state);
    }
  });

  it('learns who became an administrator', async () => {
    await put();
    ci.tokens.set(TOKEN, { person: aCiPerson({ administrator: true }) });
    await accounts.recheck(caller);
    expect(await accounts.list(caller)).toMatchObject([{ administrator: true }]);
  });

  it('changes nothing when the server is down, and waits at most 5 s when it is slow', async () => {
    await put();
    ci.down = new Failure('ci_unreachable', 'down');
    await accounts.recheck(caller);
    expect((await stored())?.state).toBe('linked');
    ci.down = null;
    ci.connection.server.as = () => ({ me: () => new Promise(() => {}) }) as never;
    await clock.during(accounts.recheck(caller), 5_000);
    expect(clock.slept).toContain(5_000);
  });

  it('does not overwrite what was linked while the server was asked', async () => {
    await put({ token: 'older' });
    const work = accounts.recheck(caller);
    await put();
    await work;
    expect(await stored()).toMatchObject({ token: TOKEN, state: 'linked' });
  });
});

describe('linking by one click', () => {
  const finished: { query: object; cookie: string }[] = [];
  let next = 0;

  beforeEach(() => {
    finished.length = 0;
    next = 0;
    ci.oneClick = {
      begin: async () => {
        next += 1;
        return {
          location: `http://git.test/authorize?state=s${next}`,
          state: `s${next}`,
          cookie: `c=s${next}`,
        };
      },
      finish: async (query, cookie) => {
        finished.push({ query, cookie });
        if (query.code === 'bad') throw new Failure('ci_refused', 'x', { raw: 'unauthorized_client' });
        const person = ci.tokens.get(TOKEN)?.person ?? aCiPerson();
        return { token: TOKEN, person };
      },
      handOn: (query) => `http://ci.test/login?${query}`,
    };
  });

  const begin = (who = caller) => accounts.begin(who, 'ci', '/r/ci/acme/checkout');
  const finish = (query: string, who: typeof caller | null = caller) => accounts.finish(who, 'ci', query);

  it('links, once, and comes back to the page', async () => {
    expect(await begin()).toBe('http://git.test/authorize?state=s1');
    expect(await finish('?code=abc&state=s1')).toEqual({ kind: 'linked', returnTo: '/r/ci/acme/checkout' });
    expect(finished).toEqual([{ query: { code: 'abc', state: 's1' }, cookie: 'c=s1' }]);
    expect((await stored())?.token).toBe(TOKEN);
    expect((await accounts.list(caller))[0]?.oneClickUrl).toBe('/ci/auth/server/ci');
    // The state is spent: a second arrival is not ours any more.
    expect((await finish('code=abc&state=s1')).kind).toBe('hand-on');
    expect(finished).toHaveLength(1);
  });

  it('says in the log why the way to the server is refused: the page gets the code alone', async () => {
    if (ci.oneClick) {
      ci.oneClick.begin = async () => {
        throw new Failure('link_misdirected', 'It leads elsewhere.', { raw: 'redirect_uri is x' });
      };
    }
    expect(await codeOf(begin())).toBe('link_misdirected');
    expect(logged).toContain(
      'It leads elsewhere. {"server":"ci","code":"link_misdirected","raw":"redirect_uri is x"}',
    );
  });

  it('two tabs of one session both work, in either order', async () => {
    await begin();
    await begin();
    expect((await finish('code=a&state=s2')).kind).toBe('linked');
    expect((await finish('code=b&state=s1')).kind).toBe('linked');
  });

  it('hands a sign-in that the console did not start on to the server, unchanged, also for guests', async () => {
    const raw = 'code=x%2Fy&state=theirs&odd=%20';
    expect(await finish(raw, null)).toEqual({ kind: 'hand-on', location: `http://ci.test/login?${raw}` });
    expect(finished).toEqual([]);
    ci.oneClick = null;
    expect(await codeOf(finish(raw))).toBe('not_found');
  });

  it('refuses a state of another session, and leaves it good for its own', async () => {
    await begin();
    const other = { ...caller, sessionHash: 'another-session' };
    for (const who of [other, null]) {
      expect(await finish('code=abc&state=s1', who)).toMatchObject({
        kind: 'failed',
        failure: { code: 'forbidden' },
      });
    }
    expect(finished).toEqual([]);
    expect((await finish('code=abc&state=s1')).kind).toBe('linked');
  });

  it('discards the token of another person', async () => {
    ci.tokens.set(TOKEN, { person: aCiPerson({ login: 'ada' }) });
    await begin();
    expect(await finish('code=abc&state=s1')).toMatchObject({
      kind: 'failed',
      failure: { code: 'link_other_person', facts: { raw: 'ada' } },
      returnTo: '/r/ci/acme/checkout',
    });
    expect(await stored()).toBeNull();
  });

  it('says what the forge or the server said', async () => {
    await begin();
    await begin();
    expect(await finish('error=access_denied&error_description=the+person+said+no&state=s1')).toMatchObject({
      failure: { code: 'ci_refused', facts: { raw: 'access_denied: the person said no' } },
    });
    expect(await finish('code=bad&state=s2')).toMatchObject({
      failure: { code: 'ci_refused', facts: { raw: 'unauthorized_client' } },
    });
  });

  it('ends after 10 minutes, and keeps the newest five of a session', async () => {
    await begin();
    clock.advance(600_000);
    expect((await finish('code=a&state=s1')).kind).toBe('hand-on');
    for (let n = 0; n < 6; n += 1) await begin();
    expect((await finish('code=a&state=s2')).kind).toBe('hand-on');
    expect((await finish('code=a&state=s3')).kind).toBe('linked');
  });

  it('is not offered by a server that has no such way', async () => {
    ci.oneClick = null;
    expect(await codeOf(begin())).toBe('not_supported');
  });
});

describe('sync', () => {
  const settled = async () => {
    for (let n = 0; n < 20 && (await accounts.syncState(caller, 'ci')).state === 'running'; n += 1) {
      await clock.during(clock.sleep(500));
    }
    return accounts.syncState(caller, 'ci');
  };

  it('runs as the person, never as the service account', async () => {
    expect((await accounts.syncState(caller, 'ci')).state).toBe('never');
    expect(await codeOf(accounts.sync(caller, 'ci'))).toBe('needs_link');
    await put({ state: 'expired' });
    expect(await codeOf(accounts.sync(caller, 'ci'))).toBe('link_expired');
    expect(ci.calls).toEqual([]);
    expect((await accounts.syncState(caller, 'ci')).state).toBe('failed');
  });

  it('answers at once, follows the server’s word, and counts before and after', async () => {
    await put();
    const own = { person: aCiPerson({ syncing: true }) };
    ci.tokens.set(TOKEN, own);
    const began = clock.now();
    expect(await accounts.sync(caller, 'ci')).toEqual({
      state: 'running',
      startedAt: began,
      finishedAt: null,
      before: null,
      after: null,
      raw: null,
    });
    // Asked again while it runs: the same one.
    expect((await accounts.sync(caller, 'ci')).startedAt).toBe(began);
    await clock.during(clock.sleep(2_000));
    expect((await accounts.syncState(caller, 'ci')).state).toBe('running');
    ci.repos = [aCiRepo(), aCiRepo({ path: 'acme/new', forgeRepoId: '12' })];
    own.person = aCiPerson();
    expect(synced).toEqual([]);
    expect(await settled()).toMatchObject({ state: 'done', startedAt: began, before: 1, after: 2 });
    expect(synced).toEqual(['ci']);
    expect(ci.called('sync')).toBe(1);
    expect(ci.calls.filter((call) => !call.endsWith(`as ${TOKEN}`))).toEqual([]);
  });

  it('looks twice at a server that does not say it is syncing: it may not have begun', async () => {
    await put();
    await accounts.sync(caller, 'ci');
    await settled();
    expect(ci.called('me')).toBe(2);
  });

  it('outlives a server that is away for a moment, and ends at last', async () => {
    await put();
    ci.tokens.set(TOKEN, { person: aCiPerson({ syncing: true }) });
    await accounts.sync(caller, 'ci');
    ci.down = new Failure('ci_unreachable', 'restarting');
    await clock.during(clock.sleep(1_500));
    ci.down = null;
    expect((await accounts.syncState(caller, 'ci')).state).toBe('running');
    await clock.during(clock.sleep(200_000), 200_000);
    expect(await settled()).toMatchObject({ state: 'failed', raw: 'Error: still reading after 180 s' });
  });

  it('begins by itself after linking', async () => {
    await accounts.link(caller, 'ci', TOKEN);
    expect(ci.called(`sync as ${TOKEN}`)).toBe(1);
    expect((await settled()).state).toBe('done');
  });
});
