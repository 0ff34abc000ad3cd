import type { LogRecord } from '../ports/ci-server.ts';

/** A line as it was printed: no line feed, but with the `\r` that may stand before it. */
export interface RawLine {
  /**
   * Position of the record in which the line begins: its identity. Where a server puts several lines into one record
   * those lines share it, and a link to it means the first of them. No server recorded here does (their runners split
   * after every line feed), and nothing relies on it being unique: cursors resume at the first line of a position.
   */
  pos: number;
  /** Seconds since the step began, of that record. */
  at: number;
  text: string;
}

/**
 * Records → lines. A record is what the runner's pipe gave in one read: part of a line, a line, or several; it may be
 * empty. Records must come in order of `pos`; what may lie between two of them is not this one's business (`split`).
 *
 * Texts are joined as strings, so that a surrogate pair or an escape sequence that was cut in two is whole again.
 * What the server has already made U+FFFD stays so.
 */
export class LineAssembler {
  #parts: string[] = [];
  #pos = 0;
  #at = 0;
  #open = false;

  /** Lines that are complete now, i.e. ended by a line feed. */
  push(records: readonly LogRecord[]): RawLine[] {
    const done: RawLine[] = [];
    for (const record of records) {
      const { out } = record;
      // As most are: one line, whole.
      if (!this.#open && out.indexOf('\n') === out.length - 1 && out.length > 0) {
        done.push({ pos: record.pos, at: record.time, text: out.slice(0, -1) });
        continue;
      }
      let from = 0;
      for (let feed = record.out.indexOf('\n'); feed >= 0; feed = record.out.indexOf('\n', from)) {
        this.#add(record, record.out.slice(from, feed));
        done.push(this.#take());
        from = feed + 1;
      }
      if (from < record.out.length) this.#add(record, record.out.slice(from));
    }
    return done;
  }

  /** The last line while no line feed has ended it; null when there is none. It may still grow. */
  get open(): RawLine | null {
    if (!this.#open) return null;
    if (this.#parts.length > 1) this.#parts = [this.#parts.join('')];
    return { pos: this.#pos, at: this.#at, text: this.#parts[0] ?? '' };
  }

  /** Ends the open line here: what comes next does not belong to it (records are missing in between). */
  split(): RawLine | null {
    return this.#open ? this.#take() : null;
  }

  #add(record: LogRecord, text: string): void {
    if (!this.#open) {
      this.#pos = record.pos;
      this.#at = record.time;
      this.#open = true;
    }
    this.#parts.push(text);
  }

  #take(): RawLine {
    const line = { pos: this.#pos, at: this.#at, text: this.#parts.join('') };
    this.#parts = [];
    this.#open = false;
    return line;
  }
}

/** What a page shows of a line: the carriage return before the line feed is not part of it. */
export const withoutReturn = (text: string): string => (text.endsWith('\r') ? text.slice(0, -1) : text);
