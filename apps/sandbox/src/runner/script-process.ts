import type { Clock, Timer } from '../world/clock.ts';

/** What a script does while it runs: output of some form, time to let pass, a wait for the control door. */
export type ScriptMoment<Output> = Output | { sleep: number } | { hold: string };

/** Even a script that only prints takes a moment, so that its readers can be there before the end. */
const settling = 2;

/**
 * A step's process: its script runs by the world's clock and can be held, printed into, ended from outside and killed.
 * What becomes of its output and of its end is its heir's to say.
 */
export abstract class ScriptProcess<Output extends object> {
  readonly #begun: number;
  #timer: Timer | undefined;
  #held: string | undefined;
  #holdAtEnd = false;
  #code: number | undefined;
  #stopped = false;

  constructor(
    readonly clock: Clock,
    readonly moments: Generator<ScriptMoment<Output>, number>,
    /** Nobody waits in a past that nobody watches. */
    readonly quiet: boolean,
  ) {
    this.#begun = clock.now();
    this.#timer = clock.after(settling, () => this.#go());
  }

  /** Output, as the process wrote it. */
  protected abstract take(output: Output): void;
  /** The process has ended by itself. */
  protected abstract ended(code: number): void;

  /** Name of the hold the script waits at; '' for one without a name; undefined when it runs. */
  get held(): string | undefined {
    return this.#held;
  }

  /** The step will wait before it ends, until released. */
  holdAtEnd(): void {
    this.#holdAtEnd = true;
  }

  release(): void {
    this.#holdAtEnd = false;
    if (this.#held === undefined) return;
    this.#held = undefined;
    if (this.#code === undefined) this.#go();
    else this.#end();
  }

  /** Ends the process now with this code, as a crash would. */
  exit(code: number): void {
    this.#timer?.cancel();
    this.#code = code;
    this.#held = undefined;
    this.#holdAtEnd = false;
    this.#end();
  }

  /** Killed: it does and prints nothing more. */
  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
    this.#held = undefined;
  }

  /** Ms of its script that a log made again later may show: all of it, or what ran until the kill. */
  protected get ranUntil(): number {
    return this.#stopped ? this.clock.now() - this.#begun : Number.POSITIVE_INFINITY;
  }

  protected get isStopped(): boolean {
    return this.#stopped;
  }

  /** Whole seconds since it began. */
  protected get seconds(): number {
    return Math.floor((this.clock.now() - this.#begun) / 1000);
  }

  protected after(ms: number, run: () => void): void {
    this.#timer = this.clock.after(ms, run);
  }

  #go(): void {
    for (let next = this.moments.next(); ; next = this.moments.next()) {
      if (next.done) {
        this.#code = next.value;
        this.#end();
        return;
      }
      const moment = next.value;
      if ('sleep' in moment) {
        this.after(moment.sleep, () => this.#go());
        return;
      }
      if (!('hold' in moment)) this.take(moment);
      else if (!this.quiet) {
        this.#held = moment.hold;
        return;
      }
    }
  }

  #end(): void {
    if (this.#stopped) return;
    if (this.#holdAtEnd) {
      this.#held = 'end';
      return;
    }
    this.ended(this.#code ?? 0);
  }
}
