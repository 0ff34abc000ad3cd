import { type TracedScript, tracedMoments } from '../runner/traced-script.ts';
import { LineCutter } from './line-cutter.ts';
import type { LogEntry } from './model.ts';

/** All that decides what a step prints and how it ends. */
export interface StepRecipe extends TracedScript {
  /** Values of the workflow's secrets, hidden in every step of it. */
  masks: readonly string[];
}

/** The stored log of a step that has ended, made from its recipe; the same each time. Ids count from `first`. */
export function renderLog(recipe: StepRecipe, first: number, stopAfter: number): LogEntry[] {
  const cutter = new LineCutter(recipe.masks);
  const entries: LogEntry[] = [];
  let elapsed = 0;
  for (const moment of tracedMoments(recipe, false)) {
    if ('bytes' in moment) entries.push(...cutter.write(moment.bytes, Math.floor(elapsed / 1000)));
    if ('sleep' in moment) elapsed += moment.sleep;
    if (elapsed > stopAfter) break;
  }
  entries.push(...cutter.rest(Math.floor(elapsed / 1000)));
  return entries.map((entry) => ({ ...entry, id: first + entry.line }));
}
