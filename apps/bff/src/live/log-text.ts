import { LOG_CHUNK_LINES, type LogMark } from '@flightdeck/api-client/model';
import { type RawLine, withoutReturn } from './line-assembler.ts';
import type { LineSink } from './line-sink.ts';
import { Allowance, LogChunk, type ReadLine } from './log-chunk.ts';
import { marksOfLines, searchLines } from './log-search.ts';
import type { LogFound, LogReader, SearchRequest } from './log-store.ts';
import type { PatternRunner } from './pattern-runner.ts';
import { stripEscapes } from './strip-escapes.ts';
import { widerOf } from './widest.ts';

/** One generation of a log, in memory. Complete lines never change; the open last line may grow. */
export class LogText implements LogReader, LineSink {
  readonly generation: number;
  bytes = 0;
  widest = 0;
  #chunks: LogChunk[] = [];
  #count = 0;
  #open: RawLine | null = null;
  #sealedSize = 0;

  readonly #patterns: PatternRunner;

  constructor(generation: number, patterns: PatternRunner) {
    this.generation = generation;
    this.#patterns = patterns;
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
      this.widest = widerOf(this.widest, line.text);
    }
  }

  setOpen(line: RawLine | null): void {
    this.#open = line;
    if (line) this.widest = widerOf(this.widest, line.text);
  }

  async read(from: number, to: number, enough = Number.POSITIVE_INFINITY): Promise<ReadLine[]> {
    const result: ReadLine[] = [];
    const allowance = new Allowance();
    let characters = 0;
    for (let index = Math.max(0, from); index < Math.min(to, this.lines); index++) {
      if (characters >= enough) break;
      const one = this.#readLine(index, allowance);
      result.push(one);
      characters += one.line.text.length;
    }
    return result;
  }

  #readLine(index: number, allowance: Allowance): ReadLine {
    const chunk = this.#chunks[Math.floor(index / LOG_CHUNK_LINES)];
    if (index < this.#count && chunk) return chunk.read(index % LOG_CHUNK_LINES, allowance);
    return {
      line: allowance.toLogLine(this.#open as RawLine),
      carry: this.#chunks.at(-1)?.carryOut ?? '',
    };
  }

  /** Complete lines as they were printed: `from`…`to - 1`. */
  async raws(from: number, to: number): Promise<RawLine[]> {
    return this.#raws(from, Math.min(to, this.#count));
  }

  /** All complete lines from one of the last 512 on. */
  newest(from: number): RawLine[] {
    return this.#raws(from, this.#count);
  }

  #raws(from: number, to: number): RawLine[] {
    const result: RawLine[] = [];
    for (let index = from; index < to; index++)
      result.push(
        (this.#chunks[Math.floor(index / LOG_CHUNK_LINES)] as LogChunk).raw(index % LOG_CHUNK_LINES),
      );
    return result;
  }

  async indexFrom(pos: number): Promise<number> {
    let low = 0;
    let high = this.lines;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.posAt(middle) < pos) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  async indexAround(pos: number): Promise<number> {
    const index = await this.indexFrom(pos);
    if (index < this.lines && this.posAt(index) === pos) return index;
    return Math.max(0, index - 1);
  }

  async *printed(): AsyncGenerator<Buffer> {
    for (let number = 0; number < this.#chunks.length; number++)
      yield (this.#chunks[number] as LogChunk).printed();
    if (this.#open) yield Buffer.from(this.#open.text);
  }

  search(request: SearchRequest): Promise<LogFound> {
    return searchLines(this, request, this.#patterns);
  }

  marks(from: number, budget: number): Promise<{ scanned: number; marks: LogMark[] }> {
    return marksOfLines(this, from, budget);
  }

  /** Lines without escape sequences from the chunk that holds line `from`, chunk by chunk. */
  *plainChunks(from: number): Generator<{ first: number; lines: string[] }> {
    const start = Math.floor(from / LOG_CHUNK_LINES);
    for (let number = start; number < this.#chunks.length; number++)
      yield { first: number * LOG_CHUNK_LINES, lines: (this.#chunks[number] as LogChunk).plain() };
    if (this.#open) yield { first: this.#count, lines: [stripEscapes(withoutReturn(this.#open.text))] };
  }

  posAt(index: number): number {
    if (index >= this.#count) return (this.#open as RawLine).pos;
    return (this.#chunks[Math.floor(index / LOG_CHUNK_LINES)] as LogChunk).posOf(index % LOG_CHUNK_LINES);
  }

  /** Seconds since the step began. */
  secondsAt(index: number): number {
    const chunk = this.#chunks[Math.floor(index / LOG_CHUNK_LINES)];
    const at = index >= this.#count || !chunk ? this.#open?.at : chunk.secondsOf(index % LOG_CHUNK_LINES);
    return Math.max(0, at ?? 0);
  }
}
