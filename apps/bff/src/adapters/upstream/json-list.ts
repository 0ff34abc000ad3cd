import { isAscii } from 'node:buffer';

/** The body stopped before the list was closed. */
export class ListCut extends Error {
  override readonly name = 'ListCut';
}
/** The bytes are not a JSON list. */
export class ListBroken extends Error {
  override readonly name = 'ListBroken';
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const isSpace = (byte: number): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

const LIST_OPEN = Buffer.from('[');
const LIST_CLOSE = Buffer.from(']');

/**
 * Where one object ends and the next begins, as servers write lists. Inside a string its last character would have a backslash
 * before it, unless the string ends there.
 */
const BETWEEN = Buffer.from('},{"');

/** An element of a log is at most a few hundred kB of JSON, or a line of some MB, escaped. */
const longestElement = 32 * 1024 * 1024;
/** Brackets and commas within one. A record has ten fields; JSON.parse makes fifty times its size of a list of lists. */
const mostParts = 10_000;
/** What is held beyond it is let go once it was read. */
const LARGE = 1024 * 1024;

/**
 * A JSON list, element by element, while its bytes arrive: splits where an element ends (strings are tracked, so
 * nothing inside one is mistaken for structure, and neither the order of keys nor the way the bytes are cut matters)
 * and lets JSON.parse read many elements at a time. Holds one unfinished element and one batch, whatever the size.
 * `null` is an empty list. Throws ListCut or ListBroken after all that could be read was given out.
 */
export async function* readList(
  body: AsyncIterable<Uint8Array>,
  batchSize: number,
): AsyncGenerator<unknown[]> {
  const list = new ListReader(batchSize);
  for await (const part of body) yield* list.feed(part);
  list.end();
}

/** The same for a reader who is handed the parts: `feed` each, then `end`. */
export class ListReader {
  private readonly batchSize: number;
  private phase: 'before' | 'inside' | 'after' | 'null' = 'before';
  private depth = 0;
  private sawElement = false;
  private inString = false;
  /** Brackets and commas of the element that is being scanned. */
  private parts = 0;
  /** Bytes of elements (with their commas) that were not handed out yet: the first `filled` of it. */
  private store: Buffer = Buffer.alloc(0);
  private filled = 0;
  /** Where scanning goes on; one past the end where that byte is escaped. */
  private at = 0;
  private leaps = true;

  constructor(batchSize: number) {
    this.batchSize = batchSize;
  }

  *feed(part: Uint8Array): Generator<unknown[]> {
    const known = this.filled;
    this.append(part);
    if (this.phase === 'before' && !this.enter()) return;
    if (this.phase === 'inside') {
      yield* this.leap(known);
      yield* this.scan();
    }
    if (this.phase === 'after') {
      for (const byte of this.held) if (!isSpace(byte)) throw new ListBroken('something follows the list');
      this.filled = 0;
    }
    if (this.filled > longestElement) throw new ListBroken('an element of more than 32 MiB');
  }

  private get held(): Buffer {
    return this.store.subarray(0, this.filled);
  }

  /** Room is doubled when there is none: an element that comes in many parts is not copied with each of them. */
  private append(part: Uint8Array): void {
    const needed = this.filled + part.length;
    if (needed > this.store.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.store.length * 2));
      larger.set(this.held);
      this.store = larger;
    }
    this.store.set(part, this.filled);
    this.filled = needed;
  }

  /** Lets go of what was read. */
  private keepFrom(from: number): void {
    const rest = this.store.subarray(from, this.filled);
    if (this.store.length > LARGE && rest.length < this.store.length / 4) this.store = Buffer.from(rest);
    else if (from > 0) this.store.copyWithin(0, from, this.filled);
    this.filled = rest.length;
  }

  /** Throws unless the list was closed. */
  end(): void {
    if (this.phase === 'after') return;
    if (this.phase === 'before') {
      const rest = this.held.toString('utf8').trim();
      if (rest === 'null') return;
      if (rest === '' || 'null'.startsWith(rest)) throw new ListCut('nothing came');
      throw new ListBroken('not a list');
    }
    throw new ListCut('it stopped inside the list');
  }

  /** Whether the list has begun. */
  private enter(): boolean {
    let start = 0;
    while (start < this.filled && isSpace(this.store[start] ?? 0)) start += 1;
    this.keepFrom(start);
    if (this.filled === 0) return false;
    if (this.store[0] !== OPEN_LIST) {
      const text = this.held.toString('latin1');
      const rest = text.trimEnd();
      if (rest !== 'null' && (text !== rest || !'null'.startsWith(rest))) throw new ListBroken('not a list');
      this.filled = rest.length;
      return false;
    }
    this.keepFrom(1);
    this.phase = 'inside';
    return true;
  }

  /**
   * Hands out all but the last element of what has come, without a look at its bytes. Exact, because `held` begins with an
   * element: what JSON.parse takes as a list up to there is whole elements, and whatever was cut wrongly (inside a string, an
   * object or a list) it refuses. Then the list is scanned to its end, as is an element too large to be parsed unseen. `known`:
   * bytes that were looked at before.
   */
  private *leap(known: number): Generator<unknown[]> {
    if (!this.leaps) return;
    const { held } = this;
    let from = 0;
    for (let to = lastEnd(held, 0, known); to > 0; to = lastEnd(held, from, from)) {
      if (to - from > 2 * STRIDE) break;
      let elements: unknown[];
      try {
        elements = JSON.parse(listOf(held.subarray(from, to)));
      } catch {
        this.leaps = false;
        break;
      }
      from = to + 1;
      this.sawElement = true;
      for (let at = 0; at < elements.length; at += this.batchSize)
        yield elements.length <= this.batchSize ? elements : elements.slice(at, at + this.batchSize);
    }
    if (from === 0) return;
    this.keepFrom(from);
    this.at = 0;
    this.inString = false;
    this.depth = 0;
    this.parts = 0;
  }

  private *scan(): Generator<unknown[]> {
    const { held } = this;
    const { length } = held;
    let from = 0;
    let lastEnd = 0;
    let count = 0;
    let index = this.at;
    // Not by fields: this loop meets every byte of a log.
    let { inString, depth, parts } = this;
    for (; index < length; index += 1) {
      if (inString) {
        let byte = held[index];
        while (byte !== QUOTE && index < length) {
          index += byte === BACKSLASH ? 2 : 1;
          byte = held[index];
        }
        // One past the end: a backslash was the last byte, and what it escapes is still to come.
        if (index >= length) break;
        inString = false;
        continue;
      }
      const byte = held[index] as number;
      if (byte === QUOTE) inString = true;
      else if (byte === OPEN_OBJECT || byte === OPEN_LIST || (byte === COMMA && depth > 0)) {
        if (byte !== COMMA) depth += 1;
        parts += 1;
        if (parts > mostParts) {
          if (count > 0) yield* this.parse(held.subarray(from, lastEnd), false);
          throw new ListBroken(`an element of more than ${mostParts} parts`);
        }
      } else if (depth > 0 && (byte === CLOSE_OBJECT || byte === CLOSE_LIST)) depth -= 1;
      else if (byte === CLOSE_OBJECT) {
        if (count > 0) yield* this.parse(held.subarray(from, lastEnd), false);
        throw new ListBroken('a bracket closes what was not open');
      } else if (byte === CLOSE_LIST) {
        // The list ends here, after its last element or right after it began.
        yield* this.parse(held.subarray(from, index), true);
        this.keepFrom(index + 1);
        this.at = 0;
        this.phase = 'after';
        return;
      } else if (byte === COMMA && depth === 0) {
        count += 1;
        parts = 0;
        lastEnd = index;
        if (count === this.batchSize) {
          yield* this.parse(held.subarray(from, lastEnd), false);
          from = lastEnd + 1;
          count = 0;
        }
      }
    }
    if (count > 0) {
      yield* this.parse(held.subarray(from, lastEnd), false);
      from = lastEnd + 1;
    }
    this.inString = inString;
    this.depth = depth;
    this.parts = parts;
    this.keepFrom(from);
    this.at = index - from;
  }

  /** `last`: nothing but spaces is an empty list, not a missing element. */
  private *parse(bytes: Buffer, last: boolean): Generator<unknown[]> {
    const text = textOf(bytes);
    if (last && text.trim() === '' && !this.sawElement) return;
    this.sawElement = true;
    let elements: unknown[];
    try {
      elements = JSON.parse(`[${text}]`);
      if (elements.length === 0) throw new Error('an element is missing');
    } catch (cause) {
      // One by one, so that what stands before the fault is not lost with it.
      if (this.batchSize > 1) yield* new ListReader(1).feed(Buffer.from(`[${text}]`));
      throw new ListBroken((cause as Error).message, { cause });
    }
    yield elements;
  }
}

/** Bytes parsed at a time: what is made of them goes before the next ones come, and is young enough to go cheaply. */
const STRIDE = 32 * 1024;

/** Where the last object that begins at `from` or later ends, of a stride's; 0: none does. Up to `known` there is none. */
function lastEnd(held: Buffer, from: number, known: number): number {
  const seen = Math.max(from, known - BETWEEN.length);
  const near = held.subarray(seen, seen + STRIDE).lastIndexOf(BETWEEN);
  const end = near >= 0 ? seen + near : held.indexOf(BETWEEN, seen);
  return end + 1;
}

const listOf = (elements: Buffer): string => textOf(Buffer.concat([LIST_OPEN, elements, LIST_CLOSE]));

/** A text of ASCII takes half the memory and time as one. */
const textOf = (bytes: Buffer): string => bytes.toString(isAscii(bytes) ? 'latin1' : 'utf8');
