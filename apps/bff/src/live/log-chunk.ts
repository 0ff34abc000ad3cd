import { LOG_CHUNK_LINES, type LogLine } from '@flightdeck/api-client/model';
import { type RawLine, withoutReturn } from './line-assembler.ts';
import { type Carry, carryAfter } from './sgr-carry.ts';
import { stripEscapes } from './strip-escapes.ts';

/** Characters of one line that are sent to a page; the rest is counted (`more`) and stands in the download. */
export const SHOWN_CHARACTERS = 65_536;

export interface ReadLine {
  line: LogLine;
  carry: Carry;
}

/**
 * Characters that the lines of one answer have together. When they are used up each further line is shown only to
 * `LEAST_CHARACTERS`: 512 lines of 64 KiB would be 200 MB of JSON.
 */
const ANSWER_CHARACTERS = 2_000_000;
const LEAST_CHARACTERS = 1_024;

const FEED = 0x0a;

/** How much of each line an answer shows, one line after the other. */
export class Allowance {
  #left = ANSWER_CHARACTERS;

  /** A line as it crosses the wire. */
  toLogLine(raw: RawLine): LogLine {
    const text = withoutReturn(raw.text);
    const most = this.#left > 0 ? SHOWN_CHARACTERS : LEAST_CHARACTERS;
    const line = { pos: raw.pos, at: Math.max(0, raw.at) };
    this.#left -= Math.min(text.length, most);
    if (text.length <= most) return { ...line, text };
    const shown = firstOf(text, most);
    return { ...line, text: shown, more: text.length - shown.length };
  }
}

/** The beginning of a text, no half of a pair at its end, as a string of its own: a slice would keep the whole one alive. */
function firstOf(text: string, length: number): string {
  const last = text.charCodeAt(length - 1);
  const end = last >= 0xd800 && last < 0xdc00 ? length - 1 : length;
  return Buffer.from(text.slice(0, end), 'utf16le').toString('utf16le');
}

/** Characters after which a chunk takes no more lines: one is read, searched and put away as a whole. */
export const CHUNK_CHARACTERS = 1_000_000;

/** Where a full chunk lies in a file, and what is asked of it often. */
export interface AwayChunk {
  /** Index of its first line. */
  readonly first: number;
  readonly length: number;
  readonly firstPos: number;
  readonly lastPos: number;
  readonly carry: Carry;
  readonly offset: number;
  readonly bytes: number;
  readonly crc: number;
}

/**
 * Up to 512 complete lines. It begins as plain objects and is packed once it is full: a log of 200,000 short lines
 * costs its text and 20 bytes a line then.
 */
export class LogChunk {
  /** Index of its first line. */
  readonly first: number;
  readonly carry: Carry;
  /** Colour state after the last line. */
  carryOut: Carry;
  #loose: RawLine[] = [];
  #characters = 0;
  /** State carried into each line: it is not worked out anew, lines may be long and nothing but colours. */
  #carries: Carry[] = [];
  #text: Buffer | null = null;
  #offsets = new Uint32Array(0);
  #pos = new Float64Array(0);
  #at = new Float32Array(0);

  constructor(first: number, carry: Carry) {
    this.first = first;
    this.carry = carry;
    this.carryOut = carry;
  }

  get length(): number {
    return this.#text ? this.#pos.length : this.#loose.length;
  }
  get firstPos(): number {
    return this.posOf(0);
  }
  get lastPos(): number {
    return this.posOf(this.length - 1);
  }

  /** About how many bytes of memory it holds. */
  get size(): number {
    if (this.#text) return this.#text.length + this.#pos.length * 24 + 400;
    return this.#characters * 2 + this.#loose.length * 80;
  }

  /** Nothing is added any more. */
  get isFull(): boolean {
    return this.#text !== null;
  }

  /** `most`: characters with which it is full, whatever the number of lines. */
  add(line: RawLine, most = CHUNK_CHARACTERS): void {
    this.#loose.push(line);
    this.#carries.push(this.carryOut);
    this.#characters += line.text.length;
    this.carryOut = carryAfter(this.carryOut, line.text);
    if (this.#loose.length === LOG_CHUNK_LINES || this.#characters >= most) this.#pack();
  }

  /** All of a full one, for a file. */
  toBytes(): Buffer {
    return Buffer.concat([new Uint8Array(this.#pos.buffer), new Uint8Array(this.#at.buffer), this.printed()]);
  }

  /** From what `toBytes` gave. */
  static fromBytes({ first, carry, length }: AwayChunk, bytes: Buffer): LogChunk {
    const chunk = new LogChunk(first, carry);
    // A copy: what was read from a file may begin anywhere in its memory.
    const head = new Uint8Array(bytes.subarray(0, length * 12)).buffer;
    chunk.#pos = new Float64Array(head, 0, length);
    chunk.#at = new Float32Array(head, length * 8, length);
    const text = bytes.subarray(length * 12);
    chunk.#offsets = new Uint32Array(length + 1);
    for (let index = 0; index < length; index++)
      chunk.#offsets[index + 1] = text.indexOf(FEED, chunk.#offsets[index]) + 1;
    chunk.#text = text;
    return chunk;
  }

  raw(index: number): RawLine {
    if (!this.#text) return this.#loose[index] as RawLine;
    const from = this.#offsets[index] as number;
    const to = this.#offsets[index + 1] as number;
    return {
      pos: this.#pos[index] as number,
      at: this.#at[index] as number,
      text: this.#text.toString('utf8', from, to - 1),
    };
  }

  posOf(index: number): number {
    return this.#text ? (this.#pos[index] as number) : (this.#loose[index] as RawLine).pos;
  }

  secondsOf(index: number): number {
    return this.#text ? (this.#at[index] as number) : (this.#loose[index] as RawLine).at;
  }

  /** The first line at or after a position; its length when there is none. */
  indexFrom(pos: number): number {
    let index = 0;
    while (index < this.length && this.posOf(index) < pos) index += 1;
    return index;
  }

  /** Line `index` of this chunk, with the state carried into it. */
  read(index: number, allowance: Allowance): ReadLine {
    return { line: allowance.toLogLine(this.raw(index)), carry: this.#carryInto(index) };
  }

  /** The first `lines` as printed, a line feed after every line. */
  printed(lines = this.length): Buffer {
    if (this.#text) return this.#text.subarray(0, this.#offsets[lines]);
    const texts = this.#loose.slice(0, lines).map((line) => `${line.text}\n`);
    return Buffer.from(texts.join(''));
  }

  /** Each of the first `lines` as a person reads it. */
  plain(lines = this.length): string[] {
    return this.printed(lines)
      .toString('utf8')
      .split('\n')
      .slice(0, -1)
      .map((line) => stripEscapes(withoutReturn(line)));
  }

  /** Of one that comes from a file it is worked out once, as far as it is asked for. */
  #carryInto(index: number): Carry {
    if (this.#carries.length === 0) this.#carries.push(this.carry);
    while (this.#carries.length <= index) {
      const last = this.#carries.length - 1;
      this.#carries.push(carryAfter(this.#carries[last] as Carry, this.raw(last).text));
    }
    return this.#carries[index] as Carry;
  }

  #pack(): void {
    const count = this.#loose.length;
    this.#offsets = new Uint32Array(count + 1);
    this.#pos = new Float64Array(count);
    this.#at = new Float32Array(count);
    const texts = this.#loose.map((line) => Buffer.from(`${line.text}\n`));
    let offset = 0;
    for (const [index, line] of this.#loose.entries()) {
      this.#pos[index] = line.pos;
      this.#at[index] = line.at;
      this.#offsets[index] = offset;
      offset += (texts[index] as Buffer).length;
    }
    this.#offsets[count] = offset;
    this.#text = Buffer.concat(texts, offset);
    this.#loose = [];
  }
}
