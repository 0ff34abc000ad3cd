import { beforeEach, describe, expect, it } from 'vitest';
import { createInProcessBus } from '../adapters/bus/in-process.ts';
import type { CiClient, LogRecord } from '../ports/ci-server.ts';
import { silentMeter } from './live-meter.ts';
import { type LogHold, LogHub } from './log-hub.ts';
import { STORED_GENERATION } from './log-store.ts';
import { ScriptedStep } from './testing/scripted-step.ts';
import { memoryStore, scriptedServer } from './testing/stores.ts';
import { settle, VirtualClock } from './testing/virtual-clock.ts';

const address = {
  server: 'ci',
  forgeRepoId: '1',
  path: 'acme/checkout',
  ref: { number: 7, stage: 1, step: 2 },
};
const record = (pos: number, out: string) => ({ pos, out, time: 0 });

let clock: VirtualClock;
let step: ScriptedStep;
let hub: LogHub;
const bus = createInProcessBus();

beforeEach(() => {
  clock = new VirtualClock();
  step = new ScriptedStep();
  hub = new LogHub({
    bus,
    clock,
    random: () => 0.5,
    store: memoryStore(() => clock.now()),
    meter: silentMeter,
    cacheBytes: 10_000,
    graceMs: 30_000,
  });
});

const open = (limit: number | null = null, keeps: 'first' | 'last' = 'last'): LogHold =>
  hub.hold(address, step.client, { ...scriptedServer, limitBytes: limit, limitKeeps: keeps });
const poke = () => bus.publish({ type: 'build-changed', server: 'ci', path: 'acme/checkout', number: 7 });
const state = ({ session }: LogHold) => session.summary().state;
async function texts({ session }: LogHold) {
  return (await session.text?.read(0, 1_000_000))?.map(({ line }) => line.text) ?? [];
}

describe('a repository that was renamed while its log was watched', () => {
  it('is asked for under its new path: the old one may be another repository’s', async () => {
    step.status = 'waiting';
    const asked: string[] = [];
    const client: CiClient = {
      ...step.client,
      build: async (path) => {
        asked.push(path);
        return step.build;
      },
    };
    const before = hub.hold(address, client, scriptedServer);
    await clock.advance(1_000);
    before.release();
    hub.hold({ ...address, path: 'acme/checkout-old' }, client, scriptedServer);
    await clock.advance(60_000);
    asked.length = 0;
    await clock.advance(60_000);
    expect(new Set(asked)).toEqual(new Set(['acme/checkout-old']));
  });
});

async function* waitingForEver(): AsyncGenerator<LogRecord[]> {
  yield await new Promise<never>(() => {});
}

describe('a step that has not begun', () => {
  it('is pending, and live soon after it begins; at once when the build is said to have changed', async () => {
    step.status = 'waiting';
    const hold = open();
    await clock.advance(10_000);
    expect(state(hold)).toBe('pending');
    expect(step.calls.tail).toBe(0);
    step.status = 'running';
    poke();
    await clock.advance(600);
    step.print([record(0, 'one\n')]);
    await settle();
    expect(state(hold)).toBe('live');
  });

  it('and ends within a moment of a look is never said to have not begun for long', async () => {
    step.status = 'waiting';
    // Some servers' logs are whole only seconds after the end: the adapter waits.
    const client = { ...step.client, storedLog: () => waitingForEver() };
    const hold = hub.hold(address, client, scriptedServer);
    await clock.advance(10_000);
    // The next look has just been: the only word of a short step comes before anybody may be woken.
    poke();
    await clock.advance(300);
    step.finish('success', clock.now());
    poke();
    await clock.advance(600);
    expect(state(hold)).toBe('awaiting-stored');
  });

  it('is pending while its stage has no steps yet, and unknown once the stage has ended without it', async () => {
    const { client } = step;
    const empty = {
      number: 7,
      status: 'running',
      finishedAt: null,
      stages: [{ number: 1, status: 'waiting', steps: [] }],
    };
    Object.assign(client, { build: async () => empty });
    const hold = open();
    await clock.advance(1_000);
    expect(state(hold)).toBe('pending');
    Object.assign(empty.stages[0] as object, { status: 'failure' });
    await clock.advance(5_000);
    expect(hold.session.ended).toMatchObject({ code: 'not_found' });
  });

  it('that never ran has no log, and the server is not asked for one', async () => {
    Object.assign(step, { status: 'skipped', startedAt: null });
    step.finish('skipped', clock.now());
    const hold = open();
    await settle();
    expect(hold.session.summary()).toMatchObject({ state: 'absent', lines: 0 });
    expect(step.calls.stored).toBe(0);
  });
});

describe('a running step', () => {
  it('is live when its stream stands, also while it prints nothing', async () => {
    const hold = open();
    await clock.advance(500);
    expect(hold.session.summary()).toMatchObject({ state: 'live', lines: 0 });
  });

  it('says what a late viewer cannot have', async () => {
    step.history = 3;
    step.print([0, 1, 2, 3, 4].map((pos) => record(pos, `${pos}\n`)));
    const hold = open();
    await settle();
    expect(hold.session.summary().gaps).toEqual([{ beforeLine: 0, after: -1, before: 2, reason: 'history' }]);
    expect(await texts(hold)).toEqual(['2', '3', '4']);
  });

  it('comes back after a cut without losing or doubling a line, with growing waits while the server is down', async () => {
    step.print([record(0, 'one\n'), record(1, 'tw')]);
    const hold = open();
    await settle();
    step.down = true;
    step.cut();
    await settle();
    expect(state(hold)).toBe('reconnecting');
    const calls = step.calls.build;
    await clock.advance(60_000);
    expect(step.calls.build - calls).toBeGreaterThan(5);
    expect(step.calls.build - calls).toBeLessThan(15);
    step.print([record(2, 'o\n'), record(3, 'three\n')]);
    step.down = false;
    await clock.advance(11_000);
    expect(state(hold)).toBe('live');
    expect(hold.session.summary().gaps).toEqual([]);
    expect(await texts(hold)).toEqual(['one', 'two', 'three']);
  });

  it('is there again within a second after each cut, however many there were', async () => {
    const hold = open();
    await clock.advance(500);
    for (let cut = 0; cut < 10; cut++) {
      step.cut();
      step.print([record(cut, `${cut}\n`)]);
      await clock.advance(1_000);
      expect(hold.session.summary()).toMatchObject({ state: 'live', lines: cut + 1 });
    }
  });

  it('whose server was restarted: a gap that stands until the end, and then the whole log', async () => {
    step.print([record(0, 'one\n')]);
    const hold = open();
    await settle();
    step.restart();
    step.print([record(1, 'two\n')]);
    await clock.advance(5_000);
    expect(hold.session.summary()).toMatchObject({
      state: 'reconnecting',
      lines: 1,
      gaps: [{ beforeLine: 1, after: 0, before: null, reason: 'restart' }],
    });
    const tails = step.calls.tail;
    await clock.advance(60_000);
    expect(step.calls.tail - tails).toBeLessThan(12);
    step.print([record(2, 'three\n')]);
    step.finish('success', clock.now());
    poke();
    await clock.advance(1_000);
    expect(hold.session.summary()).toMatchObject({ state: 'complete', gaps: [], lines: 3 });
    expect(await texts(hold)).toEqual(['one', 'two', 'three']);
  });

  it('at the size limit: said while it runs, and at the end what was dropped from the head', async () => {
    step.keepStored = 100_000;
    const lines = Array.from({ length: 120 }, (_, pos) => record(pos, `${'x'.repeat(999)}\n`));
    const hold = open(100_000);
    await settle();
    // The live stream stops with the first bytes up to the limit, and stays open.
    step.print(lines.slice(0, 100));
    step.printed.push(...lines.slice(100));
    await settle();
    expect(hold.session.summary()).toMatchObject({ state: 'live', gaps: [] });
    await clock.advance(10_000);
    expect(hold.session.summary()).toMatchObject({
      limitBytes: 100_000,
      gaps: [{ beforeLine: 100, after: 99, before: null, reason: 'limit' }],
    });
    step.finish('success', clock.now());
    await settle();
    expect(hold.session.summary()).toMatchObject({
      state: 'truncated',
      firstPos: 20,
      limitBytes: 100_000,
      gaps: [{ beforeLine: 0, after: -1, before: 20, reason: 'head' }],
    });
  });

  it('of a server that keeps the first part, the end is said to be missing, live and for good', async () => {
    const lines = Array.from({ length: 100 }, (_, pos) => record(pos, `${'x'.repeat(999)}\n`));
    const hold = open(100_000, 'first');
    await settle();
    step.print(lines);
    await clock.advance(10_000);
    const gap = { beforeLine: 100, after: 99, before: null, reason: 'tail' };
    expect(hold.session.summary()).toMatchObject({ state: 'live', gaps: [gap] });
    step.finish('success', clock.now());
    await settle();
    expect(hold.session.summary()).toMatchObject({
      ...{ state: 'truncated', firstPos: 0, limitBytes: 100_000, gaps: [gap] },
    });
  });

  it('that is only silent is not said to be at its limit', async () => {
    const hold = open(100_000);
    step.print([record(0, 'x'.repeat(60_000))]);
    await clock.advance(60_000);
    expect(hold.session.summary()).toMatchObject({ state: 'live', gaps: [], limitBytes: null });
  });

  it('whose end nobody announces is found by asking: no ping can be relied on', async () => {
    const hold = open();
    step.print([record(0, 'one\n')]);
    await settle();
    step.finish('cancelled', clock.now(), true);
    await clock.advance(16_000);
    expect(state(hold)).toBe('complete');
    expect(step.openTails).toBe(0);
  });
});

describe('the stored log', () => {
  it('that is late is asked for again after 1, 2, 4 s while the live copy stays', async () => {
    step.print([record(0, 'one\n')]);
    const hold = open();
    await settle();
    step.storedAbsent = 3;
    step.finish('success', clock.now());
    await settle();
    expect(hold.session.summary()).toMatchObject({ state: 'awaiting-stored', lines: 1 });
    await clock.advance(6_900);
    expect(state(hold)).toBe('awaiting-stored');
    await clock.advance(200);
    expect(hold.session.summary()).toMatchObject({ state: 'complete', generation: STORED_GENERATION });
    expect(step.calls.stored).toBe(4);
  });

  it('that comes very late is still taken; meanwhile it is asked for slowly', async () => {
    step.print([record(0, 'one\n')]);
    const hold = open();
    await settle();
    step.storedAbsent = 1_000;
    step.finish('cancelled', clock.now());
    await clock.advance(600_000);
    expect(state(hold)).toBe('awaiting-stored');
    expect(step.calls.stored).toBeLessThan(20);
    step.storedAbsent = 0;
    await clock.advance(61_000);
    expect(state(hold)).toBe('complete');
  });

  it('that is empty although lines were seen is not believed', async () => {
    step.print([record(0, 'one\n')]);
    const hold = open();
    await settle();
    step.storedEmpty = 1;
    step.finish('success', clock.now());
    await settle();
    expect(hold.session.summary()).toMatchObject({ state: 'awaiting-stored', lines: 1 });
    await clock.advance(1_100);
    expect(await texts(hold)).toEqual(['one']);
    expect(state(hold)).toBe('complete');
  });

  it('of a step that ended long ago and has none is absent', async () => {
    step.storedAbsent = 1_000;
    step.finish('success', clock.now() - 3_600_000);
    const hold = open();
    await settle();
    expect(state(hold)).toBe('absent');
  });

  it('is shown while it is read: first chunk first, then to its end', async () => {
    step.print(Array.from({ length: 2_000 }, (_, pos) => record(pos, `line ${pos}\n`)));
    step.finish('success', clock.now() - 3_600_000);
    step.storedBatch = 600;
    step.storedCuts = [1_200];
    const hold = open();
    await hold.session.ready;
    await settle();
    expect(hold.session.summary()).toMatchObject({ state: 'complete', indexed: false, lines: 1_200 });
    await clock.advance(1_000);
    expect(hold.session.summary()).toMatchObject({
      state: 'complete',
      indexed: true,
      lines: 2_000,
      gaps: [],
    });
    expect((await texts(hold))[1_999]).toBe('line 1999');
  });

  it('replaces what was shown live also when it is shorter', async () => {
    step.print([0, 1, 2].map((pos) => record(pos, `${pos}\n`)));
    const hold = open();
    await settle();
    step.keepStored = 2;
    step.finish('success', clock.now());
    await settle();
    expect(hold.session.summary()).toMatchObject({ state: 'truncated', lines: 1, firstPos: 2 });
  });
});

describe('who is asked and what is kept', () => {
  it('goes on with the next viewer’s account when the first one’s token is refused', async () => {
    const refused = new ScriptedStep();
    refused.refused = true;
    hub.hold(address, refused.client, scriptedServer);
    const second = open();
    step.print([record(0, 'one\n')]);
    await clock.advance(1_000);
    expect(state(second)).toBe('live');
    expect(await texts(second)).toEqual(['one']);
  });

  it('ends when nobody’s account may read it, and begins anew with one that may', async () => {
    step.refused = true;
    const hold = open();
    await settle();
    expect(hold.session.ended).toMatchObject({ code: 'ci_token_refused' });
    step.refused = false;
    const again = open();
    await clock.advance(500);
    expect(again.session).not.toBe(hold.session);
    expect(state(again)).toBe('live');
  });

  it('has one stream for all, ends it 30 s after the last one left, and another generation after that', async () => {
    const one = open();
    const two = open();
    await clock.advance(500);
    expect(step.calls.tail).toBe(1);
    one.release();
    one.release();
    await clock.advance(60_000);
    expect(step.openTails).toBe(1);
    two.release();
    await clock.advance(29_000);
    const three = open();
    expect(three.session).toBe(two.session);
    three.release();
    await clock.advance(31_000);
    expect(step.openTails).toBe(0);
    const four = open();
    await clock.advance(500);
    expect(four.session.summary().generation).toBeGreaterThan(two.session.summary().generation);
  });

  it('keeps finished logs within its memory, least recently used out first', async () => {
    step.print([record(0, `${'x'.repeat(3_000)}\n`)]);
    step.finish('success', clock.now() - 3_600_000);
    const at = (number: number) => ({ ...address, ref: { ...address.ref, number } });
    const all = Array.from({ length: 6 }, (_, number) => hub.hold(at(number), step.client, scriptedServer));
    await settle();
    // Logs in use are never dropped.
    expect(hub.size.logs).toBe(6);
    for (const hold of all) hold.release();
    await settle();
    expect(hub.size.bytes).toBeLessThanOrEqual(10_000);
    const { stored } = step.calls;
    hub.hold(at(5), step.client, scriptedServer);
    expect(step.calls.stored).toBe(stored);
    const first = hub.hold(at(0), step.client, scriptedServer);
    await settle();
    expect(step.calls.stored).toBe(stored + 1);
    expect(first.session.summary()).toMatchObject({ generation: STORED_GENERATION, lines: 1 });
  });

  it('knows when a running step last printed something', async () => {
    step.print([{ pos: 0, out: 'one\n', time: 42 }]);
    expect(hub.lastRecordAt('ci', 'acme/checkout', address.ref)).toBeNull();
    open();
    await settle();
    expect(hub.lastRecordAt('ci', 'acme/checkout', address.ref)).toBe((step.startedAt ?? 0) + 42_000);
  });
});

describe('a hole in a running step’s log', () => {
  const numbered = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, index) => record(from + index, `line ${from + index}\n`));
  const lost = (from: number, to: number) => (index: number) => index >= from && index < to;
  const gapsOf = ({ session }: LogHold) => session.summary().gaps.map(({ reason }) => reason);
  const printed = () => step.printed.map(({ out }) => out.trimEnd());

  /** A step of which records 10…19 never came. */
  async function withHole(facts: object): Promise<LogHold> {
    const hold = hub.hold(address, step.client, { ...scriptedServer, ...facts });
    await clock.advance(1_000);
    step.print(numbered(0, 40), lost(10, 20));
    await settle();
    expect(hold.session.summary()).toMatchObject({
      lines: 30,
      gaps: [{ beforeLine: 10, after: 9, before: 20, reason: 'slow' }],
    });
    return hold;
  }

  it('is closed by the stored log where that can be read before the end, in a new generation', async () => {
    const hold = await withHole({ storesEarly: true });
    const { generation } = hold.session.summary();
    await clock.advance(2_000);
    expect(hold.session.summary()).toMatchObject({ state: 'live', lines: 40, gaps: [] });
    expect(hold.session.summary().generation).toBeGreaterThan(generation);
    expect(await texts(hold)).toEqual(printed());
    // Nothing is asked for that is not missing.
    await clock.advance(60_000);
    expect([step.calls.soFar, step.calls.tail]).toEqual([1, 1]);
  });

  it('is asked for again, less and less often, until the server has stored it', async () => {
    step.storedLag = 25;
    const hold = await withHole({ storesEarly: true });
    await clock.advance(60_000);
    expect(hold.session.summary().gaps).toMatchObject([{ after: 14, before: 20 }]);
    expect(step.calls.soFar).toBeLessThan(15);
    step.storedLag = 0;
    await clock.advance(15_000);
    expect(gapsOf(hold)).toEqual([]);
    expect(await texts(hold)).toEqual(printed());
  });

  it('is closed by a new connection that begins with it, and only one is made', async () => {
    const hold = await withHole({ liveHistory: 5_000 });
    await clock.advance(2_000);
    expect(gapsOf(hold)).toEqual([]);
    expect(await texts(hold)).toEqual(printed());
    await clock.advance(60_000);
    expect([step.calls.soFar, step.calls.tail]).toEqual([0, 2]);
    expect(step.openTails).toBe(1);
  });

  it('stands until the end where the server repeats less, and no connection is made for it', async () => {
    const hold = await withHole({ liveHistory: 20 });
    await clock.advance(60_000);
    expect(gapsOf(hold)).toEqual(['slow']);
    expect(step.calls.tail).toBe(1);
    step.finish('success', clock.now());
    await clock.advance(5_000);
    expect(hold.session.summary()).toMatchObject({ state: 'complete', lines: 40, gaps: [] });
  });

  it('of a server that was restarted goes on from its stored log, and says that more may be missing', async () => {
    const hold = hub.hold(address, step.client, { ...scriptedServer, storesEarly: true });
    await clock.advance(1_000);
    step.print(numbered(0, 10));
    step.restart();
    step.print(numbered(10, 30));
    await clock.advance(30_000);
    expect(await texts(hold)).toEqual(printed());
    expect(hold.session.summary().gaps).toMatchObject([{ after: 29, before: null, reason: 'restart' }]);
    step.print(numbered(30, 35));
    await clock.advance(30_000);
    expect(await texts(hold)).toEqual(printed());
  });

  it('in the middle of a line: the line is whole again, with the position where it began', async () => {
    const hold = hub.hold(address, step.client, { ...scriptedServer, storesEarly: true });
    await clock.advance(1_000);
    const parts = ['one ', 'two ', '\u001b[3', '1mred', '\u001b[0m\n', 'next\n', 'open'];
    step.print(
      parts.map((out, pos) => record(pos, out)),
      lost(1, 4),
    );
    await settle();
    expect(await texts(hold)).toEqual(['one ', '\u001b[0m', 'next', 'open']);
    await clock.advance(2_000);
    expect(await texts(hold)).toEqual(['one two \u001b[31mred\u001b[0m', 'next', 'open']);
    const read = (await hold.session.text?.read(0, 3)) ?? [];
    expect(read.map(({ line }) => line.pos)).toEqual([0, 5, 6]);
    step.print([record(7, ' and shut\n')]);
    await settle();
    expect((await texts(hold)).at(-1)).toBe('open and shut');
  });
});
