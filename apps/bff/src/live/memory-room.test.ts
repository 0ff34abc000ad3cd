import { afterEach, expect, it } from 'vitest';
import { createInProcessBus } from '../adapters/bus/in-process.ts';
import type { LogRecord } from '../ports/ci-server.ts';
import { fullAfter, LogFolder } from '../testing/log-folder.ts';
import { createLogStore, type LogStoreDeps } from './create-log-store.ts';
import { silentMeter } from './live-meter.ts';
import { type LogHold, LogHub } from './log-hub.ts';
import { FakeScratch } from './testing/fake-scratch.ts';
import { ScriptedStep } from './testing/scripted-step.ts';
import { patterns, scriptedServer } from './testing/stores.ts';
import { VirtualClock } from './testing/virtual-clock.ts';

const MB = 1_000_000;
const record = (pos: number): LogRecord => ({ pos, out: `line ${pos} ${'x'.repeat(90)}\n`, time: 0 });
const records = Array.from({ length: 20_000 }, (_, pos) => record(pos));

const hubs: LogHub[] = [];
afterEach(() => {
  for (const hub of hubs.splice(0)) hub.close();
});

/** A console; its logs are about 2.5 MB in memory each. */
function world(memoryBytes: number, more: Partial<LogStoreDeps> = {}, graceMs = 100) {
  const clock = new VirtualClock();
  const store = createLogStore({ now: () => clock.now(), patterns, memoryBytes, ...more });
  const hub = new LogHub({
    ...{ bus: createInProcessBus(), clock, random: () => 0.5, store, meter: silentMeter },
    ...{ cacheBytes: memoryBytes, graceMs },
  });
  hubs.push(hub);
  const open = (number: number, step: ScriptedStep) =>
    hub.hold(
      { server: 'ci', forgeRepoId: '1', path: 'a/b', ref: { number, stage: 1, step: 2 } },
      step.client,
      scriptedServer,
    );
  return { clock, store, open };
}

function finished(): ScriptedStep {
  const step = new ScriptedStep();
  step.print([...records]);
  step.finish('success', 1);
  step.storedBatch = 100;
  return step;
}

/** A step that runs; its server repeats little, which is none of the matter here. */
function running(): ScriptedStep {
  const step = new ScriptedStep();
  step.history = 1_000;
  return step;
}

/** Prints records up to number `to`, with time for whoever reads them. */
async function print(clock: VirtualClock, step: ScriptedStep, to: number): Promise<void> {
  while (step.printed.length < to) {
    const from = step.printed.length;
    step.print(Array.from({ length: 500 }, (_, index) => record(from + index)));
    await clock.advance(50);
  }
}

/** It takes turns with everybody else. */
async function read(clock: VirtualClock, { session }: LogHold): Promise<void> {
  for (let turn = 0; turn < 100 && !session.indexed; turn++) await clock.advance(10);
}

/** Each record is a line. */
const linesOf = (some: readonly LogRecord[]) => some.map(({ pos, out }) => ({ pos, text: out.slice(0, -1) }));

const whole = { state: 'complete', lines: 20_000, gaps: [] };
const shown = async ({ session }: LogHold) =>
  (await session.text?.read(0, 1e9))?.map(({ line: { pos, text } }) => ({ pos, text }));

it('what was looked at longest ago goes for what somebody wants, and nothing else does', async () => {
  const { clock, store, open } = world(8 * MB);
  const steps = [finished(), finished(), finished()];
  const see = async (number: number, step: ScriptedStep) => {
    const hold = open(number, step);
    await read(clock, hold);
    expect(hold.session.summary()).toMatchObject(whole);
    hold.release();
    await clock.advance(1_000);
  };
  for (const [number, step] of steps.entries()) await see(number + 1, step);
  await see(1, steps[0] as ScriptedStep);
  const stored = () => steps.map(({ calls }) => calls.stored);
  const before = stored();
  const fourth = open(4, finished());
  await read(clock, fourth);
  expect(fourth.session.summary()).toMatchObject(whole);
  expect(store.room.used).toBeLessThan(8 * MB);
  await see(3, steps[2] as ScriptedStep);
  await see(1, steps[0] as ScriptedStep);
  expect(stored()).toEqual(before);
  await see(2, steps[1] as ScriptedStep);
  expect(stored()[1]).toBe((before[1] ?? 0) + 1);
});

it('a log that became whole after its last viewer had left goes like any other', async () => {
  const { clock, store, open } = world(3 * MB, {}, 5_000);
  const step = finished();
  const hold = open(7, step);
  await clock.advance(10);
  expect(hold.session.indexed).toBe(false);
  hold.release();
  await read(clock, hold);
  await clock.advance(10_000);
  expect(hold.session.summary()).toMatchObject(whole);
  const next = open(8, finished());
  await read(clock, next);
  expect(next.session.summary()).toMatchObject(whole);
  expect(store.room.used).toBeLessThan(3 * MB);
});

it('of a stored log that finds no room its beginning is shown and that the rest is missing is said; later it is whole', async () => {
  const { clock, store, open } = world(4 * MB);
  const first = open(7, finished());
  await read(clock, first);
  expect(first.session.summary()).toMatchObject(whole);
  const second = open(8, finished());
  await read(clock, second);
  const summary = second.session.summary();
  expect(summary).toMatchObject({
    ...{ state: 'truncated', indexed: true },
    gaps: [{ beforeLine: summary.lines, after: summary.lines - 1, before: null, reason: 'room' }],
  });
  expect(summary.lines).toBeGreaterThan(5_000);
  expect(await shown(second)).toEqual(linesOf(records).slice(0, summary.lines));
  expect(store.room.used).toBeLessThan(4.1 * MB);
  first.release();
  second.release();
  await clock.advance(1_000);
  const again = open(8, finished());
  await read(clock, again);
  expect(again.session.summary()).toMatchObject(whole);
});

it('of a running log what finds no room is left out and said; it goes on once there is room, and the stored log has all', async () => {
  const disk = new FakeScratch(500_000);
  const { clock, store, open } = world(5 * MB, { running: { place: disk } });
  const other = open(7, finished());
  await read(clock, other);
  const step = running();
  const hold = open(8, step);
  await clock.advance(1_000);
  await print(clock, step, 40_000);
  const full = hold.session.summary();
  expect(full.gaps).toMatchObject([{ after: full.lines - 1, before: null, reason: 'room' }]);
  expect(full.lines).toBeGreaterThan(20_000);
  expect(store.room.used).toBeLessThan(5.2 * MB);
  expect(await shown(hold)).toEqual(linesOf(step.printed).slice(0, full.lines));
  other.release();
  await clock.advance(1_000);
  await print(clock, step, 45_000);
  const { gaps } = hold.session.summary();
  expect(gaps).toMatchObject([{ after: full.lines - 1, before: 40_000, reason: 'room' }]);
  expect(await shown(hold)).toEqual([
    ...linesOf(step.printed).slice(0, full.lines),
    ...linesOf(step.printed.slice(40_000)),
  ]);
  hold.release();
  await clock.advance(1_000);
  expect({ files: disk.open, memory: store.room.used }).toEqual({ files: 0, memory: 0 });
});

it('a running log that found no room is the stored log, whole, once its step has ended and there is room', async () => {
  const folder = new LogFolder();
  const disk = new FakeScratch(0);
  const { clock, store, open } = world(1 * MB, { running: { place: disk }, disk: folder.engine() });
  const step = running();
  step.storedBatch = 500;
  const hold = open(8, step);
  await clock.advance(1_000);
  await print(clock, step, 20_000);
  expect(hold.session.summary().gaps).toMatchObject([{ reason: 'room' }]);
  step.finish('success', clock.now());
  await expect
    .poll(
      async () => {
        await clock.advance(500);
        return hold.session.summary();
      },
      { timeout: 20_000 },
    )
    .toMatchObject({ ...whole, indexed: true });
  expect(store.room.used).toBe(0);
  hold.release();
  folder.end();
}, 30_000);

it('a disk that is full in the middle of a stored log: as much as memory may hold is shown, and what is missing is said', async () => {
  const folder = new LogFolder();
  const full = folder.engine({ files: fullAfter(folder.disk, 700_000) });
  const { clock, store, open } = world(1 * MB, { disk: full });
  const hold = open(8, finished());
  await expect
    .poll(
      async () => {
        await clock.advance(100);
        return hold.session.summary();
      },
      { timeout: 20_000 },
    )
    .toMatchObject({ state: 'truncated', indexed: true, gaps: [{ before: null, reason: 'room' }] });
  const lines = await shown(hold);
  expect(lines).toEqual(linesOf(records).slice(0, lines?.length));
  expect(store.room.used).toBeLessThan(1.1 * MB);
  hold.release();
  await clock.advance(1_000);
  expect(store.room.used).toBe(0);
  folder.end();
}, 30_000);

it('several running logs at once stay within one size, each with its newest lines in memory', async () => {
  const disk = new FakeScratch();
  const { clock, store, open } = world(2 * MB, { running: { place: disk } });
  const steps = Array.from({ length: 5 }, () => running());
  const holds = steps.map((step, number) => open(number + 1, step));
  await clock.advance(1_000);
  let highest = 0;
  for (let to = 500; to <= 20_000; to += 500) {
    for (const step of steps) await print(clock, step, to);
    highest = Math.max(highest, store.room.used);
  }
  expect(highest).toBeLessThan(2 * MB);
  expect(disk.written).toBeGreaterThan(8 * MB);
  for (const hold of holds) {
    expect(hold.session.summary()).toMatchObject({ lines: 20_000, gaps: [] });
    expect(await shown(hold)).toEqual(linesOf(records));
  }
});

it('a running log whose file cannot be read any more is asked for anew', async () => {
  const disk = new FakeScratch();
  const { clock, open } = world(8 * MB, { running: { place: disk } });
  const step = new ScriptedStep();
  const hold = open(8, step);
  await clock.advance(1_000);
  await print(clock, step, 5_000);
  const { generation } = hold.session.summary();
  disk.isBroken = true;
  await expect(hold.session.text?.read(0, 10)).rejects.toMatchObject({ code: 'log_generation' });
  disk.isBroken = false;
  await clock.advance(30_000);
  expect(hold.session.summary()).toMatchObject({ state: 'live', lines: 5_000, gaps: [] });
  expect(hold.session.summary().generation).toBeGreaterThan(generation);
  expect(await shown(hold)).toEqual(linesOf(step.printed));
  expect({ open: disk.open, streams: step.openTails }).toEqual({ open: 1, streams: 1 });
});
