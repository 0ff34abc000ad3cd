import { expect, it } from 'vitest';
import { nextRun } from './cron-time.ts';

const at = (text: string): number => Date.parse(text) / 1000;

it.each([
  ['0 0 1 * * *', '2026-11-21T03:00:00Z', '2026-11-22T01:00:00Z'],
  ['@daily', '2026-11-21T03:00:00Z', '2026-11-22T00:00:00Z'],
  // Five fields begin with the seconds: hourly at minute 1, not nightly at one.
  ['0 1 * * *', '2026-11-21T03:05:51Z', '2026-11-21T04:01:00Z'],
  ['@every 90m', '2026-11-21T03:00:00Z', '2026-11-21T04:30:00Z'],
  ['0 30 4 * * mon-fri', '2026-11-21T03:00:00Z', '2026-11-23T04:30:00Z'],
  ['0 0 0 29 2 *', '2026-11-21T03:00:00Z', '2028-02-29T00:00:00Z'],
  ['*/15 * * * * *', '2026-11-21T03:00:01Z', '2026-11-21T03:00:15Z'],
  ['0 0 12 1 * sun', '2026-11-21T03:00:00Z', '2026-11-22T12:00:00Z'],
])('%s after %s is %s', (expression, after, next) => {
  expect(nextRun(expression, at(after))).toBe(at(next));
});

it.each(['every tuesday', '', '1 2 3', '99 * * * * *', '0 0 0 * *  x', '@sometimes'])(
  '%j is no expression',
  (text) => {
    expect(nextRun(text, 0)).toBeUndefined();
  },
);
