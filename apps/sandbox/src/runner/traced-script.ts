import { programs } from './programs.ts';
import type { ScriptMoment } from './script-process.ts';
import { lineWrite, runScript, type ShellContext, type ShellStep } from './shell.ts';

/** All that decides what a step prints and how it ends, where `echo` traces its commands in double quotes. */
export interface TracedScript {
  commands: string[];
  /** For a step that is no script: these lines, without the last one's end. */
  prints?: string;
  env: Record<string, string>;
  files: ReadonlyMap<string, string>;
}

export interface Bytes {
  bytes: Uint8Array;
}

/** Ms that a process needs besides its sleeping. */
const overhead = 3;

/** What is longer than this takes a while to make. */
const bulk = 64 * 1024;
const bytesPerMs = 40_000;

/** The clone's fetch. */
const fetching = 80;

export type TracedMoment = ScriptMoment<Bytes>;

/** The commands one after the other, each traced first; the first that fails ends the step. */
export function* tracedMoments(script: TracedScript, quiet: boolean): Generator<TracedMoment, number> {
  if (script.prints !== undefined) {
    yield { sleep: fetching };
    if (!quiet) yield { bytes: Buffer.from(`${script.prints}\n`) };
    return 0;
  }
  const steps = commands(script, quiet);
  for (let next = steps.next(); ; next = steps.next()) {
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

function* commands(script: TracedScript, quiet: boolean): Generator<ShellStep, number> {
  const context: ShellContext = { env: new Map(Object.entries(script.env)), files: script.files, quiet };
  let code = 0;
  for (const command of script.commands) {
    // The trace stands in double quotes, where the shell reads two backslashes as one (recorded).
    yield lineWrite(`+ ${command.trimEnd().replaceAll('\\\\', '\\')}\n`);
    code = yield* runScript(command, context, programs);
    if (code !== 0) return code;
  }
  return code;
}
