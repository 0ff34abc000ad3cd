import type { LogEntry } from './model.ts';

/** A longer line becomes several entries with numbers of their own; nothing marks the second. */
export const longestLine = 1024 * 1024;

/** Cuts what a step prints into entries as the agent does: bytes as they are, without the line's end. */
export class LineCutter {
  #parts: Buffer[] = [];
  #length = 0;
  #line = 0;

  constructor(readonly masks: readonly string[]) {}

  *write(bytes: Uint8Array, time: number): Generator<LogEntry> {
    const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    let from = 0;
    while (from < data.length) {
      const newline = data.indexOf(10, from);
      const end = newline === -1 ? data.length : newline;
      yield* this.#add(data.subarray(from, end), time);
      if (newline !== -1) yield this.#entry(time);
      from = end + 1;
    }
  }

  /**
   * So many lines are printed by another way; returns the number of the first.
   * @throws in the middle of a line
   */
  skip(lines: number): number {
    if (this.#length > 0) throw new Error('the step is in the middle of a line');
    const first = this.#line;
    this.#line += lines;
    return first;
  }

  /** A last line without its end is an entry too. */
  *rest(time: number): Generator<LogEntry> {
    if (this.#length > 0) yield this.#entry(time);
  }

  *#add(piece: Buffer, time: number): Generator<LogEntry> {
    let left = piece;
    while (this.#length + left.length > longestLine) {
      const room = longestLine - this.#length;
      this.#push(left.subarray(0, room));
      left = left.subarray(room);
      yield this.#entry(time);
    }
    this.#push(left);
  }

  #push(piece: Buffer): void {
    if (piece.length === 0) return;
    this.#parts.push(piece);
    this.#length += piece.length;
  }

  #entry(time: number): LogEntry {
    const data = this.#length === 0 ? null : this.#masked(Buffer.concat(this.#parts));
    this.#parts = [];
    this.#length = 0;
    const line = this.#line;
    this.#line += 1;
    return { id: 0, line, time, data };
  }

  #masked(data: Buffer): Buffer {
    if (this.masks.length === 0) return data;
    let text = data.toString('latin1');
    const before = text;
    for (const mask of this.masks) text = text.replaceAll(Buffer.from(mask).toString('latin1'), '********');
    return text === before ? data : Buffer.from(text, 'latin1');
  }
}
