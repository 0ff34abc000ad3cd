import type { LogEntry } from './model.ts';

export interface LogReader {
  deliver(entries: readonly LogEntry[]): void;
  end(): void;
}

/** One step's stream in the server's memory: all of it for whoever comes late, however much that is. */
export class WpLiveLog {
  /** A stream that nobody but its readers opened gets no lines: the server came up after the step had begun. */
  fed = false;
  #history: LogEntry[] = [];
  readonly #readers = new Set<LogReader>();

  write(batch: readonly LogEntry[]): void {
    this.#history = this.#history.concat(batch);
    for (const reader of this.#readers) reader.deliver(batch);
  }

  /** Returns the way to leave. */
  subscribe(reader: LogReader): () => void {
    this.#readers.add(reader);
    if (this.#history.length > 0) reader.deliver(this.#history);
    return () => this.#readers.delete(reader);
  }

  end(): void {
    for (const reader of this.#readers) reader.end();
    this.#readers.clear();
  }
}
