import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createInProcessBus } from '../adapters/bus/in-process.ts';
import { silentMeter } from './live-meter.ts';
import { LogChannel } from './log-channel.ts';
import { LogHub } from './log-hub.ts';
import { STORED_GENERATION } from './log-store.ts';
import { Page } from './testing/page.ts';
import { ScriptedStep } from './testing/scripted-step.ts';
import { memoryStore, scriptedServer } from './testing/stores.ts';
import { settle, VirtualClock } from './testing/virtual-clock.ts';

const address = {
  server: 'ci',
  forgeRepoId: '1',
  path: 'acme/checkout',
  ref: { number: 7, stage: 1, step: 2 },
};

let clock: VirtualClock;
let step: ScriptedStep;
let channel: LogChannel;
let printed = 0;

beforeEach(async () => {
  clock = new VirtualClock();
  step = new ScriptedStep();
  printed = 0;
  const hub = new LogHub({
    bus: createInProcessBus(),
    clock,
    random: () => 0.5,
    store: memoryStore(() => clock.now()),
    meter: silentMeter,
    cacheBytes: 1_000_000,
    graceMs: 0,
  });
  channel = new LogChannel(hub.hold(address, step.client, scriptedServer).session, clock);
  await clock.advance(500);
});

/** Prints so many lines and lets two ticks pass. */
async function print(lines: number, end = '\n'): Promise<void> {
  step.print(
    Array.from({ length: lines }, () => ({ pos: printed, out: `line ${printed++}${end}`, time: 0 })),
  );
  await settle();
  await clock.advance(50);
}

async function join(): Promise<Page> {
  const page = new Page();
  page.join(channel);
  await clock.advance(50);
  return page;
}

/** What a page was told to fetch itself, once it has the line at `last`. */
async function skipped(page: Page, last: number): Promise<[number, number][]> {
  await vi.waitFor(() => expect(page.lines.has(last)).toBe(true));
  expect(page.faults).toEqual([]);
  return page.skips;
}

describe('LogChannel', () => {
  it('encodes a batch once for all its viewers', async () => {
    const sent = new Set<Buffer>();
    const pages = await Promise.all([join(), join(), join()]);
    for (const page of pages) {
      const send = page.send.bind(page);
      page.send = (frame) => {
        sent.add(frame);
        send(frame);
      };
    }
    await print(10);
    expect(pages.map((page) => page.lines.size)).toEqual([10, 10, 10]);
    // One frame of lines, and one summary with the new counts.
    expect(sent.size).toBeLessThanOrEqual(2);
  });

  it('encodes the lines of a log once for all who come back at the same moment', async () => {
    await join();
    await print(700);
    const sent = new Set<Buffer>();
    const pages = Array.from({ length: 20 }, () => {
      const page = new Page();
      const send = page.send.bind(page);
      page.send = (frame) => {
        if (frame.includes('"type":"lines"')) sent.add(frame);
        send(frame);
      };
      page.join(channel);
      return page;
    });
    await clock.advance(50);
    for (const page of pages) expect([page.lines.size, page.faults]).toEqual([700, []]);
    // A chunk, and what is more than one.
    expect(sent.size).toBe(2);
  });

  it('lets the rest of the process have its turn while very many are written to', async () => {
    const pages = await Promise.all(Array.from({ length: 400 }, () => join()));
    const had = () => pages.filter((page) => page.lines.has(0)).length;
    let meanwhile: number | null = null;
    const [first] = pages as [Page];
    const send = first.send.bind(first);
    first.send = (frame) => {
      if (frame.includes('"type":"lines"'))
        setImmediate(() => {
          meanwhile ??= had();
        });
      send(frame);
    };
    await print(1);
    await vi.waitFor(() => expect(had()).toBe(400));
    expect(meanwhile).toBeGreaterThan(0);
    expect(meanwhile).toBeLessThan(400);
    expect(pages.flatMap((page) => page.faults)).toEqual([]);
  });

  it('sends what comes within a tick in one frame, and nothing while nothing comes', async () => {
    const page = await join();
    await clock.advance(10_000);
    const before = page.frames;
    await clock.advance(60_000);
    expect(page.frames).toBe(before);
    for (let index = 0; index < 5; index++) {
      step.print([{ pos: printed, out: `line ${printed++}\n`, time: 0 }]);
      await settle();
    }
    await clock.advance(30);
    expect(page.lines.size).toBe(5);
    expect(page.frames - before).toBeLessThanOrEqual(2);
  });

  it('a viewer who is behind is never sent later lines first', async () => {
    const page = await join();
    await print(3);
    // Not ready once, then ready, again and again: it answers differently within one batch.
    page.readiness = 0b0101_0101_0101_0101;
    for (let round = 0; round < 8; round++) await print(2);
    page.readiness = 0b0001_0010_0100_1001;
    for (let round = 0; round < 8; round++) await print(2);
    page.readiness = 0xffff;
    channel.wake();
    await clock.advance(100);
    expect(page.faults).toEqual([]);
    expect([...page.lines.keys()]).toEqual(Array.from({ length: 35 }, (_, index) => index));
  });

  it('one who stood still for long is told what it missed and sent the end', async () => {
    const page = await join();
    await print(10);
    page.readiness = 0;
    for (let round = 0; round < 4; round++) await print(1_000);
    expect(page.lines.size).toBe(10);
    page.readiness = 0xffff;
    channel.wake();
    await clock.advance(100);
    expect(page.skips).toEqual([[10, 3_072]]);
    expect(page.skipCount).toBe(1);
    expect(Math.max(...page.lines.keys())).toBe(4_009);
    expect(page.lines.size).toBe(10 + 4_010 - 3_072);
    expect(page.faults).toEqual([]);
  });

  it('one who stood still while a line was open is sent all of that line', async () => {
    const page = await join();
    await print(10);
    await print(1, '');
    expect(page.lines.get(10)?.text).toBe('line 10');
    page.readiness = 0;
    for (let round = 0; round < 4; round++) await print(1_000);
    page.readiness = 0xffff;
    channel.wake();
    await clock.advance(100);
    expect(await skipped(page, 4_009)).toEqual([[11, 3_072]]);
    expect(page.lines.get(10)?.text).toBe('line 10line 11');
  });

  it('one who comes back after long is sent all of the line that was open', async () => {
    await print(1, '');
    await join();
    const page = await join();
    channel.leave(page);
    for (let round = 0; round < 4; round++) await print(1_000);
    page.join(channel);
    await clock.advance(50);
    expect(await skipped(page, 3_999)).toEqual([[1, 3_072]]);
    expect(page.lines.get(0)?.text).toBe('line 0line 1');
  });

  it('an open line is sent again when it grows, a long one at most once a second', async () => {
    const page = await join();
    await print(1, '');
    expect(page.lines.get(0)?.text).toBe('line 0');
    await print(1, '');
    expect(page.lines.get(0)?.text).toBe('line 0line 1');
    await print(1, 'x'.repeat(10_000));
    await clock.advance(2_000);
    const before = page.frames;
    for (let round = 0; round < 40; round++) await print(1, 'x');
    // 40 × 50 ms = 2 s.
    expect(page.frames - before).toBeLessThan(10);
    await clock.advance(1_100);
    const whole = step.printed.map(({ out }) => out).join('');
    expect(page.lines.get(0)?.text).toBe(whole);
    await print(1);
    expect(page.lines.get(0)?.text).toBe(`${whole}line ${printed - 1}`);
  });

  it('a stored log takes the place of the live one in one piece', async () => {
    const page = await join();
    await print(700);
    const live = page.summary?.generation;
    step.finish('success', clock.now());
    await clock.advance(500);
    expect(page.summary).toMatchObject({
      state: 'complete',
      generation: STORED_GENERATION,
      lines: 700,
      indexed: true,
    });
    expect(live).toBeLessThan(STORED_GENERATION);
    expect(page.lines.size).toBe(700);
    expect(page.faults).toEqual([]);
    const late = await join();
    expect(late.lines.size).toBe(700);
  });
});
