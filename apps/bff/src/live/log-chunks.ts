import { crc32 } from 'node:zlib';
import { Failure } from '../domain/failure.ts';
import type { ScratchFile } from '../ports/log-files.ts';
import type { RawLine } from './line-assembler.ts';
import { type AwayChunk, CHUNK_CHARACTERS, LogChunk } from './log-chunk.ts';

/** Where running logs go. Throws where there is no room. */
export interface ScratchPlace {
  scratch(): Promise<ScratchFile>;
}

export interface ChunkOptions {
  /** null: all of it stays in memory. */
  place: ScratchPlace | null;
  /** Full chunks that stay in memory beside the one that grows. */
  keep?: number;
  /** Characters with which a chunk is full. */
  characters?: number;
}

export interface ChunkEvents {
  /** It holds more or less memory than before. */
  weighed(): void;
  /** What was put away cannot be read any more. */
  lost(): void;
}

/** Memory of a chunk that is away. */
const AWAY = 200;

/**
 * The complete lines of one generation. All full chunks but the newest go to a file, one after the other, and nobody waits
 * for that. What finds no room there stays in memory, and is tried again with the next one that is full.
 */
export class LogChunks {
  /** Complete lines. */
  lines = 0;
  readonly #options: Required<ChunkOptions>;
  readonly #events: ChunkEvents;
  readonly #chunks: (LogChunk | AwayChunk)[] = [];
  /** Those that are in the file: all before this one. */
  #away = 0;
  /** Bytes of full chunks in memory. */
  #full = 0;
  #file: Promise<ScratchFile> | null = null;
  #writing: Promise<void> | null = null;
  #readers = 0;
  #isClosed = false;

  constructor(options: ChunkOptions, events: ChunkEvents) {
    this.#options = { keep: 1, characters: CHUNK_CHARACTERS, ...options };
    this.#events = events;
  }

  /** The one that grows, or has just become full. */
  get newest(): LogChunk | undefined {
    return this.#chunks.at(-1) as LogChunk | undefined;
  }
  get firstPos(): number | undefined {
    return this.#chunks[0]?.firstPos;
  }
  /** About how many bytes of memory it holds. */
  get size(): number {
    const { newest } = this;
    return this.#away * AWAY + this.#full + (newest && !newest.isFull ? newest.size : 0);
  }
  /** Bytes in memory that are on their way to the file. */
  get waiting(): number {
    return this.#writing ? this.#full : 0;
  }

  add(line: RawLine): void {
    let chunk = this.newest;
    if (!chunk || chunk.isFull) {
      chunk = new LogChunk(this.lines, chunk?.carryOut ?? '');
      this.#chunks.push(chunk);
    }
    chunk.add(line, this.#options.characters);
    this.lines += 1;
    if (!chunk.isFull) return;
    this.#full += chunk.size;
    const { place } = this.#options;
    if (place && !this.#writing && this.#isOverKeep()) this.#writing = this.#putAway(place);
  }

  /** Everything that can go to the file has gone there. */
  async written(): Promise<void> {
    await this.#writing;
  }

  /**
   * Chunks from the one that holds line `from` up to line `to`, and how many lines of each lie before `to`. What has begun is
   * read to its end, also when `close` is called meanwhile. Throws `log_generation` once it is closed, or where the
   * file cannot be read.
   */
  async *between(from: number, to: number): AsyncGenerator<{ chunk: LogChunk; lines: number }> {
    const release = this.#hold();
    try {
      for (let number = this.#firstWhere(({ first, length }) => first + length > from); ; number++) {
        const chunk = await this.#get(number);
        if (!chunk || chunk.first >= to) return;
        yield { chunk, lines: Math.min(chunk.length, to - chunk.first) };
      }
    } finally {
      release();
    }
  }

  /** The first chunk that ends at or after a position; null when none does. Throws as `between`. */
  async from(pos: number): Promise<LogChunk | null> {
    const release = this.#hold();
    try {
      return await this.#get(this.#firstWhere(({ lastPos }) => lastPos >= pos));
    } finally {
      release();
    }
  }

  /** Nobody wants it any more but those who read it now. */
  close(): void {
    this.#isClosed = true;
    this.#shut();
  }

  async #get(number: number): Promise<LogChunk | null> {
    const chunk = this.#chunks[number];
    if (!chunk || chunk instanceof LogChunk) return chunk ?? null;
    const file = await this.#file;
    if (!file) throw gone(null);
    try {
      const bytes = await file.read(chunk.offset, chunk.bytes);
      if (crc32(bytes) !== chunk.crc) throw new Error('it is not what was written');
      return LogChunk.fromBytes(chunk, bytes);
    } catch (error) {
      if (!this.#isClosed) this.#events.lost();
      throw gone(error);
    }
  }

  #hold(): () => void {
    this.#readers += 1;
    return () => {
      this.#readers -= 1;
      this.#shut();
    };
  }

  #shut(): void {
    if (!this.#isClosed || this.#readers > 0) return;
    // What is under way is written and read to its end before.
    void this.#file?.then((file) => file.close()).catch(() => {});
    this.#file = null;
  }

  async #putAway(place: ScratchPlace): Promise<void> {
    while (this.#isOverKeep()) {
      const chunk = this.#chunks[this.#away] as LogChunk;
      const bytes = chunk.toBytes();
      const offset = await this.#append(place, bytes);
      if (offset === null || this.#isClosed) break;
      const { first, length, firstPos, lastPos, carry } = chunk;
      this.#chunks[this.#away] = {
        ...{ first, length, firstPos, lastPos, carry },
        ...{ offset, bytes: bytes.length, crc: crc32(bytes) },
      };
      this.#full -= chunk.size;
      this.#away += 1;
      this.#events.weighed();
    }
    // At once: whatever is full from here on begins anew.
    this.#writing = null;
  }

  #isOverKeep(): boolean {
    return !this.#isClosed && this.#chunks.length - this.#away - 1 > this.#options.keep;
  }

  async #append(place: ScratchPlace, bytes: Buffer): Promise<number | null> {
    try {
      this.#file ??= place.scratch();
      return await (await this.#file).append(bytes);
    } catch {
      // Nothing lies in a file that could not be made.
      if (this.#away === 0) this.#forgetFile();
      return null;
    }
  }

  #forgetFile(): void {
    void this.#file?.then((file) => file.close()).catch(() => {});
    this.#file = null;
  }

  #firstWhere(holds: (chunk: LogChunk | AwayChunk) => boolean): number {
    let low = 0;
    let high = this.#chunks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (holds(this.#chunks[middle] as LogChunk | AwayChunk)) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

const gone = (cause: unknown): Failure =>
  new Failure('log_generation', 'What was printed so far is being read anew.', { cause });
