import type { LogRecord } from '../../../ports/ci-server.ts';

/** Records that may be missing before one that waits for them. */
const mostHeld = 2_000;

/**
 * Puts the records of a live stream in order. The server hands each to a thread of its own, so that one may overtake
 * another (source); every viewer is sent the whole history from position 0 on, so that what is missing is on its way. One
 * that never comes must not hold up the rest for ever: beyond `mostHeld` the hole is left behind.
 */
export class Ordered {
  readonly #early = new Map<number, LogRecord>();
  #next = 0;

  /** What can be handed on now. */
  take(records: readonly LogRecord[]): LogRecord[] {
    for (const record of records) if (record.pos >= this.#next) this.#early.set(record.pos, record);
    const ready = this.#run();
    while (this.#early.size > mostHeld) {
      this.#next = Math.min(...this.#early.keys());
      ready.push(...this.#run());
    }
    return ready;
  }

  /** Everything that is left, at the end. */
  rest(): LogRecord[] {
    const left = [...this.#early.values()].sort((a, b) => a.pos - b.pos);
    this.#early.clear();
    return left;
  }

  #run(): LogRecord[] {
    const ready: LogRecord[] = [];
    for (let found = this.#early.get(this.#next); found; found = this.#early.get(this.#next)) {
      this.#early.delete(this.#next);
      ready.push(found);
      this.#next += 1;
    }
    return ready;
  }
}
