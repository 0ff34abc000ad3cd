import type { LogMark } from '@flightdeck/api-client/model';
import type { LogFiles, OpenLogFile } from '../../ports/log-files.ts';
import { MOST_MARKS } from '../line-marks.ts';
import { Allowance, type ReadLine } from '../log-chunk.ts';
import { type LogFound, type LogReader, type SearchRequest, STORED_GENERATION } from '../log-store.ts';
import { carryAfter, carryAfterLong } from '../sgr-carry.ts';
import { type BlockEntry, LogDamaged, type ReadBlock, shownBytes, unpackBlock } from './block.ts';
import { tableOf } from './block-table.ts';
import type { Scans } from './scans.ts';

/** Memory of one: its table of blocks, and the file that is open. */
const PER_BLOCK = 120;
const OPEN = 64 * 1024;
const FEED = 0x0a;
const LONG = 64 * 1024;
const MARKS = { kind: 'marks', ...MOST_MARKS } as const;

export interface DiskTextParts {
  name: string;
  files: LogFiles;
  scans: Scans;
  /** It cannot be read any more. */
  damaged(): void;
}

/** A stored log in a file. Its blocks are known as they are written. */
export class DiskText implements LogReader {
  readonly generation = STORED_GENERATION;
  readonly open = null;
  bytes = 0;
  widest = 0;
  /** The last line was not ended by a line feed. */
  unended = false;
  readonly name: string;
  readonly #parts: DiskTextParts;
  readonly #blocks: BlockEntry[] = [];
  #file: Promise<OpenLogFile> | null = null;
  #closed = false;

  constructor(parts: DiskTextParts) {
    this.name = parts.name;
    this.#parts = parts;
  }

  get lines(): number {
    const last = this.#blocks.at(-1);
    return last ? last.firstLine + last.lines : 0;
  }
  get complete(): number {
    return this.lines;
  }
  get size(): number {
    return OPEN + this.#blocks.length * PER_BLOCK;
  }
  get firstPos(): number | null {
    return this.#blocks[0]?.firstPos ?? null;
  }
  get lastPos(): number | null {
    return this.#blocks.at(-1)?.lastPos ?? null;
  }

  add(blocks: readonly BlockEntry[]): void {
    for (const block of blocks) this.#blocks.push(block);
  }

  async read(from: number, to: number, enough = Number.POSITIVE_INFINITY): Promise<ReadLine[]> {
    const result: ReadLine[] = [];
    const allowance = new Allowance();
    let characters = 0;
    for (let at = this.#blockAt(from); at < this.#blocks.length; at++) {
      const block = this.#blocks[at] as BlockEntry;
      if (block.firstLine >= to || characters >= enough) break;
      const { pos, time, carry: first, text } = await this.#block(block);
      let carry = first;
      for (let index = 0, start = 0; index < block.lines; index++) {
        const feed = text.indexOf(FEED, start);
        const bytes = text.subarray(start, feed < 0 ? text.length : feed);
        start += bytes.length + 1;
        const number = block.firstLine + index;
        if (number >= to || characters >= enough) break;
        if (number >= from) {
          const raw = { pos: pos[index] as number, at: time[index] as number, text: bytes.toString() };
          const line = allowance.toLogLine(raw);
          result.push({ line, carry });
          characters += line.text.length;
        }
        const next = carriedOver(carry, bytes);
        carry = typeof next === 'string' ? next : await next;
      }
    }
    return result;
  }

  async indexFrom(pos: number): Promise<number> {
    let low = 0;
    let high = this.#blocks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#blocks[middle] as BlockEntry).lastPos < pos) low = middle + 1;
      else high = middle;
    }
    const block = this.#blocks[low];
    if (!block) return this.lines;
    if (block.firstPos >= pos) return block.firstLine;
    const { pos: positions } = await this.#block(block);
    return block.firstLine + positions.findIndex((one) => one >= pos);
  }

  async indexAround(pos: number): Promise<number> {
    const index = await this.indexFrom(pos);
    if (index < this.lines && (await this.#posAt(index)) === pos) return index;
    return Math.max(0, index - 1);
  }

  async *printed(): AsyncGenerator<Buffer> {
    for (let at = 0; at < this.#blocks.length; at++) {
      const block = this.#blocks[at] as BlockEntry;
      const { text } = await this.#block(block);
      yield this.unended && at === this.#blocks.length - 1 ? text.subarray(0, -1) : text;
    }
  }

  async search({ query, from, to, budget, most }: SearchRequest): Promise<LogFound> {
    const what = { kind: 'search', query, ...most } as const;
    const { marks: _, ...found } = await this.#scan(from, to, budget, what, query.regex);
    return found;
  }

  async marks(from: number, budget: number): Promise<{ scanned: number; marks: LogMark[] }> {
    const { scanned, marks } = await this.#scan(from, this.lines, budget, MARKS, false);
    return { scanned, marks };
  }

  forget(): void {
    this.#parts.damaged();
  }

  /** Ends its use: the file is closed once what is under way has ended. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    void this.#file?.then((file) => file.close()).catch(() => {});
  }

  #scan(
    from: number,
    to: number,
    budget: number,
    what: Parameters<Scans['run']>[0]['what'],
    hostile: boolean,
  ) {
    const end = Math.min(to, this.lines);
    const blocks = tableOf(this.#blocks.slice(this.#blockAt(from)));
    const job = { name: this.name, blocks, from, to: end, budget, beat: null, what };
    return this.#guarded(() => this.#parts.scans.run(job, hostile));
  }

  /** Number of the block that holds a line; the number of blocks when none does. */
  #blockAt(line: number): number {
    let low = 0;
    let high = this.#blocks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const block = this.#blocks[middle] as BlockEntry;
      if (block.firstLine + block.lines <= line) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  async #posAt(index: number): Promise<number> {
    const block = this.#blocks[this.#blockAt(index)] as BlockEntry;
    return (await this.#block(block)).pos[index - block.firstLine] as number;
  }

  #block(block: BlockEntry): Promise<ReadBlock> {
    return this.#guarded(async () => {
      this.#file ??= this.#parts.files.open(this.name);
      const bytes = await (await this.#file).read(block.offset, shownBytes(block));
      return unpackBlock(block, bytes);
    });
  }

  /** A file that is gone or not what was written is read from the CI server anew. */
  async #guarded<T>(what: () => Promise<T>): Promise<T> {
    try {
      return await what();
    } catch (error) {
      if (!this.#closed && (error instanceof LogDamaged || isOfDisk(error))) this.#parts.damaged();
      throw error;
    }
  }
}

const isOfDisk = (error: unknown): boolean => error instanceof Error && 'syscall' in error;

/** No string is made of what holds no sequence, and what is long lets others go first. */
function carriedOver(carry: string, bytes: Buffer): string | Promise<string> {
  if (!bytes.includes(0x1b) && !bytes.includes(0x9b)) return carry;
  return (bytes.length > LONG ? carryAfterLong : carryAfter)(carry, bytes.toString());
}
