import { type Policy, reading, writing } from '@flightdeck/api-client/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createInProcessBus } from '../adapters/bus/in-process.ts';
import { Failure } from '../domain/failure.ts';
import type { CiRepository } from '../ports/ci-server.ts';
import { silentLog } from '../ports/log.ts';
import type { Store } from '../ports/store.ts';
import { aCiPerson, aCiRepo, FakeCi } from '../testing/fake-ci.ts';
import { aForgePerson, aForgeRepo, FakeForge } from '../testing/fake-forge.ts';
import { caller } from '../testing/gated-repo.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import { memoryStore } from '../testing/memory-store.ts';
import { unsafePaths } from '../testing/unsafe-paths.ts';
import type { Gate } from './context.ts';
import { createForgePeople } from './forge-tokens.ts';
import { createGate } from './gate.ts';

const read = reading('read');
const write = writing('write');
const freshWrite = writing('write', { fresh: true });
const admin = writing('admin', { link: true, fresh: true });

let clock: ManualClock;
let forge: FakeForge;
let ci: FakeCi;
let store: Store;
let gate: Gate;
let bus: ReturnType<typeof createInProcessBus>;
let logged: string[];
let listed: Map<string, CiRepository>;
let remembered: Map<string, CiRepository>;

beforeEach(async () => {
  clock = new ManualClock();
  forge = new FakeForge(clock);
  ci = new FakeCi();
  store = await memoryStore();
  bus = createInProcessBus();
  logged = [];
  listed = new Map();
  remembered = new Map();
  const write = (facts: object, message: string) => void logged.push(`${message} ${JSON.stringify(facts)}`);
  const log = { info: write, warn: write, error: write };
  const forges = new Map([['git', forge.forge]]);
  forge.lifetimeMs = 1e9;
  await store.forgeTokens.put(caller.person, forge.issue());
  const people = createForgePeople({ store, forges, clock, log });
  const connections = new Map([['ci', ci.connection]]);
  gate = createGate({
    ...{ store, people, forges, connections, bus, clock, log },
    listed: (_server, id) => listed.get(id) ?? null,
    remembered: async (_server, { id }) => remembered.get(id) ?? null,
  });
});
afterEach(() => store.close());

const open = (policy: Policy, path = 'acme/checkout', server = 'ci') =>
  gate.open(caller, server, path, policy);
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'passed',
    (error: Failure) => error.code,
  );
const link = (token: string, state: 'linked' | 'expired' | 'other-person' = 'linked') =>
  store.accounts.put(caller.person, {
    server: 'ci',
    token,
    login: 'grace',
    administrator: false,
    linkedAt: 1,
    state,
  });

describe('gate: who passes', () => {
  it('opens with the service account, canonical path, both sides', async () => {
    forge.repos = [aForgeRepo({ path: 'Acme/Checkout' })];
    ci.repos = [aCiRepo({ path: 'Acme/Checkout' })];
    const repo = await open(write, 'acme/checkout');
    expect(repo).toMatchObject({
      path: 'Acme/Checkout',
      forgeRepoId: '11',
      level: 'write',
      speaker: { as: 'service', login: 'robot' },
      account: null,
    });
    expect(repo.onServer?.active).toBe(true);
  });

  const levels = ['none', 'read', 'write', 'admin'] as const;
  const outcome = { read: 'needs_admin', write: 'needs_admin' } as Record<string, string>;
  for (const level of levels) {
    for (const need of ['read', 'write', 'admin'] as const) {
      const allowed = levels.indexOf(level) >= levels.indexOf(need);
      const expected = allowed
        ? 'passed'
        : level === 'none'
          ? 'not_found'
          : need === 'write'
            ? 'needs_write'
            : outcome[level];
      it(`${level} on the forge, ${need} needed: ${expected}`, async () => {
        forge.repos = [aForgeRepo({ level })];
        expect(await codeOf(open(reading(need)))).toBe(expected);
        // A denial is decided before the CI server is asked anything.
        if (!allowed) expect(ci.calls).toEqual([]);
      });
    }
  }

  it('treats absent, hidden and "200 without pull" alike, without a call to the CI server', async () => {
    forge.repos = [aForgeRepo({ path: 'acme/issues-only', level: 'none' })];
    const absent = await open(read, 'acme/nothing').catch((error: Failure) => error);
    const hidden = await open(read, 'acme/issues-only').catch((error: Failure) => error);
    expect(absent).toMatchObject({ code: 'not_found' });
    expect({ ...(hidden as Failure).facts, m: (hidden as Failure).message }).toEqual({
      ...(absent as Failure).facts,
      m: (absent as Failure).message,
    });
    expect(ci.calls).toEqual([]);
  });

  it('a server of another forge, or an unknown one, does not exist', async () => {
    const elsewhere = { ...caller, person: { ...caller.person, forge: 'other' } };
    expect(await codeOf(gate.open(elsewhere, 'ci', 'acme/checkout', read))).toBe('not_found');
    expect(await codeOf(open(read, 'acme/checkout', 'unknown'))).toBe('not_found');
    expect(forge.calls).toEqual([]);
    expect(ci.calls).toEqual([]);
  });

  it('knows a repository that the CI server has never heard of', async () => {
    ci.repos = [];
    expect((await open(read)).onServer).toBeNull();
    expect((await open(read)).level).toBe('write');
  });

  it('stops at paths that no forge has, without any call', async () => {
    expect(unsafePaths.length).toBeGreaterThan(200);
    for (const path of unsafePaths) {
      expect(await codeOf(open(read, path)), JSON.stringify(path)).toBe('not_found');
    }
    expect(forge.calls).toEqual([]);
    expect(ci.calls).toEqual([]);
  });

  it('hides a repository whose ids differ: renamed, or made anew under the name', async () => {
    ci.repos = [aCiRepo({ forgeRepoId: '99' })];
    expect(await codeOf(open(read))).toBe('not_found');
    expect(logged.join()).toMatch(/another repository under this path.*"onForge":"11","onServer":"99"/);
  });

  it('hides what the forge answers under another name', async () => {
    forge.forge.as = ((as) => (token: string) => ({
      ...as(token),
      repository: async () => aForgeRepo({ path: 'acme/renamed' }),
    }))(forge.forge.as);
    expect(await codeOf(open(read))).toBe('not_found');
    expect(ci.calls).toEqual([]);
  });
});

describe('gate: nested groups', () => {
  it('passes the whole path on, spelled as the forge spells it', async () => {
    const path = 'Group/Sub/Deeper/name';
    forge.repos = [aForgeRepo({ path })];
    ci.repos = [aCiRepo({ path })];
    expect((await open(write, 'group/sub/deeper/NAME')).path).toBe(path);
    expect(await codeOf(open(read, 'sub/deeper/name'))).toBe('not_found');
    expect(await codeOf(open(read, 'Group/Sub/Deeper'))).toBe('not_found');
  });

  it('tells paths apart that differ in where the slash stands', async () => {
    forge.repos = [aForgeRepo({ path: 'a-b/c/d' }), aForgeRepo({ id: '12', path: 'a/b-c/d', level: 'read' })];
    ci.repos = [aCiRepo({ path: 'a-b/c/d' }), aCiRepo({ path: 'a/b-c/d', forgeRepoId: '12' })];
    expect((await open(read, 'a-b/c/d')).forgeRepoId).toBe('11');
    expect((await open(read, 'a/b-c/d')).forgeRepoId).toBe('12');
    expect(await codeOf(open(write, 'a/b-c/d'))).toBe('needs_write');
  });
});

describe('gate: the account on the server’s forge', () => {
  let other: FakeForge;
  const person = { ...caller.person, forge: 'other', forgeUserId: '70', login: 'grace.h' };
  const both = { ...caller, others: [person] };

  beforeEach(async () => {
    other = new FakeForge(clock, 'other');
    other.person = aForgePerson({ id: '70', login: 'grace.h' });
    other.lifetimeMs = 1e9;
    await store.forgeTokens.put(person, other.issue());
    const forges = new Map([
      ['git', forge.forge],
      ['other', other.forge],
    ]);
    const people = createForgePeople({ store, forges, clock, log: silentLog });
    // The same numbers and paths on both sides: only the forge tells them apart.
    const elsewhere = new FakeCi();
    const server = { ...elsewhere.connection.server, id: 'ci2' };
    Object.assign(server, { declaration: { ...server.declaration, forge: 'other' } });
    const connections = new Map([
      ['ci', ci.connection],
      ['ci2', { ...elsewhere.connection, server }],
    ]);
    elsewhere.repos = [aCiRepo()];
    gate = createGate({ store, people, forges, connections, bus, clock, log: silentLog });
    forge.repos = [aForgeRepo({ level: 'read' })];
    other.repos = [aForgeRepo({ level: 'admin' })];
  });

  it('is asked there, with its own token and its own level', async () => {
    expect(await gate.open(both, 'ci', 'acme/checkout', read)).toMatchObject({
      ...{ level: 'read', forge: { id: 'git' }, caller: { person: { forge: 'git', login: 'grace' } } },
    });
    expect(other.calls).toEqual([]);
    expect(await gate.open(both, 'ci2', 'acme/checkout', reading('admin'))).toMatchObject({
      ...{ level: 'admin', forge: { id: 'other' }, caller: { person: { forge: 'other', login: 'grace.h' } } },
    });
    expect(await codeOf(gate.open(both, 'ci', 'acme/checkout', reading('admin')))).toBe('needs_admin');
  });

  it('without one, the server does not exist', async () => {
    expect(await codeOf(gate.open(caller, 'ci2', 'acme/checkout', read))).toBe('not_found');
    expect(
      await gate.readable(caller, 'ci2', [
        { path: 'acme/checkout', forgeRepoId: '11', visibility: 'public' },
      ]),
    ).toEqual(new Set());
    expect(other.calls).toEqual([]);
  });

  it('speaks with the linked account of that side', async () => {
    const account = { administrator: false, linkedAt: 1, state: 'linked' as const };
    await store.accounts.put(person, { server: 'ci2', token: 'made-up-own', login: 'grace.h', ...account });
    expect(await gate.speaker(both, 'ci2', { link: true })).toMatchObject({
      as: 'account',
      login: 'grace.h',
    });
    expect(await codeOf(gate.speaker(both, 'ci', { link: true }))).toBe('needs_link');
  });
});

describe('gate: visibility on the CI server', () => {
  beforeEach(() => {
    forge.repos = [aForgeRepo({ private: false, level: 'read' })];
  });

  it('private there and public on the forge needs a role', async () => {
    forge.mine = [];
    expect(await codeOf(open(read))).toBe('not_found');
    forge.mine = ['11'];
    gate.forget(caller.person);
    expect((await open(read)).level).toBe('read');
  });

  it('private there and internal on the forge needs a role: everybody with an account reads it', async () => {
    forge.repos = [aForgeRepo({ private: true, internal: true, level: 'read' })];
    forge.mine = [];
    expect(await codeOf(open(read))).toBe('not_found');
    forge.mine = ['11'];
    gate.forget(caller.person);
    expect((await open(read)).level).toBe('read');
  });

  it.each(['public', 'internal'] as const)('%s: whoever may read it on the forge', async (visibility) => {
    forge.mine = [];
    ci.repos = [aCiRepo({ visibility })];
    expect((await open(read)).level).toBe('read');
    expect(forge.called('repositories')).toBe(0);
  });

  it('a word we do not know closes it', async () => {
    ci.repos = [aCiRepo({ visibility: 'secret' as 'public' })];
    forge.repos = [aForgeRepo({ level: 'admin' })];
    expect(await codeOf(open(read))).toBe('not_found');
  });
});

describe('gate: linked account', () => {
  beforeEach(() => {
    forge.repos = [aForgeRepo({ level: 'admin' })];
    ci.tokens.set('own', { person: aCiPerson() });
  });

  it('speaks with it when it is good', async () => {
    await link('own');
    const repo = await open(admin);
    expect(repo.speaker).toMatchObject({ as: 'account', login: 'grace' });
    expect(ci.calls).toEqual(['repository as own']);
  });

  it('demands it where the row does, and says what is wrong, without a call', async () => {
    expect(await codeOf(open(admin))).toBe('needs_link');
    await link('own', 'expired');
    expect(await codeOf(open(admin))).toBe('link_expired');
    await link('own', 'other-person');
    expect(await codeOf(open(admin))).toBe('link_other_person');
    expect(ci.calls).toEqual([]);
    expect((await open(read)).speaker.as).toBe('service');
  });

  it('says that the server knows no role of the account yet, to whom the forge gave one', async () => {
    await link('own');
    ci.tokens.set('own', { person: aCiPerson(), hidden: ['acme/checkout'] });
    const refused = await open(read).catch((error: Failure) => error);
    expect(refused).toMatchObject({ code: 'needs_sync', facts: { instance: 'ci' } });
    // Rows that act as the account may go on: a sync through it makes the server show the repository.
    expect((await open(admin)).onServer).toBeNull();
    ci.repos = [];
    gate.forget(caller.person);
    expect((await open(read)).onServer).toBeNull();
  });

  it('hides what the server hides from the account where the forge gave no role', async () => {
    await link('own');
    forge.repos = [aForgeRepo({ private: false, level: 'read' })];
    forge.mine = [];
    ci.tokens.set('own', { person: aCiPerson(), hidden: ['acme/checkout'] });
    expect(await codeOf(open(read))).toBe('not_found');
  });

  it('a listed repository that not even the service account is shown is not called unknown', async () => {
    ci.repos = [];
    listed.set('11', aCiRepo());
    expect(await codeOf(open(read))).toBe('needs_sync');
    await link('own');
    expect(await codeOf(open(read))).toBe('needs_sync');
    expect((await open(admin)).onServer).toBeNull();
    listed.set('11', aCiRepo({ path: 'acme/before' }));
    const renamed = await open(read).catch((error: Failure) => error);
    expect(renamed).toMatchObject({ code: 'needs_sync', facts: { raw: 'known there as acme/before' } });
  });

  it('counts the stricter of forge and CI server, and says when it is the server that lags', async () => {
    await link('own');
    ci.repos = [aCiRepo({ permission: 'read' })];
    expect(await open(read)).toMatchObject({ level: 'read', forgeLevel: 'admin' });
    expect(await codeOf(open(write))).toBe('needs_sync');
    forge.repos = [aForgeRepo({ level: 'read' })];
    gate.forget(caller.person);
    expect(await codeOf(open(write))).toBe('needs_write');
    expect((await open(read)).forgeLevel).toBeUndefined();
  });

  it('an account without any role there reads, and may still act as itself', async () => {
    await link('own');
    ci.repos = [aCiRepo({ permission: 'none', visibility: 'public' })];
    forge.repos = [aForgeRepo({ level: 'admin' })];
    expect((await open(read)).level).toBe('read');
    expect(await codeOf(open(write))).toBe('needs_sync');
    expect((await open(admin)).level).toBe('admin');
  });

  it('marks a refused token as expired and goes on reading with the service account', async () => {
    await link('gone');
    const repo = await open(read);
    expect(repo.speaker.as).toBe('service');
    expect(repo.account?.state).toBe('expired');
    expect((await store.accounts.get(caller.person, 'ci'))?.state).toBe('expired');
    await link('gone');
    gate.forget(caller.person);
    expect(await codeOf(open(admin))).toBe('link_expired');
  });

  it('does not mark a newer token for what the older one was refused', async () => {
    await link('gone');
    const { client } = await gate.speaker(caller, 'ci', { link: true });
    await link('own');
    expect(await codeOf(client.me())).toBe('link_expired');
    expect((await store.accounts.get(caller.person, 'ci'))?.state).toBe('linked');
  });

  it('asks the server who is an administrator, at most 60 s ago', async () => {
    const policy = reading('ci-administrator');
    expect(await codeOf(open(policy))).toBe('needs_ci_administrator');
    await store.accounts.put(caller.person, {
      server: 'ci',
      token: 'own',
      login: 'grace',
      administrator: true,
      linkedAt: 1,
      state: 'linked',
    });
    // What was stored at linking does not count.
    expect(await codeOf(open(policy))).toBe('needs_ci_administrator');
    ci.tokens.set('own', { person: aCiPerson({ administrator: true }) });
    clock.advance(60_000);
    expect(await codeOf(open(policy))).toBe('passed');
    ci.tokens.set('own', { person: aCiPerson() });
    clock.advance(60_000);
    expect(await codeOf(open(policy))).toBe('needs_ci_administrator');
  });
});

describe('gate: how old an answer may be', () => {
  const asked = () => forge.called('repository acme/checkout');

  it('read 60 s, write 5 s, fresh never', async () => {
    await open(read);
    clock.advance(59_999);
    await open(read);
    expect(asked()).toBe(1);
    clock.advance(1);
    await open(read);
    expect(asked()).toBe(2);
    clock.advance(4_999);
    await open(write);
    expect(asked()).toBe(2);
    clock.advance(1);
    await open(write);
    expect(asked()).toBe(3);
    await open(freshWrite);
    await open(freshWrite);
    expect(asked()).toBe(5);
  });

  it('"no" 10 s', async () => {
    const all = forge.repos;
    forge.repos = [];
    expect(await codeOf(open(read))).toBe('not_found');
    forge.repos = all;
    clock.advance(9_999);
    expect(await codeOf(open(read))).toBe('not_found');
    expect(asked()).toBe(1);
    clock.advance(1);
    expect(await codeOf(open(read))).toBe('passed');
  });

  it('loss of a right: at once for fresh rows, within 5 s for writes, 60 s for reads', async () => {
    await open(read);
    forge.repos = [aForgeRepo({ level: 'read' })];
    expect(await codeOf(open(freshWrite))).toBe('needs_write');
    gate.forget(caller.person);
    forge.repos = [aForgeRepo()];
    await open(read);
    forge.repos = [];
    clock.advance(5_000);
    expect(await codeOf(open(write))).toBe('not_found');
    expect(await codeOf(open(read))).toBe('not_found');
  });

  it('forge down: reads go on for 5 more minutes, writes stop at once, then reads too', async () => {
    await open(read);
    forge.down = new Failure('forge_unreachable', 'down');
    clock.advance(60_000 + 299_999);
    expect(await codeOf(open(read))).toBe('passed');
    expect(await codeOf(open(write))).toBe('forge_unreachable');
    expect(await codeOf(open(freshWrite))).toBe('forge_unreachable');
    clock.advance(1);
    expect(await codeOf(open(read))).toBe('forge_unreachable');
  });

  describe('with the CI server down', () => {
    beforeEach(() => {
      ci.down = new Failure('ci_unreachable', 'down');
    });

    it('reading goes on by what it said last, and nothing else does', async () => {
      listed.set('11', aCiRepo({ counter: 7, permission: 'admin' }));
      const repo = await open(read);
      // Rights are the forge's; those of the list are the service account's.
      expect(repo).toMatchObject({ level: 'write', onServer: { counter: 7, permission: null } });
      expect(repo.speaker.as).toBe('service');
      for (const policy of [write, freshWrite]) expect(await codeOf(open(policy))).toBe('ci_unreachable');
      for (const mode of ['fresh', 'link'] as const)
        expect(await codeOf(open({ ...read, [mode]: true }))).not.toBe('passed');
    });

    it('also after a start of the console, by what its own tables remember', async () => {
      expect(await codeOf(open(read))).toBe('ci_unreachable');
      remembered.set('11', aCiRepo());
      expect(await codeOf(open(read))).toBe('passed');
    });

    it('the forge decides as ever, and what was private there stays so', async () => {
      listed.set('11', aCiRepo());
      forge.repos = [aForgeRepo({ level: 'read', private: false })];
      forge.mine = [];
      expect(await codeOf(open(read))).toBe('not_found');
      gate.forget(caller.person);
      forge.repos = [];
      expect(await codeOf(open(read))).toBe('not_found');
    });

    it('a refusal is none: who is not let in by the server does not get in by memory', async () => {
      listed.set('11', aCiRepo());
      ci.down = new Failure('forbidden', 'no');
      expect(await codeOf(open(read))).toBe('forbidden');
    });
  });

  it('a forge that refuses is no forge that is down', async () => {
    await open(read);
    forge.down = new Failure('forge_refused', 'blocked', { status: 403 });
    clock.advance(60_000);
    expect(await codeOf(open(read))).toBe('forge_refused');
  });

  it('one person’s answer is nobody else’s', async () => {
    await open(read);
    const linus = { ...caller, person: { ...caller.person, forgeUserId: '9', login: 'linus' } };
    expect(await codeOf(gate.open(linus, 'ci', 'acme/checkout', read))).toBe('forge_signed_out');
  });

  it('many readers at once are one question to each side', async () => {
    await Promise.all(Array.from({ length: 100 }, () => open(read)));
    expect(asked()).toBe(1);
    expect(ci.called('repository as service')).toBe(1);
  });

  it('a change announced on the bus is seen at once', async () => {
    await open(read);
    ci.repos = [aCiRepo({ active: false })];
    expect((await open(read)).onServer?.active).toBe(true);
    bus.publish({ type: 'repository-changed', server: 'ci', path: 'acme/checkout' });
    expect((await open(read)).onServer?.active).toBe(false);
    expect(asked()).toBe(1);
  });
});

describe('gate: lists', () => {
  const listed = (over: object) => ({
    path: 'acme/checkout',
    forgeRepoId: '11',
    visibility: 'private' as const,
    ...over,
  });

  it('passes mine, and the public ones that the forge lets the person read', async () => {
    forge.repos = [
      aForgeRepo({ id: '1', path: 'acme/mine' }),
      aForgeRepo({ id: '2', path: 'acme/public', private: false, level: 'read' }),
      aForgeRepo({ id: '3', path: 'acme/public-hidden-here', private: false, level: 'read' }),
    ];
    forge.mine = ['1'];
    const passed = await gate.readable(caller, 'ci', [
      listed({ path: 'acme/mine', forgeRepoId: '1' }),
      listed({ path: 'acme/public', forgeRepoId: '2', visibility: 'public' }),
      listed({ path: 'acme/public-hidden-here', forgeRepoId: '3', visibility: 'private' }),
      listed({ path: 'acme/public', forgeRepoId: '22', visibility: 'public' }),
      listed({ path: 'acme/strangers', forgeRepoId: '4', visibility: 'public' }),
      listed({ path: 'acme/mine', forgeRepoId: '1', visibility: 'future' }),
    ]);
    expect([...passed].sort()).toEqual(['1', '2']);
    expect(ci.calls).toEqual([]);
    const elsewhere = { ...caller, person: { ...caller.person, forge: 'other' } };
    expect(await gate.readable(elsewhere, 'ci', [listed({ forgeRepoId: '1' })])).toEqual(new Set());
  });

  it('leaves out of mine what gives no right to read', async () => {
    forge.repos = [aForgeRepo(), aForgeRepo({ id: '12', path: 'acme/issues', level: 'none' })];
    expect([...(await gate.mine(caller)).keys()]).toEqual(['11']);
  });
});
