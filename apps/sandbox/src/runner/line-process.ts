import type { Clock } from '../world/clock.ts';
import { ScriptProcess } from './script-process.ts';
import { type Bytes, type TracedScript, tracedMoments } from './traced-script.ts';

/** Cuts what a step prints as a server's agent does. `time`: whole seconds since the step began. */
export interface LineCutter<Line> {
  write(bytes: Uint8Array, time: number): Iterable<Line>;
  /** What is left at the end. */
  rest(time: number): Iterable<Line>;
}

/** From a script's last command to the moment at which its agent knows, in ms. */
const noticed = 4;

/** A step's process whose agent reads it line by line. */
export abstract class LineProcess<Line, Cutter extends LineCutter<Line>> extends ScriptProcess<Bytes> {
  readonly #lines: Line[] = [];

  constructor(
    clock: Clock,
    readonly script: TracedScript,
    quiet: boolean,
    protected readonly cutter: Cutter,
    readonly onEnd: (code: number) => void,
  ) {
    super(clock, tracedMoments(script, quiet), quiet);
  }

  /** Every line so far, sent or not. */
  get lines(): readonly Line[] {
    return this.#lines;
  }

  /** Output from outside the script, as if the process had written it. */
  print(text: string): void {
    this.take({ bytes: Buffer.from(text) });
  }

  /** What was left of a line when the process ended. */
  flush(): void {
    for (const line of this.cutter.rest(this.seconds)) this.#add(line);
  }

  protected abstract handOn(line: Line): void;

  protected take({ bytes }: Bytes): void {
    for (const line of this.cutter.write(bytes, this.seconds)) this.#add(line);
  }

  protected ended(code: number): void {
    this.after(noticed, () => {
      this.flush();
      this.onEnd(code);
    });
  }

  #add(line: Line): void {
    this.#lines.push(line);
    this.handOn(line);
  }
}

/** The lines of a step that has ended, made from its script; the same each time. `until`: ms of it that ran. */
export function linesOf<Line>(script: TracedScript, cutter: LineCutter<Line>, until: number): Line[] {
  const lines: Line[] = [];
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
