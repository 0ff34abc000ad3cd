import type { Gap } from '@flightdeck/api-client/model';
import type { LogRecord } from '../ports/ci-server.ts';
import { LiveText, type Reason } from './live-text.ts';
import { NoRoom } from './log-store.ts';
import type { LogText } from './log-text.ts';
import { StretchCopy } from './stretch-copy.ts';
import { takeWithRoom } from './take-with-room.ts';

/** Late records held at most, and characters of them: more than any server repeats to whoever comes late. */
const MOST_LATE = 20_000;
const MOST_LATE_CHARACTERS = 8 * 1024 * 1024;

/** Holes in what the server sent; what it will never send (`limit`) or has dropped is none of them. */
const closable: ReadonlySet<Reason> = new Set(['slow', 'history', 'restart']);

/**
 * What was printed so far of a running step. Its holes can be closed while it runs, by records that come late: each time
 * that makes a new generation, because lines within one never change and never move.
 */
export class LiveCopy {
  #now: LiveText<LogText>;
  readonly #late = new Map<number, LogRecord>();
  #lateCharacters = 0;
  #isClosed = false;

  constructor(text: LogText) {
    this.#now = new LiveText(text);
  }

  get text(): LogText {
    return this.#now.text;
  }
  get gaps(): Gap[] {
    return this.#now.gaps;
  }
  get lastPos(): number {
    return this.#now.lastPos;
  }
  get lastTime(): number {
    return this.#now.lastTime;
  }
  get bytes(): number {
    return this.#now.bytes;
  }
  get pending(): Gap | null {
    return this.#now.pending;
  }
  lose(reason: Reason): boolean {
    return this.#now.lose(reason);
  }

  /** Holes that the server may still be able to close. */
  get holes(): Gap[] {
    return this.#now.gaps.filter(({ reason }) => closable.has(reason));
  }

  /** Records that came late and lie in a hole, in order. */
  get late(): LogRecord[] {
    return [...this.#late.values()].filter(({ pos }) => this.#holeAt(pos)).sort((a, b) => a.pos - b.pos);
  }

  /** Its text goes, and any that it is given afterwards; nothing is taken any more. */
  close(): void {
    this.#isClosed = true;
    this.text.close();
  }

  /** As `LiveText.take`; what is old news and lies in a hole is kept as `late`. */
  take(records: readonly LogRecord[], reason: Reason, within: Reason): boolean {
    if (this.#isClosed) return false;
    const { lastPos } = this.#now;
    const fresh = takeWithRoom(this.#now, records, reason, within);
    if (this.#now.gaps.length > 0)
      for (const record of records)
        if (record.pos <= lastPos && this.#holeAt(record.pos)) this.#keepLate(record);
    return fresh;
  }

  /**
   * Closes holes, wholly or in part, by records of `source`, which come in order; those after the last one known are
   * taken as news. `fresh` is the text of the new generation. True when there is one; false also where there is no room for
   * it. What breaks `source` is thrown after what had come until then was used.
   */
  async refill(source: AsyncIterable<LogRecord[]>, fresh: LogText, grown: () => void): Promise<boolean> {
    const old = this.#now;
    const copy = new StretchCopy(old, new LiveText(fresh));
    const placed: number[] = [];
    let trouble: unknown = null;
    let isKept = false;
    try {
      try {
        for await (const records of source) {
          const inHoles = records.filter(({ pos }) => pos <= old.lastPos);
          for (const record of inHoles)
            if (this.#holeAt(record.pos) && (await copy.place(record))) placed.push(record.pos);
          if (inHoles.length < records.length && this.#news(records.slice(inHoles.length))) grown();
        }
      } catch (error) {
        if (error instanceof NoRoom) throw error;
        trouble = error;
      }
      if (placed.length > 0)
        await copy.finish((next) => {
          if (this.#isClosed) return;
          this.#now = next;
          isKept = true;
        });
    } catch (error) {
      if (!(error instanceof NoRoom)) throw error;
    } finally {
      (isKept ? old.text : fresh).close();
    }
    if (isKept) this.#forgetLate(placed);
    if (trouble !== null) throw trouble;
    return isKept;
  }

  /** The stream may still be silent: what was marked as being lost stays so, further on. */
  #news(records: readonly LogRecord[]): boolean {
    const reason = this.pending?.reason;
    const fresh = this.take(records, 'slow', 'slow');
    if (fresh && reason === 'restart') this.#now.lose(reason);
    return fresh;
  }

  #keepLate(record: LogRecord): void {
    const characters = this.#lateCharacters + record.out.length;
    if (this.#late.has(record.pos) || this.#late.size >= MOST_LATE || characters > MOST_LATE_CHARACTERS)
      return;
    this.#late.set(record.pos, record);
    this.#lateCharacters = characters;
  }

  #forgetLate(placed: readonly number[]): void {
    for (const pos of this.holes.length === 0 ? [...this.#late.keys()] : placed) {
      this.#lateCharacters -= this.#late.get(pos)?.out.length ?? 0;
      this.#late.delete(pos);
    }
  }

  #holeAt(pos: number): boolean {
    return this.#now.gaps.some(
      ({ after, before, reason }) => pos > after && before !== null && pos < before && closable.has(reason),
    );
  }
}
