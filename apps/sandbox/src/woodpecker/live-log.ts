import type { LogEntry } from './model.ts';
import { StepLines } from './step-lines.ts';

export interface LogReader {
  /** There are lines that it has not read. */
  more(): void;
  end(): void;
}

/** One step's stream in the server's memory: all of it for whoever comes late, however much that is. */
export class WpLiveLog {
  /** A stream that nobody but its readers opened gets no lines: the server came up after the step had begun. */
  fed = false;
  /** What each reader reads at its own pace. */
  readonly lines = new StepLines();
  readonly #readers = new Set<LogReader>();

  write(batch: readonly LogEntry[]): void {
    this.lines.add(batch);
    this.#tell();
  }

  writeGenerated(from: number, lines: number): void {
    this.lines.addGenerated(from, lines, 0);
    this.#tell();
  }

  /** Returns the way to leave. */
  subscribe(reader: LogReader): () => void {
    this.#readers.add(reader);
    if (this.lines.count > 0) reader.more();
    return () => this.#readers.delete(reader);
  }

  end(): void {
    for (const reader of this.#readers) reader.end();
    this.#readers.clear();
  }

  #tell(): void {
    for (const reader of this.#readers) reader.more();
  }
}
