import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LinkedAccountRecord, Store } from '../../ports/store.ts';
import { ManualClock } from '../../testing/manual-clock.ts';
import { memoryStore } from '../../testing/memory-store.ts';
import { withKeptRows } from './kept-rows.ts';

const ada = { forge: 'forge', forgeUserId: '1' };
const grace = { forge: 'forge', forgeUserId: '2' };
const record = (token: string): LinkedAccountRecord => ({
  ...{ server: 'ci', token, login: 'ada', administrator: false, linkedAt: 1, state: 'linked' },
});

let below: Store;
let clock: ManualClock;
let store: Store;
beforeEach(async () => {
  below = await memoryStore();
  for (const key of [ada, grace]) {
    await below.people.upsert({ ...key, login: 'x', name: 'x', email: '', avatarUrl: null });
  }
  clock = new ManualClock();
  store = withKeptRows(below, clock);
});
afterEach(() => below.close());

describe('a linked account', () => {
  it('is read once while nobody changes it', async () => {
    await store.accounts.put(ada, record('made-up-1'));
    const read = vi.spyOn(below.accounts, 'get');
    for (let i = 0; i < 5; i++)
      expect(await store.accounts.get(ada, 'ci')).toMatchObject({ token: 'made-up-1' });
    expect(read).toHaveBeenCalledTimes(1);
  });

  it('is another at once after each kind of change; other people’s stay', async () => {
    await store.accounts.put(grace, record('made-up-g'));
    await store.accounts.get(grace, 'ci');
    const read = vi.spyOn(below.accounts, 'get');
    expect(await store.accounts.get(ada, 'ci')).toBeNull();
    await store.accounts.put(ada, record('made-up-1'));
    expect(await store.accounts.get(ada, 'ci')).toMatchObject({ token: 'made-up-1', state: 'linked' });
    await store.accounts.setState(ada, 'ci', 'expired');
    expect(await store.accounts.get(ada, 'ci')).toMatchObject({ state: 'expired' });
    await store.accounts.remove(ada, 'ci');
    expect(await store.accounts.get(ada, 'ci')).toBeNull();
    expect(read).toHaveBeenCalledTimes(4);
    await store.accounts.get(grace, 'ci');
    expect(read).toHaveBeenCalledTimes(4);
  });

  it('that was read while it was being changed is not kept', async () => {
    await below.accounts.put(ada, record('made-up-old'));
    let go = () => {};
    const held = new Promise<void>((done) => {
      go = done;
    });
    const { get } = below.accounts;
    vi.spyOn(below.accounts, 'get').mockImplementationOnce(async (key, server) => {
      const old = await get(key, server);
      await held;
      return old;
    });
    const slow = store.accounts.get(ada, 'ci');
    await vi.waitFor(() => expect(below.accounts.get).toHaveBeenCalled());
    await store.accounts.put(ada, record('made-up-new'));
    go();
    await slow;
    expect(await store.accounts.get(ada, 'ci')).toMatchObject({ token: 'made-up-new' });
  });

  it('that another process changed is known within two seconds', async () => {
    await store.accounts.put(ada, record('made-up-1'));
    await store.accounts.get(ada, 'ci');
    await below.accounts.remove(ada, 'ci');
    clock.advance(1_999);
    expect(await store.accounts.get(ada, 'ci')).not.toBeNull();
    clock.advance(1);
    expect(await store.accounts.get(ada, 'ci')).toBeNull();
  });

  it('is not kept when it could not be changed for certain', async () => {
    await store.accounts.put(ada, record('made-up-1'));
    await store.accounts.get(ada, 'ci');
    const { remove } = below.accounts;
    vi.spyOn(below.accounts, 'remove').mockImplementationOnce(async (...args) => {
      await remove(...args);
      throw new Error('the answer got lost');
    });
    await expect(store.accounts.remove(ada, 'ci')).rejects.toThrow();
    expect(await store.accounts.get(ada, 'ci')).toBeNull();
  });
});
