import type { Gap } from '@flightdeck/api-client/model';
import { isFailure } from '../domain/failure.ts';
import type { LogRecord } from '../ports/ci-server.ts';
import { abortable } from './abortable.ts';
import { backoff } from './backoff.ts';
import type { LiveCopy } from './live-copy.ts';
import type { LogSession } from './log-session.ts';
import { sessionTimes as times } from './session-times.ts';

/**
 * Closes the holes of a step's live copy while the step runs, by whatever the server can do: records that come late by
 * themselves; its stored log, where that can be read before the end; else a new connection, which it begins with its
 * history. What none of them has stays a marked gap until the stored log comes.
 */
export class Refiller {
  readonly #session: LogSession;
  #busy = false;
  #tries = 0;
  /** Holes that a new connection was made for, by the position behind them: a second one would bring no more. */
  readonly #replayed = new Set<number>();

  constructor(session: LogSession) {
    this.#session = session;
  }

  /** Something has changed that may have made, or may close, a hole. */
  consider(): void {
    if (this.#busy || this.#next() === null) return;
    this.#busy = true;
    void this.#work().finally(() => {
      this.#busy = false;
    });
  }

  async #work(): Promise<void> {
    const { clock, random } = this.#session.deps;
    for (let what = this.#next(); what !== null; what = this.#next()) {
      const rest = what === 'stored' ? backoff(this.#tries, times.refillFirst, times.refillMax, random) : 0;
      await clock.sleep(Math.max(times.refillRest, rest), this.#session.signal);
      const begun = clock.now();
      const live = this.#running();
      // What the rest was for may have come about by itself.
      if (live && this.#next() === what)
        await this.#do(what, live).catch((error: unknown) => {
          // It is asked again; what keeps it from answering the follower of the stream finds out, and says.
          if (!isFailure(error)) throw error;
        });
      // Each time everything behind the hole is written once more: never for more than a tenth of the time.
      await clock.sleep((clock.now() - begun) * 10, this.#session.signal);
    }
    this.#tries = 0;
  }

  #next(): 'late' | 'stored' | 'replay' | null {
    const live = this.#running();
    if (!live) return null;
    if (live.late.length > 0) return 'late';
    if (live.holes.length === 0) return null;
    if (this.#session.deps.storesEarly) return 'stored';
    return live.holes.some((gap) => this.#isRepeated(gap, live)) ? 'replay' : null;
  }

  async #do(what: 'late' | 'stored' | 'replay', live: LiveCopy): Promise<void> {
    if (what === 'replay') {
      for (const { before } of live.holes) if (before !== null) this.#replayed.add(before);
      this.#session.reconnect();
      return;
    }
    if (what === 'late') return this.#refill(live, once(live.late));
    this.#tries += 1;
    const before = live.lastPos;
    await this.#stored(live);
    if (live.lastPos > before) this.#tries = 1;
  }

  async #stored(live: LiveCopy): Promise<void> {
    const { address, signal } = this.#session;
    await this.#session.call(async ({ storedSoFar }) => {
      if (storedSoFar === null) return;
      const source = storedSoFar(address.path, address.ref, signal);
      await this.#refill(live, this.#whileRunning(abortable(source, signal)));
    });
  }

  async #refill(live: LiveCopy, source: AsyncIterable<LogRecord[]>): Promise<void> {
    const session = this.#session;
    const gaps = JSON.stringify(live.gaps);
    const text = live.text;
    try {
      await live.refill(source, session.deps.store.live(session.lost), () => session.changed('lines'));
    } finally {
      if (this.#running() === live) {
        if (live.text !== text) session.changed('generation');
        else if (gaps !== JSON.stringify(live.gaps)) session.changed('state');
      }
    }
  }

  /** A step that has ended is read by somebody else. */
  async *#whileRunning(source: AsyncIterable<LogRecord[]>): AsyncGenerator<LogRecord[]> {
    for await (const records of source) {
      if (this.#running() === null) return;
      yield records;
    }
  }

  #running(): LiveCopy | null {
    const { live, stored, state, signal } = this.#session;
    const isOver = stored !== null || state === 'awaiting-stored' || signal.aborted;
    return isOver ? null : live;
  }

  /** A new connection would begin with records of it; the server's history only moves on. */
  #isRepeated({ before, reason }: Gap, live: LiveCopy): boolean {
    if (before === null || reason === 'restart' || this.#replayed.has(before)) return false;
    const { liveHistory } = this.#session.deps;
    return liveHistory === null || before - 1 > live.lastPos - liveHistory;
  }
}

async function* once(records: LogRecord[]): AsyncGenerator<LogRecord[]> {
  yield records;
}
