import { Worker } from 'node:worker_threads';
import type { LogQuery } from '@flightdeck/api-client/model';
import { Failure } from '../domain/failure.ts';
import type { Clock } from '../ports/clock.ts';
import { patternOf } from './line-matcher.ts';
import { patternWorker } from './pattern-worker.ts';

export interface LineMatch {
  index: number;
  ranges: [number, number][] | null;
}

/** Finds the lines of slices that match one pattern. `close` must be called. */
export interface PatternRun {
  /** Matching lines by their index in the slice, and where the first ones match. Throws `pattern_too_slow`. */
  matches(lines: readonly string[]): Promise<LineMatch[]>;
  close(): void;
}

export interface PatternRunner {
  /** Throws `pattern_invalid`, `overloaded`. */
  begin(query: LogQuery): PatternRun;
}

/**
 * A thread's CPU time cannot be asked from outside on Node 20, so the wall clock stands in for it; on a busy machine a
 * thread may get a tenth of a core.
 */
const WALL_PER_CPU = 10;

/**
 * Each search has a worker of its own, which is ended when a slice takes longer than `sliceMs` of CPU. Slices are up to
 * 512 lines: a reasonable pattern needs some milliseconds for one.
 */
export function createPatternRunner(options: {
  clock: Clock;
  sliceMs: number;
  atOnce: number;
}): PatternRunner {
  let running = 0;
  return {
    begin(query) {
      const { source, flags } = patternOf(query);
      try {
        new RegExp(source, flags);
      } catch (error) {
        throw new Failure('pattern_invalid', 'This is not a regular expression.', {
          raw: String(error),
          cause: error,
        });
      }
      if (running >= options.atOnce)
        throw new Failure('overloaded', 'Too many searches at once.', { retryAfter: 1 });
      running += 1;
      const run = new WorkerRun({ source, flags, word: query.word }, options);
      return {
        matches: (lines) => run.matches(lines),
        close: () => {
          if (run.close()) running -= 1;
        },
      };
    },
  };
}

class WorkerRun {
  readonly #worker: Worker;
  readonly #clock: Clock;
  readonly #sliceMs: number;
  #first: { source: string; flags: string; word: boolean } | null;
  #open = true;
  #online: Promise<void>;
  #gone = false;

  constructor(
    first: { source: string; flags: string; word: boolean },
    { clock, sliceMs }: { clock: Clock; sliceMs: number },
  ) {
    this.#worker = new Worker(patternWorker, {
      eval: true,
      resourceLimits: { maxOldGenerationSizeMb: 64, stackSizeMb: 4 },
    });
    // Beginning a worker takes longer than searching; it must not count as the pattern's time.
    this.#online = new Promise((resolve) => {
      this.#worker.once('online', resolve);
      this.#worker.once('exit', () => {
        this.#gone = true;
        resolve();
      });
    });
    this.#worker.on('error', () => {});
    this.#first = first;
    this.#clock = clock;
    this.#sliceMs = sliceMs * WALL_PER_CPU;
  }

  async matches(lines: readonly string[]): Promise<LineMatch[]> {
    await this.#online;
    if (this.#gone) throw new Failure('overloaded', 'The search could not begin.', { retryAfter: 1 });
    const first = this.#first ?? {};
    this.#first = null;
    const answered = new AbortController();
    const worker = this.#worker;
    return new Promise<LineMatch[]>((resolve, reject) => {
      const tooSlow = () => reject(new Failure('pattern_too_slow', 'This pattern takes too long.'));
      worker.once('message', (hits: LineMatch[]) => {
        worker.off('exit', tooSlow);
        answered.abort();
        resolve(hits);
      });
      worker.once('exit', tooSlow);
      worker.postMessage({ ...first, lines });
      void this.#clock.sleep(this.#sliceMs, answered.signal).then(() => {
        if (!answered.signal.aborted) void worker.terminate();
      });
    });
  }

  /** False when it was closed before. */
  close(): boolean {
    const open = this.#open;
    this.#open = false;
    void this.#worker.terminate();
    return open;
  }
}
