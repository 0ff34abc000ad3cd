import { LineProcess, linesOf } from '../runner/line-process.ts';
import type { TracedScript } from '../runner/traced-script.ts';
import { D8LineCutter } from './line-cutter.ts';
import type { D8Line, D8Proc } from './model.ts';
import type { D8Server } from './server.ts';

/** A step's container: its lines go to the pipeline's stream one by one, the whole of them to the store at its end. */
export class D8StepProcess extends LineProcess<D8Line, D8LineCutter> {
  constructor(
    readonly server: D8Server,
    readonly pipeline: D8Proc,
    readonly step: D8Proc,
    script: TracedScript,
    onEnd: (code: number) => void,
  ) {
    super(server.world.clock, script, server.quiet, new D8LineCutter(step.name), onEnd);
  }

  get isFull(): boolean {
    return this.cutter.isFull;
  }

  /** The stored log, once its container is gone. */
  upload(): void {
    const { script, step, ranUntil } = this;
    const { state } = this.server;
    if (this.quiet) state.rememberLog(step.id, () => linesOf(script, new D8LineCutter(step.name), ranUntil));
    else state.saveLog(step.id, this.lines);
  }

  protected handOn(line: D8Line): void {
    this.server.receive(this.pipeline, line);
  }
}
