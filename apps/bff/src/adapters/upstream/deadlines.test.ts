import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { ManualClock } from '../../testing/manual-clock.ts';
import { createDeadlines } from './deadlines.ts';

function world() {
  const clock = new ManualClock();
  const late: string[] = [];
  const deadlines = createDeadlines(clock);
  const add = (name: string, ms: number) => deadlines.add(ms, () => late.push(name));
  const pass = async (ms: number) => {
    clock.advance(ms);
    await setImmediate();
  };
  return { clock, late, add, pass, deadlines };
}

it('each call is told at its own time, whatever the others do', async () => {
  const { late, add, pass } = world();
  add('a', 100);
  await pass(40);
  const done = add('b', 100);
  add('c', 100);
  add('short', 30);
  await pass(29);
  expect(late).toEqual([]);
  await pass(1);
  expect(late).toEqual(['short']);
  done();
  await pass(29);
  expect(late).toEqual(['short']);
  await pass(1);
  expect(late).toEqual(['short', 'a']);
  await pass(39);
  expect(late).toEqual(['short', 'a']);
  await pass(1);
  expect(late).toEqual(['short', 'a', 'c']);
});

it('one sleeps for all of a length, and none when no call is left', async () => {
  const { clock, late, add, pass } = world();
  const ends = Array.from({ length: 50 }, () => add('x', 100));
  expect(clock.asleep).toBe(1);
  for (const end of ends) end();
  await pass(100);
  expect(clock.asleep).toBe(0);
  expect(late).toEqual([]);
  add('later', 100);
  await pass(100);
  expect(late).toEqual(['later']);
});

it('nobody sleeps on after the end', async () => {
  const { clock, late, add, pass, deadlines } = world();
  add('a', 100);
  deadlines.close();
  expect(clock.asleep).toBe(0);
  await pass(200);
  expect(late).toEqual([]);
});
