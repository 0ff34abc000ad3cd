import { programs } from '../runner/programs.ts';
import { lineWrite, runScript, type ShellContext, type ShellStep } from '../runner/shell.ts';
import { LineCutter } from './line-cutter.ts';
import type { LogEntry } from './model.ts';

/** All that decides what a step prints and how it ends. */
export interface StepRecipe {
  commands: string[];
  /** For a step that is no script: this one line. */
  prints?: string;
  env: Record<string, string>;
  files: ReadonlyMap<string, string>;
  /** Values of the workflow's secrets, hidden in every step of it. */
  masks: readonly string[];
}

/** Ms that a process needs besides its sleeping. */
const overhead = 3;

/** What is longer than this takes a while to make. */
const bulk = 64 * 1024;
const bytesPerMs = 40_000;

/** The clone's fetch. */
const fetching = 80;

export type StepMoment = { bytes: Uint8Array } | { sleep: number } | { hold: string };

/** The commands one after the other, each traced first; the first that fails ends the step. */
export function* stepMoments(recipe: StepRecipe, quiet: boolean): Generator<StepMoment, number> {
  if (recipe.prints !== undefined) {
    yield { sleep: fetching };
    if (!quiet) yield { bytes: Buffer.from(`${recipe.prints}\n`) };
    return 0;
  }
  const script = commands(recipe, quiet);
  for (let next = script.next(); ; next = script.next()) {
    if (next.done) return next.value;
    const step = next.value;
    if (step.do === 'write') {
      const half = step.data.length > bulk ? step.data.length / bytesPerMs / 2 : 0;
      if (half > 0) yield { sleep: half };
      if (!quiet) yield { bytes: step.data };
      if (half > 0) yield { sleep: half };
    } else if (step.do === 'sleep') yield { sleep: step.ms + overhead };
    else yield { hold: step.name };
  }
}

function* commands(recipe: StepRecipe, quiet: boolean): Generator<ShellStep, number> {
  const context: ShellContext = { env: new Map(Object.entries(recipe.env)), files: recipe.files, quiet };
  let code = 0;
  for (const command of recipe.commands) {
    // The trace stands in double quotes, where the shell reads two backslashes as one (recorded).
    yield lineWrite(`+ ${command.trimEnd().replaceAll('\\\\', '\\')}\n`);
    code = yield* runScript(command, context, programs);
    if (code !== 0) return code;
  }
  return code;
}

/** The stored log of a step that has ended, made from its recipe; the same each time. Ids count from `first`. */
export function renderLog(recipe: StepRecipe, first: number, stopAfter: number): LogEntry[] {
  const cutter = new LineCutter(recipe.masks);
  const entries: LogEntry[] = [];
  let elapsed = 0;
  for (const moment of stepMoments(recipe, false)) {
    if ('bytes' in moment) entries.push(...cutter.write(moment.bytes, Math.floor(elapsed / 1000)));
    if ('sleep' in moment) elapsed += moment.sleep;
    if (elapsed > stopAfter) break;
  }
  entries.push(...cutter.rest(Math.floor(elapsed / 1000)));
  return entries.map((entry) => ({ ...entry, id: first + entry.line }));
}
