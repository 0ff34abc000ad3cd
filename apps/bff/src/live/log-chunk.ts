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

/** A line as it crosses the wire. */
export function toLogLine(raw: RawLine): LogLine {
  const text = withoutReturn(raw.text);
  const line = { pos: raw.pos, at: Math.max(0, raw.at) };
  if (text.length <= SHOWN_CHARACTERS) return { ...line, text };
  return { ...line, text: text.slice(0, SHOWN_CHARACTERS), more: text.length - SHOWN_CHARACTERS };
}

/**
 * Up to 512 complete lines. It begins as plain objects and is packed once it is full: a log of 200,000 short lines
 * costs its text and 20 bytes a line then.
 */
export class LogChunk {
  readonly carry: Carry;
  /** Colour state after the last line. */
  carryOut: Carry;
  #loose: RawLine[] = [];
  /** State carried into each line, while the chunk grows: a live log is read a few lines at a time at its end. */
  #carries: Carry[] = [];
  #text: Buffer | null = null;
  #offsets = new Uint32Array(0);
  #pos = new Float64Array(0);
  #at = new Float32Array(0);

  constructor(carry: Carry) {
    this.carry = carry;
    this.carryOut = carry;
  }

  get length(): number {
    return this.#text ? this.#pos.length : this.#loose.length;
  }

  /** About how many bytes of memory it holds. */
  get size(): number {
    if (this.#text) return this.#text.length + this.#pos.length * 16 + 400;
    return this.#loose.reduce((sum, line) => sum + line.text.length * 2 + 80, 0);
  }

  add(line: RawLine): void {
    this.#loose.push(line);
    this.#carries.push(this.carryOut);
    this.carryOut = carryAfter(this.carryOut, line.text);
    if (this.#loose.length === LOG_CHUNK_LINES) this.#pack();
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

  /** Lines `from`…`to - 1` of this chunk, each with the state carried into it. */
  read(from: number, to: number): ReadLine[] {
    const result: ReadLine[] = [];
    const known = this.#text ? undefined : this.#carries[from];
    let carry = known ?? this.carry;
    for (let index = known === undefined ? 0 : from; index < to; index++) {
      const raw = this.raw(index);
      if (index >= from) result.push({ line: toLogLine(raw), carry });
      carry = carryAfter(carry, raw.text);
    }
    return result;
  }

  /** Everything as printed, a line feed after every line. */
  printed(): Buffer {
    if (this.#text) return this.#text;
    return Buffer.from(this.#loose.map((line) => `${line.text}\n`).join(''));
  }

  /** Each line as a person reads it. */
  plain(): string[] {
    return this.printed()
      .toString('utf8')
      .split('\n')
      .slice(0, -1)
      .map((line) => stripEscapes(withoutReturn(line)));
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
    this.#carries = [];
  }
}
