import { createHash } from 'node:crypto';
import type { BuildHead } from '@flightdeck/api-client/model';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSealer } from '../adapters/store/sealed.ts';
import { openSqliteStore } from '../adapters/store/sqlite.ts';
import { Failure } from '../domain/failure.ts';
import { headOf } from '../domain/merge-build.ts';
import type { CiClient } from '../ports/ci-server.ts';
import type { Store } from '../ports/store.ts';
import { aBuild, strict } from '../testing/gated-repo.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import { type BuildIndex, createBuildIndex } from './build-index.ts';

const head = (number: number, over: Partial<BuildHead> = {}): BuildHead =>
  headOf(aBuild({ number, createdAt: 1_000_000 + number, ...over }));
const numbersOf = (heads: readonly { number: number }[]) => heads.map((one) => one.number);
const down = (from: number, to: number) => Array.from({ length: from - to + 1 }, (_, at) => from - at);

describe('the index of builds', () => {
  let store: Store;
  let clock: ManualClock;
  let index: BuildIndex;
  let place: { server: string; path: string; forgeRepoId: string };
  beforeEach(async () => {
    const key = createHash('sha256').update('made up').digest();
    store = await openSqliteStore({ file: ':memory:', sealer: createSealer([{ id: 'test', key }]) });
    clock = new ManualClock();
    index = createBuildIndex({ store, clock, resolve: async (_, heads) => heads });
    place = { server: 'ci', path: 'acme/checkout', forgeRepoId: '11' };
  });
  afterEach(async () => {
    index.stop();
    await store.close();
  });

  /** A server whose list is `numbers`, newest first. */
  const serverOf = (list: () => readonly BuildHead[], calls: number[] = []) =>
    strict<CiClient>('client', {
      builds: async (_, page, size) => {
        calls.push(page);
        return list().slice((page - 1) * size, page * size);
      },
    });
  const all = async () => numbersOf(await index.query('ci', '11', { limit: 5_000 }));
  const fill = async (client: CiClient) => {
    index.want(place, client);
    await clock.during(index.idle(), 90_000);
  };

  it('keeps what the detail said of a cancelled build that the list calls a failure', async () => {
    const listed = head(1, { status: 'failure', version: 4 });
    await index.takePage(place, [listed], { first: true, last: true });
    await index.note(place, [{ ...listed, status: 'cancelled', version: 5 }]);
    await index.takePage(place, [listed], { first: true, last: true });
    expect(await index.query('ci', '11', { limit: 9 })).toMatchObject([{ status: 'cancelled', version: 5 }]);
    expect(await index.query('ci', '11', { status: 'failure', limit: 9 })).toEqual([]);
  });

  it('is filled newest first, page by page with pauses, and knows how far it sees', async () => {
    const calls: number[] = [];
    const client = serverOf(() => down(250, 1).map((n) => head(n)), calls);
    index.want(place, client);
    expect(await index.reach('ci', '11')).toMatchObject({ oldest: null, complete: false, filling: true });
    await clock.during(index.idle());
    expect(calls).toEqual([1, 2, 3]);
    expect(clock.slept).toEqual([150, 150]);
    expect(await index.reach('ci', '11')).toEqual({
      oldest: 1,
      complete: true,
      filling: false,
      asOf: clock.now(),
    });
    expect(await all()).toEqual(down(250, 1));
    index.want(place, client);
    await index.idle();
    expect(calls).toHaveLength(3);
  });

  it('forgets a repository whole, and begins anew when it is wanted', async () => {
    await fill(serverOf(() => down(30, 1).map((n) => head(n))));
    expect(await index.recent('ci', '11')).toHaveLength(30);
    await index.forget('ci', '11');
    expect([await all(), await index.recent('ci', '11')]).toEqual([[], []]);
    expect(await index.reach('ci', '11')).toMatchObject({ oldest: null, complete: false });
    await fill(serverOf(() => down(120, 118).map((n) => head(n))));
    expect(await all()).toEqual([120, 119, 118]);
  });

  it('knows the end of a list that fills its last page', async () => {
    const calls: number[] = [];
    await fill(serverOf(() => down(200, 1).map((n) => head(n)), calls));
    expect(calls).toEqual([1, 2, 3]);
    expect(await index.reach('ci', '11')).toMatchObject({ oldest: 1, complete: true });
  });

  it('goes on after a failure, and does not tire a server that is down', async () => {
    let failures = 3;
    const client = strict<CiClient>('client', {
      builds: async () => {
        if (failures-- > 0) throw new Failure('ci_unreachable', 'down');
        return [head(1)];
      },
    });
    await fill(client);
    expect(clock.slept).toEqual([5_000, 10_000, 20_000]);
    expect(await all()).toEqual([1]);
  });

  it('reads no further than it must when it was complete before', async () => {
    await fill(serverOf(() => down(250, 1).map((n) => head(n))));
    const again = createBuildIndex({ store, clock, resolve: async (_, heads) => heads });
    const calls: number[] = [];
    again.want(
      place,
      serverOf(() => down(260, 1).map((n) => head(n)), calls),
    );
    await clock.during(again.idle());
    expect(calls).toEqual([1]);
    expect(await all()).toEqual(down(260, 1));
  });

  it('lets go what the server no longer has: inside a page, below the last, and all of it', async () => {
    await fill(serverOf(() => down(30, 1).map((n) => head(n))));
    await index.takePage(
      place,
      down(30, 11)
        .filter((n) => n !== 20)
        .map((n) => head(n)),
      { first: true, last: true },
    );
    expect(await all()).toEqual(down(30, 11).filter((n) => n !== 20));
    expect(await index.reach('ci', '11')).toMatchObject({ oldest: 11, complete: true });
    await index.takePage(place, [], { first: true, last: true });
    expect(await all()).toEqual([]);
  });

  it('notices a repository that was made anew and counts from 1', async () => {
    await fill(serverOf(() => down(30, 1).map((n) => head(n))));
    const anew = [head(2, { commit: 'b'.repeat(40) }), head(1, { commit: 'a'.repeat(40) })];
    await index.takePage(place, anew, { first: true, last: true });
    expect(await all()).toEqual([2, 1]);
  });

  it('keeps a build that was started while the page was on its way', async () => {
    await index.note(place, [head(6, { status: 'waiting', version: 1 })]);
    await index.takePage(
      place,
      down(5, 1).map((n) => head(n)),
      { first: true, last: true },
    );
    expect(await all()).toEqual(down(6, 1));
  });

  it('a late page does not take an end back', async () => {
    await index.note(place, [head(5, { status: 'success', version: 3 })]);
    const late = head(5, { status: 'running', finishedAt: null, version: 2 });
    expect(await index.takePage(place, [late], { first: true, last: true })).toEqual([]);
    expect((await index.get('ci', '11', 5))?.status).toBe('success');
  });

  it('tells what is news and what it was before', async () => {
    const running = head(2, { status: 'running', finishedAt: null, version: 2 });
    expect(await index.note(place, [running])).toMatchObject([{ head: { number: 2 }, before: null }]);
    expect(await index.note(place, [running])).toEqual([]);
    expect(await index.note(place, [head(2)])).toMatchObject([
      { head: { status: 'success' }, before: { status: 'running' } },
    ]);
  });

  it('says gone what the server says is gone, and reads everything again', async () => {
    await fill(serverOf(() => down(120, 1).map((n) => head(n))));
    const calls: number[] = [];
    await index.gone(
      place,
      7,
      serverOf(() => down(120, 50).map((n) => head(n)), calls),
    );
    expect(await index.get('ci', '11', 7)).toBeNull();
    await clock.during(index.idle());
    expect(await all()).toEqual(down(120, 50));
  });

  it('never claims a span with a hole, whatever pages come in whatever order', async () => {
    const page = fc.record({ at: fc.nat(20), size: fc.integer({ min: 1, max: 6 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(page, { minLength: 1, maxLength: 12 }), async (pages) => {
        await store.builds.clear('ci', '11');
        const server = down(20, 1);
        for (const { at, size } of pages) {
          const some = server.slice(at, at + size);
          await index.takePage(
            place,
            some.map((n) => head(n)),
            {
              first: at === 0,
              last: some.length < size,
            },
          );
          const { oldest, newest, complete } = await store.builds.reach('ci', '11');
          if (oldest === null || newest === null) continue;
          const known = new Set(await all());
          for (let n = oldest; n <= newest; n++)
            expect(known.has(n), `${n} of ${oldest}…${newest}`).toBe(true);
          if (complete) expect(oldest).toBe(1);
        }
      }),
      { numRuns: 150 },
    );
  });
});
