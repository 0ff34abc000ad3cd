import type { LogQuery, Run } from '@flightdeck/api-client/model';

/**
 * Where a term stands in what a reader sees of a line: `[start, end)` pairs. The count comes from the server, and so do the
 * places of a regular expression: a catastrophic one would freeze the page.
 */
export function findMarks(text: string, term: LogQuery): [number, number][] {
  if (term.q === '' || term.regex) return [];
  const marks: [number, number][] = [];
  // Where lower case is longer than what was written (İ), places would shift: such a line is compared as it stands.
  const folded = term.matchCase ? text : text.toLowerCase();
  const [hay, needle] =
    folded.length === text.length ? [folded, term.matchCase ? term.q : term.q.toLowerCase()] : [text, term.q];
  for (let at = hay.indexOf(needle); at >= 0; at = hay.indexOf(needle, at + 1)) {
    const end = at + needle.length;
    if (term.word && (isWord(hay, at - 1) || isWord(hay, end))) continue;
    if (at >= (marks.at(-1)?.[1] ?? 0)) marks.push([at, end]);
    if (marks.length === MOST_MARKS) break;
  }
  return marks;
}

/** Of one line: each is an element, and a line of 20,000 letters may be all hits. */
const MOST_MARKS = 100;

const wordSign = /[\p{L}\p{N}_]/u;
const isWord = (text: string, at: number): boolean => wordSign.test(text.charAt(at));

export interface MarkedRun extends Run {
  marked: boolean;
}

/** Runs cut at the marks' edges; looks and links stay. */
export function splitAtMarks(runs: readonly Run[], marks: readonly [number, number][]): MarkedRun[] {
  if (marks.length === 0) return runs.map((run) => ({ ...run, marked: false }));
  const result: MarkedRun[] = [];
  let at = 0;
  let next = 0;
  for (const run of runs) {
    const end = at + run.text.length;
    while (at < end) {
      while (next < marks.length && (marks[next]?.[1] ?? 0) <= at) next += 1;
      const mark = marks[next];
      const inside = mark !== undefined && mark[0] <= at;
      const stop = Math.min(end, mark === undefined ? end : inside ? mark[1] : mark[0]);
      result.push({
        ...run,
        text: run.text.slice(run.text.length - (end - at), run.text.length - (end - stop)),
        marked: inside,
      });
      at = stop;
    }
  }
  return result;
}
