export type Sleep = (ms: number, signal: AbortSignal) => Promise<void>;

const realSleep: Sleep = (ms, signal) =>
  new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
    if (signal.aborted) done();
  });

/** Between 0 and the doubled delay: browsers that were cut off together do not come back together. */
export const fullJitter = (attempt: number, first: number, last: number, random: () => number): number =>
  random() * Math.min(last, first * 2 ** Math.min(attempt, 20));

/** Waiting before a reconnection, which can be cut short. */
export class Waiting {
  readonly #sleep: Sleep;
  #cut = new AbortController();

  constructor(sleep: Sleep = realSleep) {
    this.#sleep = sleep;
  }

  async wait(ms: number): Promise<void> {
    await this.#sleep(ms, this.#cut.signal);
  }

  /** Not cut short by `cut`. */
  async idle(ms: number): Promise<void> {
    await this.#sleep(ms, new AbortController().signal);
  }

  cut(): void {
    this.#cut.abort();
    this.#cut = new AbortController();
  }
}
