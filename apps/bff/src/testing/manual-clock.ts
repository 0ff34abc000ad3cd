import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../ports/clock.ts';

/** A clock that stands until it is moved. */
export class ManualClock implements Clock {
  private time: number;
  private sleepers = new Set<{ until: number; wake: () => void }>();
  /** What was slept for, in order. */
  readonly slept: number[] = [];

  constructor(start = 1_795_000_000_000) {
    this.time = start;
  }

  now(): number {
    return this.time;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.resolve();
    this.slept.push(ms);
    return new Promise((resolve) => {
      const sleeper = {
        until: this.time + ms,
        wake: () => {
          this.sleepers.delete(sleeper);
          signal?.removeEventListener('abort', sleeper.wake);
          resolve();
        },
      };
      this.sleepers.add(sleeper);
      signal?.addEventListener('abort', sleeper.wake, { once: true });
    });
  }

  /** Moves on and wakes who is due, earliest first. */
  advance(ms: number): void {
    const end = this.time + ms;
    for (;;) {
      const next = [...this.sleepers].filter((s) => s.until <= end).sort((a, b) => a.until - b.until)[0];
      if (!next) break;
      this.time = next.until;
      next.wake();
    }
    this.time = end;
  }

  /** Sleepers that nothing has woken. */
  get asleep(): number {
    return this.sleepers.size;
  }

  /** Waits for `work`, moving on whenever somebody sleeps for at most `upTo` more. */
  async during<T>(work: Promise<T>, upTo = 3_000): Promise<T> {
    const state = { settled: false };
    const settle = () => {
      state.settled = true;
    };
    work.then(settle, settle);
    while (!state.settled) {
      await setImmediate();
      const due = [...this.sleepers].map((s) => s.until - this.time).filter((left) => left <= upTo);
      if (due.length > 0) this.advance(Math.min(...due));
    }
    return work;
  }
}
