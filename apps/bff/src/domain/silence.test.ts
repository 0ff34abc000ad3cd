import { statusSchema } from '@flightdeck/api-client/model';
import { describe, expect, it } from 'vitest';
import { aRunningBuild, aRunningStage, aStep } from '../testing/builds.ts';
import { findSilence, silenceOf } from './silence.ts';

const five = 5 * 60_000;
const began = 1_001_000;
const none = () => null;
const step = aStep({ number: 2, name: 'unit', status: 'running', startedAt: began, finishedAt: null });
const build = aRunningBuild({
  stages: [
    aRunningStage({ startedAt: began, steps: [aStep({ startedAt: began, finishedAt: began }), step] }),
  ],
});

describe('silence', () => {
  it('is said only after the time set, with step, runner and since when', () => {
    expect(findSilence(build, began + five, five, none)).toBeNull();
    const quiet = findSilence(build, began + five + 1, five, none);
    expect(quiet && silenceOf(quiet)).toEqual({
      stage: 'build',
      step: 'unit',
      runner: 'runner-1',
      since: began,
    });
  });

  it('counts from the last log record, whichever running step of the stage it came from', () => {
    const spoke = (number: number) => (_: number, of: number) => (of === number ? began + 100_000 : null);
    for (const number of [1, 2]) {
      expect(findSilence(build, began + five + 1, five, spoke(number))).toBeNull();
      expect(findSilence(build, began + 100_000 + five + 1, five, spoke(number))?.since).toBe(
        began + 100_000,
      );
    }
  });

  it('is told of a stage whose runner went between two steps', () => {
    const between = aRunningBuild({
      stages: [
        aRunningStage({
          steps: [
            aStep({ finishedAt: began + 9_000 }),
            aStep({ number: 2, status: 'waiting', startedAt: null, finishedAt: null }),
          ],
        }),
      ],
    });
    expect(findSilence(between, began + 9_000 + five + 1, five, none)).toMatchObject({
      step: null,
      since: began + 9_000,
    });
  });

  it('picks the stage that has been quiet longest', () => {
    const two = aRunningBuild({
      stages: [
        aRunningStage({
          startedAt: began + 50_000,
          steps: [aStep({ status: 'running', startedAt: began + 50_000, finishedAt: null })],
        }),
        aRunningStage({ number: 2, name: 'other', startedAt: began, steps: [step] }),
      ],
    });
    expect(findSilence(two, began + 60 * five, five, none)).toMatchObject({ stage: 'other', since: began });
  });

  it('a service that runs beside the steps is no sign of trouble by itself', () => {
    const service = aStep({
      number: 1,
      name: 'database',
      status: 'running',
      detached: true,
      finishedAt: null,
    });
    const with_ = aRunningBuild({ stages: [aRunningStage({ steps: [service, step] })] });
    expect(findSilence(with_, began + five + 1, five, none)?.step).toBe('unit');
  });

  it.each(statusSchema.options.filter((status) => status !== 'running'))(
    'is never said of a stage that is %s',
    (status) => {
      const other = aRunningBuild({ stages: [aRunningStage({ status })] });
      expect(findSilence(other, began + 100 * five, five, none)).toBeNull();
    },
  );
});
