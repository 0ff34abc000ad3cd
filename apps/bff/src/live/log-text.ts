import { LOG_CHUNK_LINES } from '@flightdeck/api-client/model';
import { type RawLine, withoutReturn } from './line-assembler.ts';
import { LogChunk, type ReadLine, SHOWN_CHARACTERS, toLogLine } from './log-chunk.ts';
import type { LogReader } from './log-store.ts';
import { stripEscapes } from './strip-escapes.ts';

/** One generation of a log, in memory. Complete lines never change; the open last line may grow. */
export class LogText implements LogReader {
  readonly generation: number;
  bytes = 0;
  widest = 0;
  #chunks: LogChunk[] = [];
  #count = 0;
  #open: RawLine | null = null;
  #sealedSize = 0;

  constructor(generation: number) {
    this.generation = generation;
  }

  /** Complete lines. */
  get complete(): number {
    return this.#count;
  }
  /** Lines a page shows: the open one counts. */
  get lines(): number {
    return this.#count + (this.#open ? 1 : 0);
  }
  get open(): RawLine | null {
    return this.#open;
  }
  /** About how many bytes of memory it holds. */
  get size(): number {
    return this.#sealedSize + (this.#chunks.at(-1)?.size ?? 0) + (this.#open?.text.length ?? 0) * 2;
  }
  get firstPos(): number | null {
    return this.#count > 0 ? (this.#chunks[0] as LogChunk).posOf(0) : (this.#open?.pos ?? null);
  }
  get lastPos(): number | null {
    if (this.#open) return this.#open.pos;
    const last = this.#chunks.at(-1);
    return last ? last.posOf(last.length - 1) : null;
  }

  append(lines: readonly RawLine[]): void {
    for (const line of lines) {
      let chunk = this.#chunks.at(-1);
      if (!chunk || chunk.length === LOG_CHUNK_LINES) {
        this.#sealedSize += chunk?.size ?? 0;
        chunk = new LogChunk(chunk?.carryOut ?? '');
        this.#chunks.push(chunk);
      }
      chunk.add(line);
      this.#count += 1;
      this.#measure(line.text);
    }
  }

  setOpen(line: RawLine | null): void {
    this.#open = line;
    if (line) this.#measure(line.text);
  }

  async read(from: number, to: number): Promise<ReadLine[]> {
    const result: ReadLine[] = [];
    const end = Math.min(to, this.#count);
    for (let index = Math.max(0, from); index < end; ) {
      const number = Math.floor(index / LOG_CHUNK_LINES);
      const chunk = this.#chunks[number] as LogChunk;
      const base = number * LOG_CHUNK_LINES;
      const stop = Math.min(end - base, chunk.length);
      result.push(...chunk.read(index - base, stop));
      index = base + stop;
    }
    if (this.#open && from <= this.#count && to > this.#count)
      result.push({ line: toLogLine(this.#open), carry: this.#chunks.at(-1)?.carryOut ?? '' });
    return result;
  }

  /** Index of the first line at or after a position; the number of lines when there is none. */
  indexFrom(pos: number): number {
    let low = 0;
    let high = this.lines;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#posAt(middle) < pos) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  indexAround(pos: number): number {
    const index = this.indexFrom(pos);
    if (index < this.lines && this.#posAt(index) === pos) return index;
    return Math.max(0, index - 1);
  }

  async *printed(): AsyncGenerator<Buffer> {
    for (let number = 0; number < this.#chunks.length; number++)
      yield (this.#chunks[number] as LogChunk).printed();
    if (this.#open) yield Buffer.from(this.#open.text);
  }

  async *searchable(folded: boolean): AsyncGenerator<string[]> {
    for (let number = 0; number < this.#chunks.length; number++) {
      const chunk = this.#chunks[number] as LogChunk;
      const before = chunk.size;
      const lines = folded ? chunk.folded() : chunk.plain();
      if (number < this.#chunks.length - 1) this.#sealedSize += chunk.size - before;
      yield lines;
    }
    if (this.#open) {
      const line = stripEscapes(withoutReturn(this.#open.text));
      yield [folded ? line.toLowerCase() : line];
    }
  }

  #posAt(index: number): number {
    if (index >= this.#count) return (this.#open as RawLine).pos;
    return (this.#chunks[Math.floor(index / LOG_CHUNK_LINES)] as LogChunk).posOf(index % LOG_CHUNK_LINES);
  }

  /** What is printed over itself (`\r`) is as wide as its widest part. */
  #measure(text: string): void {
    if (text.length <= this.widest) return;
    const shown = stripEscapes(withoutReturn(text.slice(0, SHOWN_CHARACTERS)));
    for (const part of shown.split('\r')) this.widest = Math.max(this.widest, part.length);
  }
}
