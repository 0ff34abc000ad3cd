import type { LogRecord } from '../world/model.ts';
import { decode, LogWriter } from './log-writer.ts';
import { programs } from './programs.ts';
import { cutByReads } from './reads.ts';
import type { ScriptMoment } from './script-process.ts';
import { lineWrite, runScript, type ShellContext, type ShellStep } from './shell.ts';

/** All that decides what a step prints and how it ends. */
export interface StepRecipe {
  commands: string[];
  env: Record<string, string>;
  files: ReadonlyMap<string, string>;
  /** Values to hide, with what stands in their place. */
  masks: { value: string; by: string }[];
  /** Differs per step, so that neighbouring writes meet in one read now and then, the same way each time. */
  salt: number;
  /** False: every line of the shell is a read of its own, as a quiet machine shows. */
  coalesce: boolean;
  /** Which chunks, counted from 1, stay behind to be read with the next: a recorded race, played again. */
  joins?: ReadonlySet<number>;
}

/** Milliseconds that a process needs besides its sleeping; keeps output off the exact second. */
const overhead = 3;

const ECHOED: Record<string, string> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
};

/** The trace goes through the shell's own `echo`, which reads escapes: `\\n` in a command breaks the line (recorded). */
function shellEcho(command: string): string {
  return command.replace(
    /\\(?:0([0-7]{1,3})|([abfnrtv\\]))/g,
    (_whole, octal: string | undefined, one: string) =>
      octal === undefined ? (ECHOED[one] ?? one) : String.fromCharCode(Number.parseInt(octal, 8) & 255),
  );
}

/** The commands one after the other, each traced first; the first that fails ends the step. */
export function* runStep(recipe: StepRecipe, quiet: boolean): Generator<ShellStep, number> {
  const context: ShellContext = { env: new Map(Object.entries(recipe.env)), files: recipe.files, quiet };
  let code = 0;
  for (const command of recipe.commands) {
    yield lineWrite(`+ ${shellEcho(command)}\n`);
    code = yield* runScript(command, context, programs);
    if (code !== 0) return code;
  }
  return code;
}

export function mask(text: string, masks: StepRecipe['masks']): string {
  let result = text;
  for (const { value, by } of masks) if (value !== '') result = result.replaceAll(value, by);
  return result;
}

/** Joins and cuts writes into what the runner's reads return. Call `rest` before time passes. */
export class ChunkCutter {
  #waiting: Uint8Array | undefined;
  #count = 0;

  constructor(
    readonly salt: number,
    readonly coalesce: boolean,
    readonly joins?: ReadonlySet<number>,
  ) {}

  #staysBehind(): boolean {
    this.#count += 1;
    if (this.joins) return this.joins.has(this.#count);
    return this.coalesce && (Math.imul(this.#count + this.salt, 2654435761) >>> 0) % 5 === 0;
  }

  *cut(step: ShellStep & { do: 'write' }): Generator<Uint8Array> {
    if (step.how !== 'lines') {
      yield* this.rest();
      for (const chunk of cutByReads(step.data, step.how)) {
        yield* this.rest();
        if (this.joins && this.#staysBehind()) this.#waiting = chunk;
        else yield chunk;
      }
      return;
    }
    let from = 0;
    while (from < step.data.length) {
      const newline = step.data.indexOf(10, from);
      const end = newline === -1 ? step.data.length : newline + 1;
      const line = step.data.subarray(from, end);
      from = end;
      const joined = this.#waiting ? Buffer.concat([this.#waiting, line]) : line;
      this.#waiting = undefined;
      if (this.#staysBehind()) this.#waiting = joined;
      else yield joined;
    }
  }

  *rest(): Generator<Uint8Array> {
    if (this.#waiting) yield this.#waiting;
    this.#waiting = undefined;
  }
}

/** Text to log, and how many bytes of output it stands for. */
export interface StepOutput {
  chunk: string;
  bytes: number;
}

/** What happens while a step runs, seen from its driver: text to log, time to let pass, the end. */
export type StepMoment = ScriptMoment<StepOutput>;

export function* stepMoments(recipe: StepRecipe, quiet: boolean): Generator<StepMoment, number> {
  const cutter = new ChunkCutter(recipe.salt, recipe.coalesce, recipe.joins);
  const script = runStep(recipe, quiet);
  const logged = (chunk: Uint8Array): StepMoment => {
    const plain = decode(chunk);
    const masked = mask(plain, recipe.masks);
    return { chunk: masked, bytes: masked === plain ? chunk.length : Buffer.byteLength(masked) };
  };
  for (let next = script.next(); ; next = script.next()) {
    if (next.done) {
      if (!quiet) for (const chunk of cutter.rest()) yield logged(chunk);
      return next.value;
    }
    const step = next.value;
    if (step.do === 'write') {
      if (!quiet) for (const chunk of cutter.cut(step)) yield logged(chunk);
      continue;
    }
    if (!quiet) for (const chunk of cutter.rest()) yield logged(chunk);
    yield step.do === 'sleep' ? { sleep: step.ms + overhead } : { hold: step.name };
  }
}

/** The stored log of a step that has ended, made from its recipe; the same each time. */
export function renderLog(recipe: StepRecipe, stopAfter = Number.POSITIVE_INFINITY): LogRecord[] {
  const writer = new LogWriter();
  let elapsed = 0;
  for (const moment of stepMoments(recipe, false)) {
    if ('chunk' in moment) writer.writeText(moment.chunk, moment.bytes, Math.floor(elapsed / 1000));
    if ('sleep' in moment) elapsed += moment.sleep;
    if (elapsed > stopAfter) break;
  }
  return writer.kept();
}
