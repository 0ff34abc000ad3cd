import { ScriptProcess } from '../runner/script-process.ts';
import { type Bytes, tracedMoments } from '../runner/traced-script.ts';
import { LineCutter } from './line-cutter.ts';
import type { LogShipper } from './log-shipper.ts';
import type { LogEntry, WpStep } from './model.ts';
import type { WpServer } from './server.ts';
import { renderLog, type StepRecipe } from './step-recipe.ts';

/** A Woodpecker step's process: its lines go to the agent's buffer. */
export class StepProcess extends ScriptProcess<Bytes> {
  readonly #cutter: LineCutter;
  readonly #entries: LogEntry[] = [];

  constructor(
    readonly server: WpServer,
    readonly step: WpStep,
    readonly recipe: StepRecipe,
    readonly shipper: LogShipper,
    readonly onEnd: (code: number) => void,
  ) {
    super(server.world.clock, tracedMoments(recipe, server.quiet), server.quiet);
    this.#cutter = new LineCutter(recipe.masks);
  }

  /** Every line so far, sent or not. */
  get entries(): readonly LogEntry[] {
    return this.#entries;
  }

  /** Output from outside the script, as if the process had written it. */
  print(text: string): void {
    this.take({ bytes: Buffer.from(text) });
  }

  /** The process is gone; what it had printed stays. */
  override stop(): void {
    super.stop();
    this.#flush();
  }

  protected take({ bytes }: Bytes): void {
    for (const entry of this.#cutter.write(bytes, this.seconds)) this.#add(entry);
  }

  protected ended(code: number): void {
    this.after(4, () => {
      this.#flush();
      this.onEnd(code);
    });
  }

  #add(entry: LogEntry): void {
    this.#entries.push(entry);
    this.shipper.add(this.step.id, entry);
  }

  #flush(): void {
    if (this.quiet) {
      const { recipe, ranUntil } = this;
      const first = this.step.id * 1_000_000;
      this.server.state.rememberLog(this.step.id, () => renderLog(recipe, first, ranUntil));
    } else for (const entry of this.#cutter.rest(this.seconds)) this.#add(entry);
  }
}
