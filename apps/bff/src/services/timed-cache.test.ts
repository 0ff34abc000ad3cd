import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../testing/manual-clock.ts';
import { TimedCache } from './timed-cache.ts';

let clock: ManualClock;
let loads: number;
beforeEach(() => {
  clock = new ManualClock();
  loads = 0;
});

const count = async () => {
  loads += 1;
  return loads;
};

describe('timed cache', () => {
  it('answers from memory up to the age, counted from when the question was asked', async () => {
    const cache = new TimedCache<number>(clock);
    let letGo = () => {};
    const slow = new Promise<number>((resolve) => {
      letGo = () => resolve(1);
    });
    const first = cache.get('k', { maxAge: 100, load: () => slow });
    clock.advance(60);
    letGo();
    expect(await first).toBe(1);
    clock.advance(39);
    expect(await cache.get('k', { maxAge: 100, load: count })).toBe(1);
    clock.advance(1);
    await cache.get('k', { maxAge: 100, load: count });
    expect(loads).toBe(1);
  });

  it('shares one question among those who ask at once, failures too, and keeps no failure', async () => {
    const cache = new TimedCache<number>(clock);
    const fail = async () => {
      loads += 1;
      throw new Error('down');
    };
    const all = await Promise.allSettled(
      Array.from({ length: 10 }, () => cache.get('k', { maxAge: 100, load: fail })),
    );
    expect(all.every((one) => one.status === 'rejected')).toBe(true);
    expect(loads).toBe(1);
    expect(await cache.get('k', { maxAge: 100, load: count })).toBe(2);
  });

  it('joins no question that is older than the answer may be', async () => {
    const cache = new TimedCache<number>(clock);
    const never = cache.get('k', { maxAge: 60_000, load: () => new Promise<number>(() => {}) });
    void never;
    clock.advance(5_000);
    expect(await cache.get('k', { maxAge: 5_000, load: count })).toBe(1);
    expect(await cache.get('k', { maxAge: 0, load: count })).toBe(2);
    expect(await cache.get('k', { maxAge: 0, load: count })).toBe(3);
    expect(await cache.get('k', { maxAge: 5_000, load: count })).toBe(3);
  });

  it('gives an old answer only for the failures that allow it, and only so long', async () => {
    const cache = new TimedCache<number>(clock);
    await cache.get('k', { maxAge: 10, load: count });
    const ask = (message: string) =>
      cache.get('k', {
        maxAge: 10,
        stale: { forMs: 50, when: (error) => (error as Error).message === 'down' },
        load: () => Promise.reject(new Error(message)),
      });
    clock.advance(59);
    expect(await ask('down')).toBe(1);
    await expect(ask('refused')).rejects.toThrow('refused');
    clock.advance(1);
    await expect(ask('down')).rejects.toThrow('down');
  });

  it('does not keep what was forgotten while it was asked', async () => {
    const cache = new TimedCache<number>(clock);
    let letGo = () => {};
    const work = cache.get('a', {
      maxAge: 100,
      load: () =>
        new Promise<number>((resolve) => {
          letGo = () => resolve(99);
        }),
    });
    cache.forget((key) => key === 'a');
    letGo();
    expect(await work).toBe(99);
    expect(await cache.get('a', { maxAge: 100, load: count })).toBe(1);
  });

  it('holds as many as it may, the oldest go', async () => {
    const cache = new TimedCache<number>(clock, 3);
    for (const key of ['a', 'b', 'c', 'd']) await cache.get(key, { maxAge: 100, load: count });
    expect(await cache.get('d', { maxAge: 100, load: count })).toBe(4);
    expect(await cache.get('a', { maxAge: 100, load: count })).toBe(5);
  });
});
