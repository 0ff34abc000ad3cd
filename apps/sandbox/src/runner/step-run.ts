import type { CiServer } from '../ci/server.ts';
import type { Timer } from '../world/clock.ts';
import type { CiStep, LogRecord } from '../world/model.ts';
import { LogWriter } from './log-writer.ts';
import { mask, renderLog, type StepMoment, type StepRecipe, stepMoments } from './step-script.ts';

/** Runners send live lines once a second, counted from the step's start. */
const batchEvery = 1000;

/** A step's process: its script runs by the world's clock, its output goes to the live log and the store. */
export class StepRun {
  readonly writer = new LogWriter();
  readonly #moments: Generator<StepMoment, number>;
  readonly #begun: number;
  #timer: Timer | undefined;
  #batch: Timer | undefined;
  #held: string | undefined;
  #holdAtEnd = false;
  #code: number | undefined;
  #stopped = false;

  constructor(
    readonly server: CiServer,
    readonly step: CiStep,
    readonly recipe: StepRecipe,
    readonly quiet: boolean,
    readonly onEnd: (code: number) => void,
  ) {
    this.#begun = server.world.clock.now();
    this.#moments = stepMoments(recipe, quiet);
    // Even a script that only prints takes a moment, so that its readers can be there before the end.
    this.#timer = server.world.clock.after(2, () => this.#go());
    if (!quiet) this.#batch = server.world.clock.after(batchEvery, () => this.#send());
  }

  /** Name of the hold the script waits at; '' for one without a name; undefined when it runs. */
  get held(): string | undefined {
    return this.#held;
  }

  /** Output from outside the script, as if the process had written it: one chunk. */
  print(text: string): void {
    const masked = mask(text, this.recipe.masks);
    this.writer.writeText(masked, Buffer.byteLength(masked), this.#seconds());
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
    this.#end();
  }

  /** Killed, but what it printed still has to be sent: `close` follows. */
  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
    this.#held = undefined;
  }

  abandon(): void {
    this.stop();
    this.#batch?.cancel();
  }

  /** Sends what is left and stores the log. */
  upload(): void {
    this.#batch?.cancel();
    const { ci } = this.server.world;
    if (this.quiet) {
      const { recipe } = this;
      const until = this.#stopped ? this.server.world.clock.now() - this.#begun : Number.POSITIVE_INFINITY;
      ci.logs.set(this.step.id, { kind: 'recipe', make: () => renderLog(recipe, until) });
    } else {
      this.server.receiveLast(this.step.id, this.writer.takePending());
      const records: LogRecord[] = this.writer.kept();
      ci.logs.set(this.step.id, { kind: 'records', records });
    }
  }

  /** End of the live stream; a killed step uploads here too. */
  close(): void {
    if (this.#stopped) this.upload();
    this.server.closeLog(this.step.id);
  }

  #seconds(): number {
    return Math.floor((this.server.world.clock.now() - this.#begun) / 1000);
  }

  #go(): void {
    const time = this.#seconds();
    for (let next = this.#moments.next(); ; next = this.#moments.next()) {
      if (next.done) {
        this.#code = next.value;
        this.#end();
        return;
      }
      const moment = next.value;
      if ('chunk' in moment) this.writer.writeText(moment.chunk, moment.bytes, time);
      else if ('sleep' in moment) {
        this.#timer = this.server.world.clock.after(moment.sleep, () => this.#go());
        return;
      } else if (!this.quiet) {
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
    const code = this.#code ?? 0;
    this.#timer = this.server.world.clock.after(1, () => this.onEnd(code));
  }

  #send(): void {
    this.server.receive(this.step.id, this.writer.takePending());
    this.#batch = this.server.world.clock.after(batchEvery, () => this.#send());
  }
}
