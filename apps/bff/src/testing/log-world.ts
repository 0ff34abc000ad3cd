import { expect } from 'vitest';
import { createInProcessBus } from '../adapters/bus/in-process.ts';
import { createLogStore } from '../live/create-log-store.ts';
import { silentMeter } from '../live/live-meter.ts';
import { LogChannel } from '../live/log-channel.ts';
import { type LogHold, LogHub, type ServerFacts } from '../live/log-hub.ts';
import type { LogSession } from '../live/log-session.ts';
import { FakeScratch } from '../live/testing/fake-scratch.ts';
import type { Action } from '../live/testing/log-arbitraries.ts';
import { Page } from '../live/testing/page.ts';
import { linesWithGaps } from '../live/testing/reference-lines.ts';
import { ScriptedStep } from '../live/testing/scripted-step.ts';
import { patterns, scriptedServer } from '../live/testing/stores.ts';
import { settle, VirtualClock } from '../live/testing/virtual-clock.ts';
import type { CiClient } from '../ports/ci-server.ts';
import type { Clock } from '../ports/clock.ts';

const address = {
  server: 'ci',
  forgeRepoId: '1',
  path: 'acme/checkout',
  ref: { number: 7, stage: 1, step: 2 },
};

/** What the console has of a step: by default what an adapter would make of it. */
export type ClientOf = (step: ScriptedStep, clock: Clock) => CiClient;

/** One console, one step, one page that may go and come back. */
export class World {
  clock = new VirtualClock();
  bus = createInProcessBus();
  step = new ScriptedStep();
  page = new Page();
  /** Lines leave memory almost at once. */
  scratch = new FakeScratch();
  store = createLogStore({
    ...{ now: () => this.clock.now(), patterns },
    running: { place: this.scratch, keep: 0, characters: 20 },
  });
  hub = new LogHub({
    bus: this.bus,
    clock: this.clock,
    random: () => 0.5,
    store: this.store,
    meter: silentMeter,
    cacheBytes: 1_000_000,
    graceMs: 30_000,
  });
  readonly facts: ServerFacts;
  readonly client: CiClient;
  hold: LogHold;
  channel: LogChannel;

  constructor(facts: Partial<ServerFacts>, clientOf: ClientOf = ({ client }) => client) {
    this.facts = { ...scriptedServer, ...facts };
    this.client = clientOf(this.step, this.clock);
    this.hold = this.hub.hold(address, this.client, this.facts);
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
    this.hold = this.hub.hold(address, this.client, this.facts);
    this.channel = new LogChannel(this.hold.session, this.clock);
    this.page.join(this.channel);
  }
}

export async function shown(session: LogSession) {
  const text = session.text;
  if (!text) return [];
  return (await text.read(0, text.lines)).map(({ line: { pos, text: words } }) => ({ pos, text: words }));
}

/** At every moment: what is shown is what was printed up to some record, with exactly the marked gaps missing. */
export async function checkNow(world: World): Promise<void> {
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

export async function act(
  world: World,
  action: Action,
  records: () => typeof world.step.printed,
): Promise<void> {
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

/** Longer than all waits between two tries to close a hole. */
const LONG_MS = 90_000;

/** Left in peace for a while, a running step's log has no holes but those that its server cannot close before the end. */
export async function checkHoles({ session, step, clock, facts }: World): Promise<void> {
  await clock.advance(LONG_MS);
  const { live } = session;
  if (!live || session.stored) return;
  const { liveHistory, storesEarly } = facts;
  const stored = step.printed.length - 1 - step.storedLag;
  if (storesEarly && step.printed.length > step.storedLag) {
    // What was lost behind the last record that came shows only with the next one, or at the end.
    if (live.pending) expect(live.lastPos).toBeGreaterThanOrEqual(stored);
    for (const { before } of live.gaps) expect(before ?? Number.POSITIVE_INFINITY).toBeGreaterThan(stored);
  } else if (!storesEarly && liveHistory === null && step.retained) expect(live.gaps).toEqual([]);
}
