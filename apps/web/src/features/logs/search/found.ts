import type { SearchHits } from '@flightdeck/api-client/contract';
import { LOG_CHUNK_LINES } from '@flightdeck/api-client/model';

/** What a search has found so far; answers about one part of the log after the other add up to it. */
export interface Found {
  generation: number;
  /** The first line that was not searched yet. */
  scanned: number;
  /** Matching lines before it: exact. */
  total: number;
  /** Matching lines by chunk, ascending. */
  counts: readonly (readonly [chunk: number, lines: number])[];
  /** Indexes of the first matching lines, ascending: all up to the last one named. */
  lines: readonly number[];
  complete: boolean;
}

/** Line indexes kept here; further ones are asked for, a chunk at a time, when somebody goes there. */
const KEEP_LINES = 20_000;

/** null: the answer does not go on where `found` ends (another generation, an answer that came late). */
export function addAnswer(found: Found | null, answer: SearchHits): Found | null {
  if (!found || answer.from === 0) {
    const { generation, scanned, total, counts, lines, complete } = answer;
    return { generation, scanned, total, counts, lines, complete };
  }
  if (answer.generation !== found.generation || answer.from !== found.scanned) return null;
  const counts = [...found.counts];
  for (const [chunk, lines] of answer.counts) {
    const last = counts.at(-1);
    if (last && last[0] === chunk) counts[counts.length - 1] = [chunk, last[1] + lines];
    else counts.push([chunk, lines]);
  }
  const allKnown = found.lines.length === found.total && found.lines.length < KEEP_LINES;
  return {
    generation: found.generation,
    scanned: answer.scanned,
    total: found.total + answer.total,
    counts,
    lines: allKnown ? [...found.lines, ...answer.lines] : found.lines,
    complete: answer.complete,
  };
}

/** Where a hit lies: its line, or the chunk whose hits have to be asked for and its place among them. */
export type Place = { line: number } | { chunk: number; within: number };

/** The `at`th hit, from 0. */
export function placeOf(found: Found, at: number): Place | null {
  if (at < 0 || at >= found.total) return null;
  const line = found.lines[at];
  if (line !== undefined) return { line };
  let before = 0;
  for (const [chunk, lines] of found.counts) {
    if (at < before + lines) return { chunk, within: at - before };
    before += lines;
  }
  return null;
}

/**
 * How many hits lie before a line. `of` tells the hits of one chunk, where the list does not reach it.
 */
export async function hitsBefore(
  found: Found,
  line: number,
  of: (chunk: number) => Promise<readonly number[]>,
): Promise<number> {
  const known = found.lines.findIndex((one) => one >= line);
  if (known >= 0) return known;
  if (found.lines.length === found.total) return found.total;
  const here = Math.floor(line / LOG_CHUNK_LINES);
  let before = 0;
  for (const [chunk, lines] of found.counts) {
    if (chunk < here) before += lines;
    else if (chunk === here) before += (await of(chunk)).filter((one) => one < line).length;
  }
  return before;
}

/** Hits in lines `from`…`to`; null where only parts of chunks are asked for that are not known line by line. */
export function hitsWithin(found: Found, from: number, to: number): number | null {
  if (found.lines.length < found.total && (found.lines.at(-1) ?? -1) < to) return null;
  return lowerBound(found.lines, to + 1) - lowerBound(found.lines, from);
}

function lowerBound(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
