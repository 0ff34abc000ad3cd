import type { Gap } from '@flightdeck/api-client/model';
import type { LogRecord } from '../ports/ci-server.ts';
import type { RawLine } from './line-assembler.ts';
import type { LiveText } from './live-text.ts';
import { NoRoom } from './log-store.ts';
import type { LogText } from './log-text.ts';

/** Lines copied at a time. */
const BLOCK = 512;

/**
 * Copies a live text with its holes, and puts records into the holes on the way. Lines stand for the records they were
 * made of. The old text may grow meanwhile. Throws NoRoom, and `log_generation` once the old text is closed.
 */
export class StretchCopy {
  readonly #old: LiveText<LogText>;
  readonly #next: LiveText<LogText>;
  /** The next line to be copied. */
  #line = 0;
  /** The number of the gap behind the stretch that is being copied. */
  #gap = 0;
  /** The hole that records are being put into. */
  #hole: Gap | null = null;

  constructor(old: LiveText<LogText>, next: LiveText<LogText>) {
    this.#old = old;
    this.#next = next;
  }

  /** Records come in order. False when it is not in a hole, or was there before. */
  async place(record: LogRecord): Promise<boolean> {
    await this.#goTo(record.pos);
    await this.#makeRoom();
    const hole = this.#hole;
    return hole !== null && this.#next.take([record], hole.reason, hole.reason);
  }

  /** What is left. `use` gets the copy at a moment at which it is all there is: what the old text is given later is lost. */
  async finish(use: (next: LiveText<LogText>) => void): Promise<void> {
    const { text } = this.#old;
    for (;;) {
      await this.#goTo(Number.POSITIVE_INFINITY);
      this.#leave();
      if (this.#line === text.complete && !this.#isBehind()) break;
      if (!this.#isBehind()) await this.#copy(text.complete);
    }
    const { open } = text;
    this.#next.join(open ? [partOf(open)] : [], this.#old.lastPos);
    this.#next.lastTime = this.#old.lastTime;
    const { pending } = this.#old;
    if (pending) this.#next.lose(pending.reason);
    use(this.#next);
  }

  /** Copies all stretches that end before `pos`, and leaves holes that do. */
  async #goTo(pos: number): Promise<void> {
    for (;;) {
      if (this.#hole && (this.#hole.before ?? pos) > pos) return;
      this.#leave();
      const gap = this.#old.gaps[this.#gap];
      if (!gap || gap.before === null || gap.after >= pos) return;
      await this.#copy(gap.beforeLine, gap);
      this.#next.join([], gap.after);
      this.#gap += 1;
      this.#hole = gap;
    }
  }

  async #makeRoom(): Promise<void> {
    const { text } = this.#next;
    if (text.waiting > 0) await text.written();
    if (text.isFull(false)) throw new NoRoom('there is no room for a second copy');
  }

  #isBehind(): boolean {
    const gap = this.#old.gaps[this.#gap];
    return gap !== undefined && gap.before !== null;
  }

  #leave(): void {
    if (this.#hole?.before != null) this.#next.begin(this.#hole.before, this.#hole.reason);
    this.#hole = null;
  }

  /** Lines up to `to`; the last of them may go on in the gap behind it. */
  async #copy(to: number, behind?: Gap): Promise<void> {
    while (this.#line < to) {
      await this.#makeRoom();
      const lines = await this.#old.text.raws(this.#line, Math.min(to, this.#line + BLOCK));
      const pieces = lines.map(ended);
      this.#line += lines.length;
      const torn = lines.at(-1);
      if (torn && behind && this.#line === to && this.#old.tears(behind)) pieces.splice(-1, 1, partOf(torn));
      // Where in the stretch these end is of no matter until it has been copied.
      this.#next.join(pieces, this.#next.lastPos);
    }
  }
}

const partOf = ({ pos, at, text }: RawLine): LogRecord => ({ pos, time: at, out: text });
const ended = (line: RawLine): LogRecord => ({ ...partOf(line), out: `${line.text}\n` });
