import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { CiClient, CiServer, TailEvent } from '../ports/ci-server.ts';
import { aRunningBuild, aRunningStage, aStep } from '../testing/builds.ts';
import { strict } from '../testing/gated-repo.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import { createLifeSigns, type LastRecordAt } from './life-signs.ts';

const minute = 60_000;
const began = 1_795_000_000_000;
const place = { server: 'ci', path: 'acme/checkout', forgeRepoId: '11' };
const build = aRunningBuild({
  stages: [
    aRunningStage({
      startedAt: began,
      steps: [aStep({ number: 2, name: 'unit', status: 'running', startedAt: began, finishedAt: null })],
    }),
  ],
});

function setUp(tail: (signal: AbortSignal) => AsyncIterable<TailEvent>, lastRecordAt?: LastRecordAt) {
  const clock = new ManualClock(began);
  const looked: number[] = [];
  let tails = 0;
  const service = strict<CiClient>('service', {
    tail: (path, step, signal) => {
      expect([path, step]).toEqual(['acme/checkout', { number: 1, stage: 1, step: 2 }]);
      tails++;
      return tail(signal);
    },
  });
  const signs = createLifeSigns({
    connections: new Map([['ci', { server: strict<CiServer>('server', {}), service }]]),
    clock,
    silentAfterMs: 5 * minute,
    onLooked: (_, number) => looked.push(number),
    ...(lastRecordAt ? { lastRecordAt } : {}),
  });
  const settle = async () => {
    for (let at = 0; at < 5; at++) {
      for (let turn = 0; turn < 5; turn++) await setImmediate();
      clock.advance(1_500);
    }
  };
  return { clock, signs, looked, settle, tails: () => tails };
}

/** History, then an open stream that says nothing more until it is left. */
async function* open(signal: AbortSignal, records: number[]): AsyncIterable<TailEvent> {
  yield { type: 'open' };
  if (records.length > 0) {
    yield { type: 'records', records: records.map((time, pos) => ({ pos, time, out: 'x\n' })) };
  }
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

describe('signs of life', () => {
  it('a step that nobody reads is looked at before anything is claimed', async () => {
    const { clock, signs, looked, settle, tails } = setUp((signal) => open(signal, [1, 2, 355]));
    clock.advance(6 * minute);
    expect(signs.silenceOf(place, build)).toBeNull();
    await settle();
    expect(looked).toEqual([1]);
    // It spoke 355 s after its start: alive.
    expect(signs.silenceOf(place, build)).toBeNull();
    expect(tails()).toBe(1);
  });

  it('one whose log has stopped is silent since its last record', async () => {
    const { clock, signs, settle } = setUp((signal) => open(signal, [1, 20]));
    clock.advance(6 * minute);
    signs.silenceOf(place, build);
    await settle();
    expect(signs.silenceOf(place, build)).toMatchObject({
      step: 'unit',
      runner: 'runner-1',
      since: began + 20_000,
    });
  });

  it('one without any record, or whose stream is not there, is silent since it began', async () => {
    for (const tail of [
      (signal: AbortSignal) => open(signal, []),
      async function* (): AsyncIterable<TailEvent> {
        yield { type: 'end' };
      },
      // biome-ignore lint/correctness/useYield: refused before anything came
      async function* (): AsyncIterable<TailEvent> {
        throw new Error('refused');
      },
    ]) {
      const { clock, signs, settle } = setUp(tail);
      clock.advance(6 * minute);
      signs.silenceOf(place, build);
      await settle();
      expect(signs.silenceOf(place, build)?.since).toBe(began);
    }
  });

  it('is looked at again from time to time, and not at each page', async () => {
    const { clock, signs, settle, tails } = setUp((signal) => open(signal, [10]));
    clock.advance(6 * minute);
    for (let at = 0; at < 10; at++) signs.silenceOf(place, build);
    await settle();
    for (let at = 0; at < 10; at++) signs.silenceOf(place, build);
    expect(tails()).toBe(1);
    clock.advance(3 * minute);
    expect(signs.silenceOf(place, build)?.since).toBe(began + 10_000);
    await settle();
    expect(tails()).toBe(2);
  });

  it('needs no look where the log hub or an event knows better', () => {
    const { clock, signs, tails } = setUp(
      () => {
        throw new Error('no look expected');
      },
      () => began + 4 * minute,
    );
    clock.advance(6 * minute);
    expect(signs.silenceOf(place, build)).toBeNull();
    const quiet = setUp((signal) => open(signal, []));
    quiet.clock.advance(6 * minute);
    quiet.signs.seen(place, 1, began + 2 * minute);
    expect(quiet.signs.silenceOf(place, build)).toBeNull();
    expect(tails() + quiet.tails()).toBe(0);
  });
});
