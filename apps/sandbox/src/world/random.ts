import { createHash } from 'node:crypto';

/** Repeatable pseudo-randomness: the same seed and the same calls give the same world. */
export class Random {
  #state: number;

  constructor(readonly seed: string) {
    this.#state = createHash('sha256').update(seed).digest().readUInt32LE(0);
  }

  /** Chance of its own: what is drawn from it depends on nothing that others draw. */
  of(name: string): Random {
    return new Random(`${this.seed}/${name}`);
  }

  /** From 0 up to, not including, 1 (mulberry32). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }

  /** A whole number from `low` to `high`, both included. */
  int(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  pick<T>(list: readonly T[]): T {
    const value = list[this.int(0, list.length - 1)];
    if (value === undefined) throw new Error('nothing to pick from');
    return value;
  }

  hex(length: number): string {
    let text = '';
    while (text.length < length) text += this.int(0, 0xffffff).toString(16).padStart(6, '0');
    return text.slice(0, length);
  }

  /** Letters and digits, as in tokens. */
  text(length: number): string {
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
    let text = '';
    for (let i = 0; i < length; i++) text += letters[this.int(0, letters.length - 1)];
    return text;
  }
}
