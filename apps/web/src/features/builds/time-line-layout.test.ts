import type { Stage } from '@flightdeck/api-client/model';
import { describe, expect, it } from 'vitest';
import { layTimeLine } from './time-line-layout.ts';

const stage = (over: Partial<Stage>): Stage => ({
  number: 1,
  name: 'a',
  axes: {},
  status: 'success',
  waitsForDependencies: false,
  error: null,
  type: 'exec',
  platform: null,
  labels: {},
  runner: null,
  concurrencyLimit: null,
  dependsOn: [],
  createdAt: 0,
  startedAt: 0,
  finishedAt: 60_000,
  exitCode: 0,
  steps: [],
  version: 1,
  ...over,
});

describe('features/builds/time-line-layout', () => {
  it('shows the wait of a stage from the end of what it depends on', () => {
    const { bars, span } = layTimeLine(
      [stage({}), stage({ name: 'b', dependsOn: ['a'], startedAt: 90_000, finishedAt: 100_000 })],
      0,
      0,
    );
    expect(span).toBeCloseTo(114_000);
    expect(bars[1]?.waitFrom).toBeCloseTo(60 / 114);
    expect(bars[1]?.from).toBeCloseTo(90 / 114);
    expect(bars[1]?.to).toBeCloseTo(100 / 114);
  });
  it('lets a running stage grow to now and keeps one that has not begun empty', () => {
    const { bars } = layTimeLine(
      [
        stage({ finishedAt: null, status: 'running' }),
        stage({ name: 'b', startedAt: null, finishedAt: null, status: 'waiting' }),
      ],
      0,
      30_000,
    );
    expect(bars[0]?.to).toBeCloseTo(1 / 1.14);
    expect(bars[1]).toMatchObject({ begun: false, waitFrom: 0 });
    expect(bars[1]?.from).toBeCloseTo(1 / 1.14);
  });
  it('draws no wait before what a stage depends on has ended, and none for a skipped one', () => {
    const { bars } = layTimeLine(
      [
        stage({ finishedAt: null, status: 'running' }),
        stage({ name: 'b', dependsOn: ['a'], startedAt: null, finishedAt: null, status: 'waiting' }),
        stage({ name: 'c', startedAt: null, finishedAt: null, status: 'skipped' }),
      ],
      0,
      30_000,
    );
    expect(bars[1]?.from).toBe(bars[1]?.waitFrom);
    expect(bars[2]).toMatchObject({ waitFrom: 0, from: 0, to: 0 });
  });
  it.each([1_000, 45_000, 402_000, 3_849_000, 90_000_000])(
    'has few marks and stays within the width for %i ms',
    (ms) => {
      const { ticks, bars, span } = layTimeLine([stage({ finishedAt: ms })], 0, ms);
      expect(ticks.length).toBeGreaterThan(1);
      expect(ticks.length).toBeLessThanOrEqual(8);
      expect(Math.max(...ticks)).toBeLessThanOrEqual(span);
      expect(bars[0]?.to).toBeLessThanOrEqual(1);
    },
  );
  it('survives no stages and clocks that disagree', () => {
    expect(layTimeLine([], 5_000, 4_000).bars).toEqual([]);
    expect(
      layTimeLine([stage({ startedAt: 10_000, finishedAt: null })], 20_000, 5_000).bars[0]?.to,
    ).toBeGreaterThanOrEqual(0);
  });
});
