import type { CiServer } from '../ci/server.ts';
import type { Timer } from '../world/clock.ts';
import type { CiStep } from '../world/model.ts';
import { LogWriter } from './log-writer.ts';
import { ScriptProcess } from './script-process.ts';
import { mask, renderLog, type StepOutput, type StepRecipe, stepMoments } from './step-script.ts';

/** Runners send live lines once a second, counted from the step's start. */
const batchEvery = 1000;

/** A Drone step's process: its output goes to the live log and the store. */
export class StepRun extends ScriptProcess<StepOutput> {
  readonly writer = new LogWriter();
  #batch: Timer | undefined;

  constructor(
    readonly server: CiServer,
    readonly step: CiStep,
    readonly recipe: StepRecipe,
    quiet: boolean,
    readonly onEnd: (code: number) => void,
  ) {
    super(server.world.clock, stepMoments(recipe, quiet), quiet);
    if (!quiet) this.#batch = this.clock.after(batchEvery, () => this.#send());
  }

  /** Output from outside the script, as if the process had written it: one chunk. */
  print(text: string): void {
    const masked = mask(text, this.recipe.masks);
    this.take({ chunk: masked, bytes: Buffer.byteLength(masked) });
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
      const { recipe, ranUntil } = this;
      ci.logs.set(this.step.id, { kind: 'recipe', make: () => renderLog(recipe, ranUntil) });
    } else {
      this.server.receiveLast(this.step.id, this.writer.takePending());
      ci.logs.set(this.step.id, { kind: 'records', records: this.writer.kept() });
    }
  }

  /** End of the live stream; a killed step, whose output still has to be sent, uploads here too. */
  close(): void {
    if (this.isStopped) this.upload();
    this.server.closeLog(this.step.id);
  }

  protected take({ chunk, bytes }: StepOutput): void {
    this.writer.writeText(chunk, bytes, this.seconds);
  }

  protected ended(code: number): void {
    this.after(1, () => this.onEnd(code));
  }

  #send(): void {
    this.server.receive(this.step.id, this.writer.takePending());
    this.#batch = this.clock.after(batchEvery, () => this.#send());
  }
}
