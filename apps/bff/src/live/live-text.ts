import type { Gap } from '@flightdeck/api-client/model';
import type { LogRecord } from '../ports/ci-server.ts';
import { LineAssembler } from './line-assembler.ts';
import type { LineSink } from './line-sink.ts';

export type Reason = Gap['reason'];

/**
 * Records that come from several connections, with repetitions and holes → the lines of one generation and its gaps.
 * Every record counts once (by `pos`); where some are missing the line in the making is ended and a gap stands.
 */
export class LiveText<Sink extends LineSink = LineSink> {
  readonly text: Sink;
  readonly gaps: Gap[] = [];
  /** Position of the last record taken; -1 before the first. */
  lastPos = -1;
  /** Seconds since the step began, of that record. */
  lastTime = 0;
  /** Bytes of text taken from records. */
  bytes = 0;
  #assembler = new LineAssembler();
  /** Gaps before which a line was ended that may go on in them. */
  readonly #tearing = new WeakSet<Gap>();

  constructor(text: Sink) {
    this.text = text;
  }

  /** Takes records; `reason` is for a hole before the first one, `within` for one between them. True when any was new. */
  take(records: readonly LogRecord[], reason: Reason, within: Reason): boolean {
    let run: LogRecord[] = [];
    let because = reason;
    let fresh = false;
    for (const record of records) {
      if (record.pos > this.lastPos) {
        if (record.pos > this.lastPos + 1 || this.pending) {
          this.#add(run);
          run = [];
          this.#hole(record.pos, because);
        }
        run.push(record);
        this.lastPos = record.pos;
        this.lastTime = record.time;
        fresh = true;
      }
      because = within;
    }
    this.#add(run);
    return fresh;
  }

  /** What comes next begins at position `first`; where that is not the next one there is a hole. */
  begin(first: number, reason: Reason): void {
    if (first > this.lastPos + 1) this.#hole(first, reason);
    this.lastPos = first - 1;
  }

  /** Whole or partial lines, with nothing missing between them, up to the record at `last`. */
  join(pieces: readonly LogRecord[], last: number): void {
    this.#add(pieces);
    this.lastPos = last;
  }

  /** A gap whose end is not known yet: nothing has come since. */
  get pending(): Gap | null {
    const last = this.gaps.at(-1);
    return last && last.before === null ? last : null;
  }

  /** The line before this gap was ended by it, and not by a line feed. */
  tears(gap: Gap): boolean {
    return this.#tearing.has(gap);
  }

  /** Marks that records are (being) lost from here on. False when that stands already. */
  lose(reason: Reason): boolean {
    if (this.pending) return false;
    this.gaps.push({ beforeLine: this.text.lines, after: this.lastPos, before: null, reason });
    return true;
  }

  #hole(before: number, reason: Reason): void {
    const pending = this.pending;
    // Nothing was lost after all: the next record is the one that was due.
    if (pending && before === pending.after + 1) {
      this.gaps.pop();
      return;
    }
    const cut = this.#assembler.split();
    if (cut) this.text.append([cut]);
    this.text.setOpen(null);
    const gap = pending ?? { beforeLine: this.text.lines, after: this.lastPos, before, reason };
    if (pending) pending.before = before;
    else this.gaps.push(gap);
    if (cut) this.#tearing.add(gap);
  }

  #add(records: readonly LogRecord[]): void {
    if (records.length === 0) return;
    for (const record of records) this.bytes += Buffer.byteLength(record.out);
    this.text.append(this.#assembler.push(records));
    this.text.setOpen(this.#assembler.open);
    this.text.bytes = this.bytes;
  }
}

/** Missing in a stored log: the server dropped it for good, or there is no room for it here. */
export const isCut = ({ reason }: Gap): boolean =>
  reason === 'head' || reason === 'tail' || reason === 'room';
