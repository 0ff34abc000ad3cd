import { LOG_CHUNK_LINES } from '@flightdeck/api-client/model';
import type { NewLogFile } from '../../ports/log-files.ts';
import type { RawLine } from '../line-assembler.ts';
import type { LineSink } from '../line-sink.ts';
import { type Carry, carryAfter } from '../sgr-carry.ts';
import { widestOf } from '../widest.ts';
import { type BlockEntry, BlockRoom, packBlock } from './block.ts';

/** A block is closed early when its text gets longer: what is read at a time stays small. Characters. */
const LONG = 1024 * 1024;

/** Lines → blocks of a file. */
export class BlockWriter implements LineSink {
  bytes = 0;
  widest = 0;
  /** Bytes of the file so far. */
  written = 0;
  /** The last line was not ended by a line feed. */
  unended = false;
  readonly #file: NewLogFile;
  readonly #room = new BlockRoom();
  #fresh: BlockEntry[] = [];
  #entries: BlockEntry[] = [];
  #count = 0;
  #open: RawLine | null = null;
  #carry: Carry = '';
  #pos: number[] = [];
  #time: number[] = [];
  #texts: string[] = [];
  #length = 0;

  constructor(file: NewLogFile) {
    this.#file = file;
  }

  get lines(): number {
    return this.#count + this.#pos.length + (this.#open ? 1 : 0);
  }
  get entries(): readonly BlockEntry[] {
    return this.#entries;
  }

  /** Blocks written since it was last asked. */
  takeFresh(): BlockEntry[] {
    const fresh = this.#fresh;
    this.#fresh = [];
    return fresh;
  }

  /** Throws what the file says. */
  append(lines: readonly RawLine[]): void {
    for (const line of lines) {
      this.#pos.push(line.pos);
      this.#time.push(Math.max(0, line.at));
      this.#texts.push(line.text);
      this.#length += line.text.length;
      if (this.#pos.length === LOG_CHUNK_LINES - (this.#count % LOG_CHUNK_LINES) || this.#length > LONG)
        this.#close();
    }
  }

  setOpen(line: RawLine | null): void {
    this.#open = line;
  }

  /** The rest, and the open line as the last one. */
  finish(): void {
    const open = this.#open;
    this.#open = null;
    if (open) {
      this.append([open]);
      this.unended = true;
    }
    if (this.#pos.length > 0) this.#close();
  }

  #close(): void {
    this.#texts.push('');
    const text = this.#texts.join('\n');
    const lines = { pos: this.#pos, time: this.#time, carry: this.#carry, text };
    this.#carry = carryAfter(this.#carry, text);
    const { bytes, entry, plain, ends } = packBlock(lines, this.written, this.#count, this.#room);
    this.widest = widestOf(this.widest, plain, ends);
    this.#file.appendNow(bytes);
    this.written += bytes.length;
    this.#count += entry.lines;
    this.#entries.push(entry);
    this.#fresh.push(entry);
    this.#pos = [];
    this.#time = [];
    this.#texts = [];
    this.#length = 0;
  }
}
