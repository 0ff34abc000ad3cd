import type { Clock } from '../world/clock.ts';
import type { D8Line } from './model.ts';

export interface D8LogReader {
  deliver(line: D8Line): void;
  end(): void;
}

/** One pipeline's stream in the server's memory: the lines of all its steps, all of them for whoever comes late. */
export class D8LiveLog {
  readonly #history: D8Line[] = [];
  readonly #readers = new Set<D8LogReader>();
  #fresh: D8Line[] = [];

  constructor(readonly clock: Clock) {}

  /**
   * Each line is handed to each reader by a goroutine of its own, so neighbours that come at once may change places:
   * here every eleventh does.
   */
  write(line: D8Line): void {
    this.#history.push(line);
    if (this.#readers.size === 0) return;
    if (this.#fresh.length === 0) this.clock.after(0, () => this.#flush());
    this.#fresh.push(line);
  }

  /** What there is so far comes at once and in order. Returns the way to leave. */
  subscribe(reader: D8LogReader): () => void {
    this.#flush();
    for (const line of this.#history) reader.deliver(line);
    this.#readers.add(reader);
    return () => this.#readers.delete(reader);
  }

  end(): void {
    this.#flush();
    for (const reader of this.#readers) reader.end();
    this.#readers.clear();
  }

  #flush(): void {
    const lines = this.#fresh;
    this.#fresh = [];
    for (let at = 0; at < lines.length; at += 1) {
      const [line, next] = [lines[at], lines[at + 1]];
      if (!line) continue;
      if (next && line.pos % 11 === 7) {
        lines[at] = next;
        lines[at + 1] = line;
      }
      for (const reader of this.#readers) reader.deliver(lines[at] ?? line);
    }
  }
}
