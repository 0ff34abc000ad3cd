import fc from 'fast-check';
import { expect } from 'vitest';
import { actionArbitrary, recordsArbitrary } from '../live/testing/log-arbitraries.ts';
import { naiveLines } from '../live/testing/reference-lines.ts';
import { act, type ClientOf, checkHoles, checkNow, shown, World } from './log-world.ts';

const endless = 1_000_000;

/** All that can happen to a step's log and to those who watch it. */
export const storyArbitrary = fc.record({
  records: recordsArbitrary,
  actions: fc.array(actionArbitrary, { maxLength: 25 }),
  history: fc.constantFrom(3, 20, endless),
  keepStored: fc.constantFrom(50, endless),
  storedAbsent: fc.nat({ max: 4 }),
  storedEmpty: fc.nat({ max: 1 }),
  storedCuts: fc.array(fc.nat({ max: 60 }), { maxLength: 3 }),
  storedBatch: fc.integer({ min: 1, max: 50 }),
  tailLost: fc.nat({ max: 10 }),
  silentEnd: fc.boolean(),
  storesEarly: fc.boolean(),
  storedLag: fc.nat({ max: 3 }),
  /** Bytes that the console's disk takes of running logs. */
  diskBytes: fc.constantFrom(0, 300, endless),
  soFarCuts: fc.array(fc.nat({ max: 60 }), { maxLength: 2 }),
});

export type Story = typeof storyArbitrary extends fc.Arbitrary<infer T> ? T : never;

/**
 * Lets a story happen. At every moment what is shown is a prefix of what was printed, with its gaps marked; at the end it
 * is the stored log, and nothing is left open.
 */
export async function playStory(script: Story, clientOf?: ClientOf): Promise<void> {
  const liveHistory = script.history === endless ? null : script.history;
  const world = new World({ liveHistory, storesEarly: script.storesEarly }, clientOf);
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
  world.scratch.left = script.diskBytes;
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
  expect({ files: world.scratch.open, memory: world.store.room.used }).toEqual({ files: 0, memory: 0 });
}
