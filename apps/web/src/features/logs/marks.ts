import type { Run } from './ansi/line-runs.ts';

export interface SearchTerm {
  q: string;
  matchCase: boolean;
  regex: boolean;
}

/** Characters of one line in which a regular expression is tried here: it runs on the page's own thread. */
const REGEX_REACH = 2_000;

/** Where a term stands in what a reader sees of a line: `[start, end)` pairs. The count comes from the server. */
export function findMarks(text: string, term: SearchTerm): [number, number][] {
  if (term.q === '') return [];
  const marks: [number, number][] = [];
  if (!term.regex) {
    const [hay, needle] = term.matchCase ? [text, term.q] : [text.toLowerCase(), term.q.toLowerCase()];
    for (let at = hay.indexOf(needle); at >= 0; at = hay.indexOf(needle, at + needle.length))
      marks.push([at, at + needle.length]);
    return marks;
  }
  try {
    for (const match of text
      .slice(0, REGEX_REACH)
      .matchAll(new RegExp(term.q, term.matchCase ? 'gu' : 'giu'))) {
      if (match[0] !== '') marks.push([match.index, match.index + match[0].length]);
    }
  } catch {
    // The server says what is wrong with the pattern.
  }
  return marks;
}

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
