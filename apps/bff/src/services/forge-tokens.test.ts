import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Failure } from '../domain/failure.ts';
import { silentLog } from '../ports/log.ts';
import type { Store } from '../ports/store.ts';
import { FakeForge } from '../testing/fake-forge.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import { memoryStore } from '../testing/memory-store.ts';
import { createForgePeople, type ForgePeople } from './forge-tokens.ts';

const grace = { forge: 'git', forgeUserId: '7' };
let clock: ManualClock;
let forge: FakeForge;
let store: Store;
let people: ForgePeople;

const replica = () =>
  createForgePeople({ store, forges: new Map([['git', forge.forge]]), clock, log: silentLog });

beforeEach(async () => {
  clock = new ManualClock();
  forge = new FakeForge(clock);
  store = await memoryStore();
  people = replica();
  await store.forgeTokens.put(grace, forge.issue());
});
afterEach(() => store.close());

const ask = () => people.as(grace).me();
const failing = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: Failure) => error.code,
  );

describe('forge tokens', () => {
  it('uses the stored token while it is good, for every kind of call', async () => {
    const client = people.as(grace);
    await client.me();
    await client.repositories();
    await client.repository('acme/checkout');
    await client.search('x');
    await client.branches('acme/checkout');
    await client.file('acme/checkout', 'main', 'f');
    await client.admins('acme/checkout');
    expect(forge.called('refresh')).toBe(0);
    expect(forge.calls).toHaveLength(7);
  });

  it('refreshes 60 to 300 s before the end, not earlier and not later', async () => {
    clock.advance(3_600_000 - 301_000);
    await ask();
    expect(forge.called('refresh')).toBe(0);
    clock.advance(301_000 - 59_000);
    await ask();
    expect(forge.called('refresh')).toBe(1);
    expect((await store.forgeTokens.get(grace))?.accessToken).toBe('made-up-access-2');
  });

  it('refreshes exactly once for 100 requests at the same moment, and all succeed', async () => {
    clock.advance(3_600_000);
    const all = await Promise.all(Array.from({ length: 100 }, ask));
    expect(all.every((person) => person.login === 'grace')).toBe(true);
    expect(forge.called('refresh')).toBe(1);
  });

  it('refreshes exactly once when 100 requests are refused at the same moment', async () => {
    forge.revokeAccess();
    const all = await Promise.all(Array.from({ length: 100 }, ask));
    expect(all).toHaveLength(100);
    expect(forge.called('refresh')).toBe(1);
    expect(forge.called('me')).toBe(200);
  });

  it('over three processes signs nobody out, also where reuse is forbidden', async () => {
    clock.advance(3_600_000);
    const replicas = [people, replica(), replica()];
    const work = Promise.all(
      Array.from({ length: 60 }, (_, n) => (replicas[n % 3] as ForgePeople).as(grace).me()),
    );
    const all = await clock.during(work);
    expect(all).toHaveLength(60);
    expect(await store.forgeTokens.get(grace)).not.toBeNull();
    expect(forge.called('refresh')).toBeLessThanOrEqual(3);
  });

  it('takes the pair that another process stored while the forge refused ours', async () => {
    clock.advance(3_600_000);
    let letGo = () => {};
    forge.hold = new Promise((resolve) => {
      letGo = resolve;
    });
    const work = ask();
    await clock.during(Promise.resolve());
    // The other process trades first, and stores a moment later than our refusal arrives.
    const other = forge.issue();
    forge.hold = null;
    letGo();
    setImmediate(() => void store.forgeTokens.put(grace, other));
    expect((await clock.during(work)).login).toBe('grace');
    expect((await store.forgeTokens.get(grace))?.accessToken).toBe(other.accessToken);
  });

  it('removes the pair after a final refusal and says: sign in again', async () => {
    clock.advance(3_600_000);
    forge.refreshFails = new Failure('forge_signed_out', 'x', { raw: '400 invalid_grant' });
    expect(await failing(clock.during(ask()))).toBe('forge_signed_out');
    expect(await store.forgeTokens.get(grace)).toBeNull();
    expect(await failing(ask())).toBe('forge_signed_out');
    expect(forge.called('refresh')).toBe(1);
  });

  it('does not remove the pair of a sign-in that came in between', async () => {
    clock.advance(3_600_000);
    forge.refreshFails = new Failure('forge_signed_out', 'x');
    const work = ask();
    const fresh = forge.issue();
    await store.forgeTokens.put(grace, fresh);
    await clock.during(work).catch(() => {});
    expect((await store.forgeTokens.get(grace))?.accessToken).toBe(fresh.accessToken);
  });

  it('keeps the pair and goes on with what is still good when the forge is down', async () => {
    forge.refreshFails = new Failure('forge_unreachable', 'down');
    clock.advance(3_600_000 - 30_000);
    expect((await ask()).login).toBe('grace');
    clock.advance(31_000);
    expect(await failing(ask())).toBe('forge_unreachable');
    forge.refreshFails = null;
    expect((await ask()).login).toBe('grace');
  });

  it('does not trade over and over for a person whom the forge refuses with a new token too', async () => {
    const client = people.as(grace);
    forge.down = new Failure('forge_signed_out', 'blocked');
    expect(await failing(client.me())).toBe('forge_signed_out');
    for (let n = 0; n < 10; n += 1) expect(await failing(client.me())).toBe('forge_signed_out');
    expect(forge.called('refresh')).toBe(1);
  });

  it('trades tokens of a very short life at most every 5 s while they are good', async () => {
    forge.lifetimeMs = 20_000;
    await store.forgeTokens.put(grace, forge.issue());
    for (let n = 0; n < 10; n += 1) {
      await ask();
      clock.advance(1_000);
    }
    expect(forge.called('refresh')).toBe(2);
  });

  it('a token that cannot be traded and is refused ends: the person is told of, once it is gone', async () => {
    const refused: string[] = [];
    const watched = createForgePeople({
      ...{ store, forges: new Map([['git', forge.forge]]), clock, log: silentLog },
      onRefused: (person) => refused.push(person.forgeUserId),
    });
    const { accessToken } = forge.issue();
    await store.forgeTokens.put(grace, {
      ...{ accessToken, refreshToken: null, expiresAt: null, redirectUri: '' },
    });
    expect((await watched.as(grace).me()).login).toBe('grace');
    forge.revokeAccess();
    expect(await failing(watched.as(grace).me())).toBe('forge_signed_out');
    expect(await store.forgeTokens.get(grace)).toBeNull();
    expect(refused).toEqual(['7']);
    expect(forge.called('refresh')).toBe(0);
  });

  it('a new token that comes in while the old one is refused stays', async () => {
    const { accessToken } = forge.issue();
    const kept = { accessToken, refreshToken: null, expiresAt: null, redirectUri: '' };
    await store.forgeTokens.put(grace, { ...kept, accessToken: 'made-up-old' });
    const stale = people.as(grace).me();
    await store.forgeTokens.put(grace, kept);
    expect((await stale).login).toBe('grace');
    expect((await store.forgeTokens.get(grace))?.accessToken).toBe(accessToken);
  });

  it('without a stored pair asks nobody', async () => {
    await store.forgeTokens.remove(grace);
    expect(await failing(ask())).toBe('forge_signed_out');
    expect(forge.calls).toEqual([]);
  });
});
