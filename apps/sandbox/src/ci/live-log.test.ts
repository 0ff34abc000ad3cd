import { describe, expect, it } from 'vitest';
import type { LogRecord } from '../world/model.ts';
import { LiveLog, liveHistory, overtaken } from './live-log.ts';

const records = (from: number, count: number): LogRecord[] =>
  Array.from({ length: count }, (_, index) => ({ pos: from + index, out: `${from + index}\n`, time: 0 }));

function reader(takes = () => true) {
  const got: number[] = [];
  const state = { ended: 0 };
  return {
    got,
    state,
    deliver(batch: readonly LogRecord[]): boolean {
      got.push(...batch.map((one) => one.pos));
      return takes();
    },
    end() {
      state.ended += 1;
    },
  };
}

describe('a live log', () => {
  it('gives everybody the same, late ones the last 5,000', () => {
    const log = new LiveLog();
    const early = reader();
    log.subscribe(early);
    log.write(records(0, 3000));
    log.write(records(3000, 3000));
    const late = reader();
    log.subscribe(late);
    log.write(records(6000, 2));
    expect(early.got).toHaveLength(6002);
    expect([late.got[0], late.got.length]).toEqual([6000 - liveHistory, liveHistory + 2]);
  });

  it('leaves gaps for who cannot keep up: 5,000 wait, the rest is dropped', () => {
    let free = false;
    const log = new LiveLog();
    const slow = reader(() => free);
    const { resume } = log.subscribe(slow);
    log.write(records(0, 1));
    log.write(records(1, 4000));
    log.write(records(4001, 4000));
    expect(slow.got).toEqual([0]);
    free = true;
    resume();
    log.write(records(8001, 1));
    expect(slow.got).toHaveLength(1 + liveHistory + 1);
    expect(slow.got.slice(-2)).toEqual([liveHistory, 8001]);
  });

  it('loses at its end what still waits', () => {
    const log = new LiveLog();
    const slow = reader(() => false);
    log.subscribe(slow);
    log.write(records(0, 1));
    log.write(records(1, 10));
    log.end();
    expect([slow.got, slow.state.ended, log.subscribers]).toEqual([[0], 1, 0]);
  });

  it('forgets who left', () => {
    const log = new LiveLog();
    const gone = reader();
    log.subscribe(gone).leave();
    log.write(records(0, 1));
    log.end();
    expect([gone.got, gone.state.ended]).toEqual([[], 0]);
  });
});

it('lets the end overtake the tail of a burst only', () => {
  expect([1, 505, 799, 1000, 60_000].map(overtaken)).toEqual([0, 0, 0, 58, 741]);
});
