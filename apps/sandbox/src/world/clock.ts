/**
 * The world's clock. Code in the world waits only through it, so that tests can stop, step and speed time.
 * Timers due within one `advance` run in order of their time, each seeing `now()` at its own due time.
 */
export interface Timer {
  cancel(): void;
}

interface Entry {
  due: number;
  order: number;
  run: () => void;
  cancelled: boolean;
}

export class Clock {
  #virtual: number;
  #realAnchor: number;
  #rate: number;
  #paused: boolean;
  #entries: Entry[] = [];
  #order = 0;
  #wake: NodeJS.Timeout | undefined;
  #running = false;

  /** @param start first value of `now()`, in ms since 1970. A manual clock moves by `advance` alone. */
  constructor(start: number, options: { rate?: number; paused?: boolean } = {}) {
    this.#virtual = start;
    this.#realAnchor = Date.now();
    this.#rate = options.rate ?? 1;
    this.#paused = options.paused ?? false;
  }

  now(): number {
    if (this.#paused || this.#running) return this.#virtual;
    return Math.max(this.#virtual, this.#virtual + (Date.now() - this.#realAnchor) * this.#rate);
  }

  /** Whole seconds since 1970, as the CI server writes times. */
  seconds(): number {
    return Math.floor(this.now() / 1000);
  }

  get paused(): boolean {
    return this.#paused;
  }

  get rate(): number {
    return this.#rate;
  }

  after(ms: number, run: () => void): Timer {
    const entry: Entry = { due: this.now() + Math.max(0, ms), order: this.#order++, run, cancelled: false };
    this.#insert(entry);
    this.#arm();
    return {
      cancel: () => {
        entry.cancelled = true;
      },
    };
  }

  /** Moves time on by `ms` and runs all that comes due, also what these schedule within the span. */
  advance(ms: number): void {
    const target = this.now() + Math.max(0, ms);
    this.#runUntil(target);
    this.#arm();
  }

  pause(): void {
    this.#virtual = this.now();
    this.#paused = true;
    this.#arm();
  }

  resume(): void {
    if (!this.#paused) return;
    this.#realAnchor = Date.now();
    this.#paused = false;
    this.#arm();
  }

  /** Virtual milliseconds per real one. */
  setRate(rate: number): void {
    if (!(rate > 0)) throw new RangeError('the rate must be above 0');
    this.#virtual = this.now();
    this.#realAnchor = Date.now();
    this.#rate = rate;
    this.#arm();
  }

  /** Forgets every timer and stops the real one. */
  stop(): void {
    this.#entries = [];
    if (this.#wake) clearTimeout(this.#wake);
    this.#wake = undefined;
    this.#virtual = this.now();
    this.#paused = true;
  }

  #insert(entry: Entry): void {
    // Kept sorted; most timers are set for soon, so the search starts at the end that is popped first.
    const list = this.#entries;
    let low = 0;
    let high = list.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = list[middle] as Entry;
      if (other.due > entry.due || (other.due === entry.due && other.order > entry.order)) low = middle + 1;
      else high = middle;
    }
    list.splice(low, 0, entry);
  }

  #runUntil(target: number): void {
    if (this.#running) throw new Error('advance was called from within a timer');
    this.#virtual = this.now();
    this.#running = true;
    try {
      for (;;) {
        const next = this.#entries.at(-1);
        if (!next || next.due > target) break;
        this.#entries.pop();
        if (next.cancelled) continue;
        this.#virtual = Math.max(this.#virtual, next.due);
        next.run();
      }
    } finally {
      this.#virtual = Math.max(this.#virtual, target);
      this.#realAnchor = Date.now();
      this.#running = false;
    }
  }

  #arm(): void {
    if (this.#running) return;
    if (this.#wake) clearTimeout(this.#wake);
    this.#wake = undefined;
    if (this.#paused) return;
    const next = this.#entries.at(-1);
    if (!next) return;
    const wait = Math.max(0, (next.due - this.now()) / this.#rate);
    this.#wake = setTimeout(
      () => {
        this.#runUntil(this.now());
        this.#arm();
      },
      Math.min(wait, 60_000),
    );
    this.#wake.unref?.();
  }
}
