import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createInProcessBus } from '../adapters/bus/in-process.ts';
import { silentMeter } from './live-meter.ts';
import { LogChannel } from './log-channel.ts';
import { type LogHold, LogHub, type ServerFacts } from './log-hub.ts';
import type { LogSession } from './log-session.ts';
import { type Action, actionArbitrary, recordsArbitrary } from './testing/log-arbitraries.ts';
import { Page } from './testing/page.ts';
import { linesWithGaps, naiveLines } from './testing/reference-lines.ts';
import { ScriptedStep } from './testing/scripted-step.ts';
import { memoryStore, scriptedServer } from './testing/stores.ts';
import { settle, VirtualClock } from './testing/virtual-clock.ts';

const address = {
  server: 'ci',
  forgeRepoId: '1',
  path: 'acme/checkout',
  ref: { number: 7, stage: 1, step: 2 },
};

/** One console, one step, one page that may go and come back. */
class World {
  clock = new VirtualClock();
  bus = createInProcessBus();
  step = new ScriptedStep();
  page = new Page();
  hub = new LogHub({
    bus: this.bus,
    clock: this.clock,
    random: () => 0.5,
    store: memoryStore(() => this.clock.now()),
    meter: silentMeter,
    cacheBytes: 1_000_000,
    graceMs: 30_000,
  });
  readonly facts: ServerFacts;
  hold: LogHold;
  channel: LogChannel;

  constructor(facts: Partial<ServerFacts>) {
    this.facts = { ...scriptedServer, ...facts };
    this.hold = this.hub.hold(address, this.step.client, this.facts);
    this.channel = new LogChannel(this.hold.session, this.clock);
  }

  get session(): LogSession {
    return this.hold.session;
  }

  leave(): void {
    this.channel.leave(this.page);
    this.channel.close();
    this.hold.release();
  }

  comeBack(): void {
    this.hold = this.hub.hold(address, this.step.client, this.facts);
    this.channel = new LogChannel(this.hold.session, this.clock);
    this.page.join(this.channel);
  }
}

async function shown(session: LogSession) {
  const text = session.text;
  if (!text) return [];
  return (await text.read(0, text.lines)).map(({ line: { pos, text: words } }) => ({ pos, text: words }));
}

/** At every moment: what is shown is what was printed up to some record, with exactly the marked gaps missing. */
async function checkNow(world: World): Promise<void> {
  const { session, step } = world;
  if (!session.live || session.stored) return;
  const { gaps, lastPos } = session.live;
  expect(await shown(session)).toEqual(linesWithGaps(step.printed, lastPos, gaps));
  let before = -1;
  for (const gap of gaps) {
    expect(gap.after).toBeGreaterThanOrEqual(before);
    if (gap.before !== null) expect(gap.before).toBeGreaterThan(gap.after + 1);
    before = gap.before ?? Number.POSITIVE_INFINITY;
  }
  await checkPage(world);
}

/** A page that takes what it is sent has all of it two ticks after the last record. */
async function checkPage({ session, page, clock, channel }: World): Promise<void> {
  channel.wake();
  for (let before = '', turn = 0; turn < 20 && before !== JSON.stringify(session.summary()); turn++) {
    before = JSON.stringify(session.summary());
    await clock.advance(60);
  }
  if (page.readiness === 0xffff && session.live && !session.stored) {
    expect(page.summary?.gaps).toEqual(session.live.gaps);
    const held = await shown(session);
    for (const [index, line] of held.entries())
      if (!page.skips.some(([from, to]) => index >= from && index < to))
        expect(page.lines.get(index)).toMatchObject(line);
    expect(Math.max(-1, ...page.lines.keys())).toBe(held.length - 1);
  }
  expect(page.faults).toEqual([]);
}

async function act(world: World, action: Action, records: () => typeof world.step.printed): Promise<void> {
  const { clock, step } = world;
  switch (action.kind) {
    case 'print':
    case 'printLossy': {
      const mask = action.kind === 'printLossy' ? action.lost : 0;
      step.print(records().splice(0, action.count), (index) => ((mask >> (index % 16)) & 1) === 1);
      return settle();
    }
    case 'printSwapped':
      step.printSwapped(records().splice(0, action.count));
      return settle();
    case 'wait':
      return clock.advance(action.ms);
    case 'cut':
      step.cut();
      return settle();
    case 'down':
      step.down = true;
      step.cut();
      await clock.advance(action.ms);
      step.down = false;
      return;
    case 'restart':
      step.restart();
      return settle();
    case 'poke':
      world.bus.publish({ type: 'build-changed', server: 'ci', path: 'acme/checkout', number: 7 });
      return settle();
    case 'leave':
      world.leave();
      await clock.advance(action.ms);
      world.comeBack();
      return;
    case 'readiness':
      world.page.readiness = action.mask;
      world.channel.wake();
      return settle();
  }
}

const scenario = fc.record({
  records: recordsArbitrary,
  actions: fc.array(actionArbitrary, { maxLength: 25 }),
  history: fc.constantFrom(3, 20, 1_000_000),
  keepStored: fc.constantFrom(50, 1_000_000),
  storedAbsent: fc.nat({ max: 4 }),
  storedEmpty: fc.nat({ max: 1 }),
  storedCuts: fc.array(fc.nat({ max: 60 }), { maxLength: 3 }),
  storedBatch: fc.integer({ min: 1, max: 50 }),
  tailLost: fc.nat({ max: 10 }),
  silentEnd: fc.boolean(),
  storesEarly: fc.boolean(),
  storedLag: fc.nat({ max: 3 }),
  soFarCuts: fc.array(fc.nat({ max: 60 }), { maxLength: 2 }),
});

/** Longer than all waits between two tries to close a hole. */
const LONG_MS = 90_000;

/** Left in peace for a while, a running step's log has no holes but those that its server cannot close before the end. */
async function checkHoles({ session, step, clock, facts }: World): Promise<void> {
  await clock.advance(LONG_MS);
  const { live } = session;
  if (!live || session.stored) return;
  const { liveHistory, storesEarly } = facts;
  const stored = step.printed.length - 1 - step.storedLag;
  if (storesEarly && step.printed.length > step.storedLag) {
    // What was lost behind the last record that came shows only with the next one, or at the end.
    if (live.pending) expect(live.lastPos).toBeGreaterThanOrEqual(stored);
    for (const { before } of live.gaps) expect(before ?? Number.POSITIVE_INFINITY).toBeGreaterThan(stored);
  } else if (liveHistory === null && step.retained) expect(live.gaps).toEqual([]);
}

describe('a log while its step runs and after it', () => {
  it('shows a prefix of what was printed with its gaps marked, and at the end exactly the stored log', async () => {
    await fc.assert(
      fc.asyncProperty(scenario, async (script) => {
        const world = new World({
          liveHistory: script.history === 1_000_000 ? null : script.history,
          storesEarly: script.storesEarly,
        });
        Object.assign(world.step, {
          history: script.history,
          keepStored: script.keepStored,
          storedAbsent: script.storedAbsent,
          storedEmpty: script.storedEmpty,
          storedCuts: [...script.storedCuts],
          storedBatch: script.storedBatch,
          storedLag: script.storedLag,
          soFarCuts: [...script.soFarCuts],
        });
        const left = [...script.records];
        world.page.join(world.channel);
        await world.clock.advance(1_000);
        for (const action of script.actions) {
          await act(world, action, () => left);
          await checkNow(world);
        }
        await checkHoles(world);
        await checkNow(world);
        const lost = left.length - script.tailLost;
        world.step.print(left.splice(0), (index) => index >= lost);
        world.step.finish('success', world.clock.now(), script.silentEnd);
        world.page.readiness = 0xffff;
        world.channel.wake();
        // Longer than all tries for a log that is late.
        await world.clock.advance(400_000);
        const { session, page, step } = world;
        const stored = step.stored;
        expect(session.indexed).toBe(true);
        expect(session.state).toBe((stored[0]?.pos ?? 0) > 0 ? 'truncated' : 'complete');
        const lines = naiveLines(stored);
        expect(await shown(session)).toEqual(lines);
        const printed: Buffer[] = [];
        for await (const part of session.text?.printed() ?? []) printed.push(part);
        expect(Buffer.concat(printed).toString()).toBe(
          Buffer.from(stored.map(({ out }) => out).join('')).toString(),
        );
        // The page holds every line it was not told to fetch.
        expect(page.faults).toEqual([]);
        expect(page.summary).toEqual(session.summary());
        const skipped = (index: number) => page.skips.some(([from, to]) => index >= from && index < to);
        for (const [index, line] of lines.entries()) {
          if (skipped(index) && !page.lines.has(index)) continue;
          expect(page.lines.get(index)?.text).toBe(line.text);
        }
        expect(Math.max(-1, ...page.lines.keys())).toBe(lines.length - 1);
        world.leave();
        world.hub.close();
        await world.clock.advance(60_000);
        expect(step.openTails).toBe(0);
      }),
      { numRuns: Number(process.env.FLIGHTDECK_PROPERTY_RUNS ?? 150) },
    );
  }, 120_000);
});
