import { afterEach, describe, expect, it, vi } from 'vitest';
import { Clock } from './clock.ts';

afterEach(() => {
  vi.useRealTimers();
});

describe('the clock', () => {
  it('runs what comes due in order of time, each at its own moment, what they set too', () => {
    const clock = new Clock(1000, { paused: true });
    const seen: [string, number][] = [];
    const note = (name: string) => () => seen.push([name, clock.now()]);
    clock.after(30, note('c'));
    clock.after(10, () => {
      note('a')();
      clock.after(5, note('b'));
    });
    clock.after(30, note('d'));
    clock.after(20, note('never')).cancel();
    clock.advance(30);
    expect(seen).toEqual([
      ['a', 1010],
      ['b', 1015],
      ['c', 1030],
      ['d', 1030],
    ]);
    expect(clock.now()).toBe(1030);
  });

  it('stands still while paused and follows real time at its rate', () => {
    vi.useFakeTimers({ now: 0 });
    const clock = new Clock(0, { rate: 10 });
    let ran = 0;
    clock.after(1000, () => {
      ran += 1;
    });
    vi.advanceTimersByTime(90);
    expect([clock.now(), ran]).toEqual([900, 0]);
    vi.advanceTimersByTime(10);
    expect(ran).toBe(1);
    clock.pause();
    vi.advanceTimersByTime(1000);
    expect(clock.now()).toBe(1000);
    clock.setRate(1);
    clock.resume();
    vi.advanceTimersByTime(500);
    expect(clock.now()).toBe(1500);
    clock.stop();
  });

  it('refuses to be moved from within', () => {
    const clock = new Clock(0, { paused: true });
    clock.after(1, () => clock.advance(1));
    expect(() => clock.advance(2)).toThrow('from within');
  });
});
