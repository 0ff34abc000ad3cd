import { ScriptProcess } from '../runner/script-process.ts';
import { type Bytes, type TracedScript, tracedMoments } from '../runner/traced-script.ts';
import { D8LineCutter } from './line-cutter.ts';
import type { D8Line, D8Proc } from './model.ts';
import type { D8Server } from './server.ts';

/** A step's container: its lines go to the pipeline's stream one by one, the whole of them to the store at its end. */
export class D8StepProcess extends ScriptProcess<Bytes> {
  readonly lines: D8Line[] = [];
  readonly #cutter: D8LineCutter;

  constructor(
    readonly server: D8Server,
    readonly pipeline: D8Proc,
    readonly step: D8Proc,
    readonly script: TracedScript,
    readonly onEnd: (code: number) => void,
  ) {
    super(server.world.clock, tracedMoments(script, server.quiet), server.quiet);
    this.#cutter = new D8LineCutter(step.name);
  }

  get isFull(): boolean {
    return this.#cutter.isFull;
  }

  /** Output from outside the script, as if the process had written it. */
  print(text: string): void {
    this.take({ bytes: Buffer.from(text) });
  }

  /** The stored log, once its container is gone. */
  upload(): void {
    const { script, step, ranUntil } = this;
    if (this.quiet) this.server.state.rememberLog(step.id, () => renderLines(step.name, script, ranUntil));
    else this.server.state.saveLog(step.id, this.lines);
  }

  /** What was left of a line when the container ended. */
  flush(): void {
    for (const line of this.#cutter.rest(this.seconds)) this.#add(line);
  }

  protected take({ bytes }: Bytes): void {
    for (const line of this.#cutter.write(bytes, this.seconds)) this.#add(line);
  }

  protected ended(code: number): void {
    this.after(4, () => {
      this.flush();
      this.onEnd(code);
    });
  }

  #add(line: D8Line): void {
    this.lines.push(line);
    this.server.receive(this.pipeline, line);
  }
}

/** The records of a step that has ended, made from its script; the same each time. */
function renderLines(name: string, script: TracedScript, until: number): D8Line[] {
  const cutter = new D8LineCutter(name);
  const lines: D8Line[] = [];
  let elapsed = 0;
  const time = (): number => Math.floor(elapsed / 1000);
  for (const moment of tracedMoments(script, false)) {
    if ('bytes' in moment) lines.push(...cutter.write(moment.bytes, time()));
    if ('sleep' in moment) elapsed += moment.sleep;
    if (elapsed > until) break;
  }
  lines.push(...cutter.rest(time()));
  return lines;
}
