import { decode } from '../runner/log-writer.ts';
import type { D8Line } from './model.ts';

/** What an agent takes of one step, in bytes; the rest is never seen, live or later. */
export const logLimit = 2_000_000;

/** The container engine hands on a line at a time, and longer ones in pieces of this many bytes. */
const frame = 16 * 1024;

/** The agent looks at the first bytes before it reads: it waits until there are this many. */
const peeked = 8;

/**
 * Cuts what a step prints into records as the agent of 0.8.10 does: a line with its end, a long one in pieces, the first
 * record at least eight bytes long, and nothing after two million.
 */
export class D8LineCutter {
  #waiting = Buffer.alloc(0);
  #first: Buffer | undefined = Buffer.alloc(0);
  #taken = 0;
  #pos = 0;

  constructor(readonly proc: string) {}

  /** The limit was passed: nothing more is sent. */
  get isFull(): boolean {
    return this.#taken >= logLimit;
  }

  *write(bytes: Uint8Array, time: number): Generator<D8Line> {
    let data = Buffer.concat([this.#waiting, bytes]);
    for (;;) {
      const newline = data.indexOf(10);
      const end = newline === -1 ? data.length : newline + 1;
      if (newline === -1 && end < frame) break;
      yield* this.#frame(data.subarray(0, Math.min(end, frame)), time);
      data = data.subarray(Math.min(end, frame));
    }
    this.#waiting = Buffer.from(data);
  }

  /** At the end: a last line without its own. */
  *rest(time: number): Generator<D8Line> {
    const left = this.#waiting;
    this.#waiting = Buffer.alloc(0);
    if (left.length > 0) yield* this.#frame(left, time);
    const first = this.#first;
    this.#first = undefined;
    if (first && first.length > 0) yield* this.#record(first, time);
  }

  *#frame(piece: Buffer, time: number): Generator<D8Line> {
    if (!this.#first) {
      yield* this.#record(piece, time);
      return;
    }
    this.#first = Buffer.concat([this.#first, piece]);
    if (this.#first.length < peeked) return;
    const whole = this.#first;
    this.#first = undefined;
    yield* this.#record(whole, time);
  }

  *#record(piece: Buffer, time: number): Generator<D8Line> {
    const taken = piece.subarray(0, logLimit - this.#taken);
    if (taken.length === 0) return;
    this.#taken += taken.length;
    const pos = this.#pos;
    this.#pos += 1;
    yield { proc: this.proc, time, pos, out: decode(taken) };
  }
}
