import type { LogRecord } from '../world/model.ts';

/** What a runner keeps of one step's output, in bytes of text (runner-go, not configurable). */
export const logLimit = 5 * 1024 * 1024;

/** Splits after each newline; a chunk of several lines that ends in a newline yields an empty last part. */
export function splitChunk(text: string): string[] {
  if (!text.includes('\n', 0) || text.indexOf('\n') === text.length - 1) return [text];
  const parts: string[] = [];
  let from = 0;
  for (;;) {
    const at = text.indexOf('\n', from);
    if (at === -1) {
      parts.push(text.slice(from));
      return parts;
    }
    parts.push(text.slice(from, at + 1));
    from = at + 1;
  }
}

/**
 * Turns a step's chunks into log records as runner-go does: `pos` counts records; past the limit the oldest
 * records go, each time making room for the whole chunk, and nothing is sent live any more.
 */
export class LogWriter {
  #next = 0;
  #size = 0;
  #stopped = false;
  #history: LogRecord[] = [];
  #historyBytes: number[] = [];
  #head = 0;
  #pending: LogRecord[] = [];

  constructor(readonly limit = logLimit) {}

  /** @param chunk what one read of the pipe returned; @param time whole seconds since the step began. */
  write(chunk: Uint8Array, time: number): void {
    this.writeText(decode(chunk), chunk.length, time);
  }

  writeText(text: string, bytes: number, time: number): void {
    for (const out of splitChunk(text)) {
      while (this.#size + bytes > this.limit && this.#head < this.#history.length) {
        this.#stopped = true;
        this.#size -= this.#historyBytes[this.#head] ?? 0;
        this.#head += 1;
      }
      const record: LogRecord = { pos: this.#next, out, time };
      this.#next += 1;
      const length = Buffer.byteLength(out);
      this.#size += length;
      if (!this.#stopped) this.#pending.push(record);
      this.#history.push(record);
      this.#historyBytes.push(length);
    }
  }

  /** Live records since the last call. */
  takePending(): LogRecord[] {
    const batch = this.#pending;
    this.#pending = [];
    return batch;
  }

  get hasPending(): boolean {
    return this.#pending.length > 0;
  }

  /** Records made so far, whether kept or not. */
  get count(): number {
    return this.#next;
  }

  /** True once the limit was passed: the live stream has stopped for good. */
  get stopped(): boolean {
    return this.#stopped;
  }

  /** What the stored log holds if the step ended now. */
  kept(): LogRecord[] {
    return this.#history.slice(this.#head);
  }

  /** Every record ever made: for tests that compare what was printed. */
  all(): readonly LogRecord[] {
    return this.#history;
  }
}

const decoder = new TextDecoder('utf-8');

/** Bytes that are not UTF-8 become one U+FFFD each, as Go's JSON encoder does (TextDecoder would merge some). */
export function decode(bytes: Uint8Array): string {
  const text = decoder.decode(bytes);
  if (!text.includes('\uFFFD')) return text;
  let result = '';
  let at = 0;
  while (at < bytes.length) {
    const length = validLength(bytes, at);
    if (length === 0) {
      result += '\uFFFD';
      at += 1;
    } else {
      result += Buffer.from(bytes.buffer, bytes.byteOffset + at, length).toString('utf8');
      at += length;
    }
  }
  return result;
}

/** Bytes of the valid character that begins at `at`; 0 when there is none. */
function validLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return 1;
  const length =
    first >= 0xc2 && first < 0xe0
      ? 2
      : first >= 0xe0 && first < 0xf0
        ? 3
        : first >= 0xf0 && first < 0xf5
          ? 4
          : 0;
  if (length === 0) return 0;
  for (let i = 1; i < length; i++) if (((bytes[at + i] ?? 0) & 0xc0) !== 0x80) return 0;
  const second = bytes[at + 1] ?? 0;
  if (first === 0xe0 && second < 0xa0) return 0;
  if (first === 0xed && second > 0x9f) return 0;
  if (first === 0xf0 && second < 0x90) return 0;
  if (first === 0xf4 && second > 0x8f) return 0;
  return length;
}
