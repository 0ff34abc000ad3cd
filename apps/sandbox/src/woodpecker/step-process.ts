import { LineProcess, linesOf } from '../runner/line-process.ts';
import type { TracedScript } from '../runner/traced-script.ts';
import { LineCutter } from './line-cutter.ts';
import type { LogShipper } from './log-shipper.ts';
import type { LogEntry, WpStep } from './model.ts';
import type { WpServer } from './server.ts';

/** All that decides what a step prints and how it ends. */
export interface StepRecipe extends TracedScript {
  /** Values of the workflow's secrets, hidden in every step of it. */
  masks: readonly string[];
}

/** A Woodpecker step's process: its lines go to the agent's buffer. */
export class StepProcess extends LineProcess<LogEntry, LineCutter> {
  constructor(
    readonly server: WpServer,
    readonly step: WpStep,
    readonly recipe: StepRecipe,
    readonly shipper: LogShipper,
    onEnd: (code: number) => void,
  ) {
    super(server.world.clock, recipe, server.quiet, new LineCutter(recipe.masks), onEnd);
  }

  /** The process is gone; what it had printed stays. */
  override stop(): void {
    super.stop();
    this.flush();
  }

  override flush(): void {
    const { recipe, ranUntil, step } = this;
    if (!this.quiet) super.flush();
    else this.server.state.rememberLog(step.id, () => renderLog(recipe, step.id * 1_000_000, ranUntil));
  }

  /** So many lines of the generated log, as if the process had written them; they are not among `lines`. */
  printGenerated(lines: number): void {
    const from = this.cutter.skip(lines);
    this.shipper.hurry();
    this.server.receiveGenerated(this.step.id, from, lines);
  }

  protected handOn(entry: LogEntry): void {
    this.shipper.add(this.step.id, entry);
  }
}

/** The stored log of a step that has ended. Ids count from `first`. */
const renderLog = (recipe: StepRecipe, first: number, until: number): LogEntry[] =>
  linesOf(recipe, new LineCutter(recipe.masks), until).map((entry) => ({ ...entry, id: first + entry.line }));
