import type { Clock } from '../ports/clock.ts';

/** Waiting that can be cut short from outside. */
export class Pauses {
  readonly #clock: Clock;
  #waking = new AbortController();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Ends every pause that runs now. */
  wake(): void {
    const waking = this.#waking;
    this.#waking = new AbortController();
    waking.abort();
  }

  /** Waits `ms`, or until `wake`, or until `signal`. */
  async pause(ms: number, signal: AbortSignal): Promise<void> {
    const stop = new AbortController();
    const end = () => stop.abort();
    const waking = this.#waking.signal;
    waking.addEventListener('abort', end, { once: true });
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
    await this.#clock.sleep(ms, stop.signal);
    waking.removeEventListener('abort', end);
    signal.removeEventListener('abort', end);
  }
}
