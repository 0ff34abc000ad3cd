import type { LogMark } from '@flightdeck/api-client/model';
import { type RawLine, withoutReturn } from './line-assembler.ts';
import type { LineSink } from './line-sink.ts';
import { Allowance, type ReadLine } from './log-chunk.ts';
import { type ChunkOptions, LogChunks } from './log-chunks.ts';
import { marksOfLines, searchLines } from './log-search.ts';
import type { LogFound, LogReader, SearchRequest } from './log-store.ts';
import { MemoryRoom } from './memory-room.ts';
import type { PatternRunner } from './pattern-runner.ts';
import { stripEscapes } from './strip-escapes.ts';
import { widerOf } from './widest.ts';

/** So much of each log finds room always, bytes: also a log whose older chunks go to a file has its newest in memory. */
const LEAST = 256 * 1024;

/** Lines of a chunk as a person reads them. */
export interface PlainChunk {
  /** Index of its first line. */
  first: number;
  lines: string[];
  posOf(offset: number): number;
  /** Seconds since the step began. */
  secondsOf(offset: number): number;
}

export interface TextOptions {
  chunks?: ChunkOptions;
  room?: MemoryRoom;
  /** What was put away of it cannot be read any more. */
  lost?: () => void;
}

/**
 * One generation of a log, in memory; its older chunks in a file where there is one. Complete lines never change; the open
 * last line may grow. What reads many lines sees those that were there when it began.
 */
export class LogText implements LogReader, LineSink {
  readonly generation: number;
  bytes = 0;
  widest = 0;
  #open: RawLine | null = null;
  #weight = 0;
  #isClosed = false;
  readonly #chunks: LogChunks;
  readonly #patterns: PatternRunner;
  readonly #room: MemoryRoom;

  constructor(generation: number, patterns: PatternRunner, options: TextOptions = {}) {
    const { chunks = { place: null }, room = new MemoryRoom(), lost = () => {} } = options;
    this.generation = generation;
    this.#patterns = patterns;
    this.#room = room;
    this.#chunks = new LogChunks(chunks, { weighed: () => this.#weigh(), lost });
  }

  /** Complete lines. */
  get complete(): number {
    return this.#chunks.lines;
  }
  /** Lines a page shows: the open one counts. */
  get lines(): number {
    return this.complete + (this.#open ? 1 : 0);
  }
  get open(): RawLine | null {
    return this.#open;
  }
  /** About how many bytes of memory it holds. */
  get size(): number {
    return this.#chunks.size + (this.#open?.text.length ?? 0) * 2;
  }
  /** Bytes of memory that are on their way to the file. */
  get waiting(): number {
    return this.#chunks.waiting;
  }
  get firstPos(): number | null {
    return this.#chunks.firstPos ?? this.#open?.pos ?? null;
  }
  get lastPos(): number | null {
    return this.#open?.pos ?? this.#chunks.newest?.lastPos ?? null;
  }

  append(lines: readonly RawLine[]): void {
    for (const line of lines) {
      this.#chunks.add(line);
      this.widest = widerOf(this.widest, line.text);
    }
    this.#weigh();
  }

  setOpen(line: RawLine | null): void {
    this.#open = line;
    if (line) this.widest = widerOf(this.widest, line.text);
    this.#weigh();
  }

  /** There is no room for more of it. `was`: it was so when it was last asked. */
  isFull(was: boolean): boolean {
    return this.size >= LEAST && this.#room.isFull(was);
  }

  /** What can go to the file has gone there. */
  written(): Promise<void> {
    return this.#chunks.written();
  }

  /** Nobody wants it any more, but those who read it now. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#room.used -= this.#weight;
    this.#chunks.close();
  }

  async read(from: number, to: number, enough = Number.POSITIVE_INFINITY): Promise<ReadLine[]> {
    const open = this.#open;
    const end = this.complete;
    const carry = this.#chunks.newest?.carryOut ?? '';
    const result: ReadLine[] = [];
    const allowance = new Allowance();
    let characters = 0;
    for await (const { chunk, lines } of this.#chunks.between(Math.max(0, from), Math.min(to, end)))
      for (let index = Math.max(0, from - chunk.first); index < lines; index++) {
        const one = chunk.read(index, allowance);
        result.push(one);
        characters += one.line.text.length;
        if (characters >= enough) return result;
      }
    if (open && from <= end && to > end) result.push({ line: allowance.toLogLine(open), carry });
    return result;
  }

  /** Complete lines as they were printed: `from`…`to - 1`. */
  async raws(from: number, to: number): Promise<RawLine[]> {
    const result: RawLine[] = [];
    for await (const { chunk, lines } of this.#chunks.between(from, Math.min(to, this.complete)))
      for (let index = Math.max(0, from - chunk.first); index < lines; index++) result.push(chunk.raw(index));
    return result;
  }

  async indexFrom(pos: number): Promise<number> {
    return (await this.#placeOf(pos)).index;
  }

  async indexAround(pos: number): Promise<number> {
    const { index, isThere } = await this.#placeOf(pos);
    return isThere ? index : Math.max(0, index - 1);
  }

  async *printed(): AsyncGenerator<Buffer> {
    const open = this.#open;
    for await (const { chunk, lines } of this.#chunks.between(0, this.complete)) yield chunk.printed(lines);
    if (open) yield Buffer.from(open.text);
  }

  search(request: SearchRequest): Promise<LogFound> {
    return searchLines(this, request, this.#patterns);
  }

  marks(from: number, budget: number): Promise<{ scanned: number; marks: LogMark[] }> {
    return marksOfLines(this, from, budget);
  }

  /** Lines without escape sequences from the chunk that holds line `from`, chunk by chunk. */
  async *plainChunks(from: number): AsyncGenerator<PlainChunk> {
    const open = this.#open;
    const end = this.complete;
    for await (const { chunk, lines } of this.#chunks.between(from, end))
      yield {
        ...{ first: chunk.first, lines: chunk.plain(lines) },
        ...{
          posOf: (index) => chunk.posOf(index),
          secondsOf: (index) => Math.max(0, chunk.secondsOf(index)),
        },
      };
    if (!open) return;
    const { pos, at, text } = open;
    yield {
      ...{ first: end, lines: [stripEscapes(withoutReturn(text))] },
      ...{ posOf: () => pos, secondsOf: () => Math.max(0, at) },
    };
  }

  /** The first line at or after a position; the number of lines when there is none. */
  async #placeOf(pos: number): Promise<{ index: number; isThere: boolean }> {
    const { open, lines, complete } = this;
    const chunk = await this.#chunks.from(pos);
    if (!chunk) {
      const isInOpen = open !== null && open.pos >= pos;
      return { index: isInOpen ? complete : lines, isThere: open?.pos === pos };
    }
    const index = chunk.indexFrom(pos);
    return { index: chunk.first + index, isThere: chunk.posOf(index) === pos };
  }

  #weigh(): void {
    if (this.#isClosed) return;
    const { size } = this;
    this.#room.used += size - this.#weight;
    this.#weight = size;
  }
}
