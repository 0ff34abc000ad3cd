import type { Timer } from '../world/clock.ts';
import { LineCutter } from './line-cutter.ts';
import type { LogShipper } from './log-shipper.ts';
import type { LogEntry, WpStep } from './model.ts';
import type { WpServer } from './server.ts';
import { renderLog, type StepMoment, type StepRecipe, stepMoments } from './step-recipe.ts';

/** A step's process: its script runs by the world's clock, its lines go to the agent's buffer. */
export class StepProcess {
  readonly #moments: Generator<StepMoment, number>;
  readonly #begun: number;
  readonly #cutter: LineCutter;
  readonly #entries: LogEntry[] = [];
  readonly #quiet: boolean;
  #timer: Timer | undefined;
  #held: string | undefined;
  #holdAtEnd = false;
  #code: number | undefined;
  #stopped = false;

  constructor(
    readonly server: WpServer,
    readonly step: WpStep,
    readonly recipe: StepRecipe,
    readonly shipper: LogShipper,
    readonly onEnd: (code: number) => void,
  ) {
    this.#quiet = server.quiet;
    this.#begun = server.world.clock.now();
    this.#cutter = new LineCutter(recipe.masks);
    this.#moments = stepMoments(recipe, this.#quiet);
    this.#timer = server.world.clock.after(2, () => this.#go());
  }

  /** Name of the hold the script waits at; '' for one without a name; undefined when it runs. */
  get held(): string | undefined {
    return this.#held;
  }

  /** Every line so far, sent or not. */
  get entries(): readonly LogEntry[] {
    return this.#entries;
  }

  /** Output from outside the script, as if the process had written it. */
  print(text: string): void {
    this.#write(Buffer.from(text));
  }

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

  /** The process is gone; what it had printed stays. */
  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
    this.#held = undefined;
    this.#flush();
  }

  #write(bytes: Uint8Array): void {
    for (const entry of this.#cutter.write(bytes, this.#seconds())) this.#add(entry);
  }

  #add(entry: LogEntry): void {
    this.#entries.push(entry);
    this.shipper.add(this.step.id, entry);
  }

  #flush(): void {
    if (this.#quiet) {
      const { recipe } = this;
      const until = this.#stopped ? this.server.world.clock.now() - this.#begun : Number.POSITIVE_INFINITY;
      const first = this.step.id * 1_000_000;
      this.server.state.rememberLog(this.step.id, () => renderLog(recipe, first, until));
    } else for (const entry of this.#cutter.rest(this.#seconds())) this.#add(entry);
  }

  #seconds(): number {
    return Math.floor((this.server.world.clock.now() - this.#begun) / 1000);
  }

  #go(): void {
    for (let next = this.#moments.next(); ; next = this.#moments.next()) {
      if (next.done) {
        this.#code = next.value;
        this.#end();
        return;
      }
      const moment = next.value;
      if ('bytes' in moment) this.#write(moment.bytes);
      else if ('sleep' in moment) {
        this.#timer = this.server.world.clock.after(moment.sleep, () => this.#go());
        return;
      } else if (!this.#quiet) {
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
    this.#timer = this.server.world.clock.after(4, () => {
      this.#flush();
      this.onEnd(code);
    });
  }
}
