import { Failure } from '../../domain/failure.ts';
import type { Clock } from '../../ports/clock.ts';
import { LogDamaged } from './block.ts';
import type { EngineAnswer, Found, ScanJob, Trouble } from './protocol.ts';
import { SharedThread, type StartThread } from './thread.ts';

/**
 * A thread's CPU time cannot be asked from outside on Node 20, so the wall clock stands in for it; on a busy machine a
 * thread may get a tenth of a core.
 */
const WALL_PER_CPU = 10;
/** A thread that has not begun after so long never will. ms */
const BEGIN = 20_000;

export interface ScansDeps {
  start: StartThread;
  clock: Clock;
  /** A pattern that needs longer for 512 lines is ended, ms of CPU. */
  sliceMs: number;
  /** Patterns of people's own at a time. */
  atOnce: number;
}

/** Walks over the lines of files, in threads of their own. */
export class Scans {
  readonly #deps: ScansDeps;
  readonly #shared: SharedThread;
  #running = 0;
  #last = 0;

  constructor(deps: ScansDeps) {
    this.#deps = deps;
    this.#shared = new SharedThread(deps.start, deps.clock);
  }

  /**
   * `hostile`: it may never end, as a regular expression may not; it gets a thread of its own, which is ended when it stands still.
   * Throws Failure, LogDamaged, what the disk says.
   */
  run(job: ScanJob, hostile: boolean): Promise<Found> {
    return hostile ? this.#runAlone(job) : this.#runIn(this.#shared, job);
  }

  close(): void {
    this.#shared.close();
  }

  async #runAlone(job: ScanJob): Promise<Found> {
    const { atOnce, start, clock } = this.#deps;
    if (this.#running >= atOnce)
      throw new Failure('overloaded', 'Too many searches at once.', { retryAfter: 1 });
    this.#running += 1;
    const thread = new SharedThread(start, clock);
    const beat = new Int32Array(new SharedArrayBuffer(4));
    const over = new AbortController();
    try {
      const still = this.#standsStill(beat, over.signal).then((stands) =>
        stands ? null : new Promise<null>(() => {}),
      );
      const found = await Promise.race([this.#runIn(thread, { ...job, beat }), still]);
      if (!found) throw new Failure('pattern_too_slow', 'This pattern takes too long.');
      return found;
    } finally {
      over.abort();
      thread.close();
      this.#running -= 1;
    }
  }

  /** Resolves true once no block was finished in the time for one; to begin at all may take longer. */
  async #standsStill(beat: Int32Array, signal: AbortSignal): Promise<boolean> {
    const wall = this.#deps.sliceMs * WALL_PER_CPU;
    for (let before = -1, waited = 0; !signal.aborted; waited += wall) {
      const now = Atomics.load(beat, 0);
      if (now === before && (now > 0 || waited > BEGIN)) return true;
      before = now;
      await this.#deps.clock.sleep(wall, signal);
    }
    return false;
  }

  #runIn(thread: SharedThread, job: ScanJob): Promise<Found> {
    this.#last += 1;
    const id = this.#last;
    return new Promise((resolve, reject) => {
      const leave = thread.listen(id, (answer: EngineAnswer | null) => {
        leave();
        if (answer?.op !== 'scanned')
          reject(new Failure('overloaded', 'The search was ended.', { retryAfter: 1 }));
        else if (answer.found) resolve(answer.found);
        else reject(errorOf(answer.trouble));
      });
      thread.post({ op: 'scan', id, job });
    });
  }
}

/** A failure that crossed threads, as it was. */
export function errorOf(trouble: Trouble | null): Error {
  if (!trouble) return new Error('no answer');
  const { code, message, raw } = trouble;
  if (code === 'damaged') return new LogDamaged(message);
  if (code === 'disk') return Object.assign(new Error(message), { syscall: 'read' });
  return new Failure(code, message, raw === null ? {} : { raw });
}
