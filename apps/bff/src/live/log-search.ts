import { LOG_CHUNK_LINES, type LogMark } from '@flightdeck/api-client/model';
import { MOST_MARKS, markOf } from './line-marks.ts';
import { lineMatcher } from './line-matcher.ts';
import type { LogFound, SearchRequest } from './log-store.ts';
import type { LogText, PlainChunk } from './log-text.ts';
import type { PatternRunner } from './pattern-runner.ts';

/** Chunks looked at before other work gets its turn: some milliseconds. */
const CHUNKS_A_TURN = 16;

/** Lines of a log in memory that match. Throws `pattern_*`, `overloaded`. */
export async function searchLines(
  text: LogText,
  { query, from, to, budget, most }: SearchRequest,
  patterns: PatternRunner,
): Promise<LogFound> {
  const found: LogFound = { scanned: from, total: 0, lines: [], counts: [], hits: [] };
  const run = query.regex ? patterns.begin(query) : null;
  // What is taken literally ends by itself.
  const literal = run ? null : lineMatcher(query);
  try {
    await walk(text, from, to, budget, async ({ first, lines, posOf }) => {
      const matching = run ? await run.matches(lines) : indexesOf(lines, literal);
      for (const { index: offset, ranges } of matching) {
        const index = first + offset;
        if (index < from || index >= to) continue;
        found.total += 1;
        count(found.counts, Math.floor(index / LOG_CHUNK_LINES));
        if (found.lines.length < most.lines) found.lines.push(index);
        if (found.hits.length >= most.hits) continue;
        const line = lines[offset] as string;
        const hit = { index, pos: posOf(offset), ranges: ranges ?? literal?.ranges(line) ?? [] };
        found.hits.push(most.hitText > 0 ? { ...hit, text: line.slice(0, most.hitText) } : hit);
      }
      found.scanned = Math.min(to, first + lines.length);
      return true;
    });
  } finally {
    run?.close();
  }
  return found;
}

function indexesOf(lines: readonly string[], matcher: ReturnType<typeof lineMatcher> | null) {
  const found: { index: number; ranges: [number, number][] | null }[] = [];
  for (const [index, line] of lines.entries()) if (matcher?.test(line)) found.push({ index, ranges: null });
  return found;
}

function count(counts: [number, number][], chunk: number): void {
  const last = counts.at(-1);
  if (last?.[0] === chunk) last[1] += 1;
  else counts.push([chunk, 1]);
}

export async function marksOfLines(
  text: LogText,
  from: number,
  budget: number,
): Promise<{ scanned: number; marks: LogMark[] }> {
  const marks: LogMark[] = [];
  let scanned = from;
  let errors = 0;
  await walk(text, from, Number.POSITIVE_INFINITY, budget, async ({ first, lines, posOf, secondsOf }) => {
    for (const [offset, line] of lines.entries()) {
      const index = first + offset;
      const mark = index < from ? null : markOf(line);
      if (mark?.kind === 'error') errors += 1;
      if (mark && (mark.kind !== 'error' || errors <= MOST_MARKS.errors))
        marks.push({ index, pos: posOf(offset), at: secondsOf(offset), ...mark });
    }
    scanned = first + lines.length;
    return marks.length < MOST_MARKS.most;
  });
  return { scanned, marks };
}

async function walk(
  text: LogText,
  from: number,
  to: number,
  budget: number,
  look: (chunk: PlainChunk) => Promise<boolean>,
): Promise<void> {
  const until = performance.now() + budget;
  let chunks = 0;
  for await (const chunk of text.plainChunks(from)) {
    if (chunk.first >= to) return;
    const go = await look(chunk);
    chunks += 1;
    if (!go || performance.now() > until) return;
    if (chunks % CHUNKS_A_TURN === 0) await new Promise((resolve) => setImmediate(resolve));
  }
}
