import type { SearchHits } from '@flightdeck/api-client/contract';
import type { LogReader } from './log-store.ts';
import type { PatternRunner } from './pattern-runner.ts';

export interface LogQuery {
  q: string;
  matchCase: boolean;
  regex: boolean;
}

/** Line numbers sent at most; the total is exact beyond it. */
export const MAX_HITS = 10_000;
/** Slices scanned before other work gets its turn. */
const SLICES_A_TURN = 16;

/** Counts the lines that match. Escape sequences are not part of what is searched. Throws `pattern_*`, `overloaded`. */
export async function searchLog(
  reader: LogReader,
  query: LogQuery,
  patterns: PatternRunner,
): Promise<Omit<SearchHits, 'complete'>> {
  const { matches, folded, close } = matcher(query, patterns);
  const lines: number[] = [];
  let total = 0;
  let scanned = 0;
  let slices = 0;
  try {
    for await (const slice of reader.searchable(folded)) {
      for (const index of await matches(slice)) {
        total += 1;
        if (lines.length < MAX_HITS) lines.push(scanned + index);
      }
      scanned += slice.length;
      slices += 1;
      if (slices % SLICES_A_TURN === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  } finally {
    close();
  }
  return { generation: reader.generation, total, lines, scanned };
}

interface Matcher {
  matches(slice: string[]): number[] | Promise<number[]>;
  folded: boolean;
  close(): void;
}

function matcher({ q, matchCase, regex }: LogQuery, patterns: PatternRunner): Matcher {
  if (regex) {
    const run = patterns.begin(q, matchCase);
    return { matches: (slice) => run.matches(slice), folded: false, close: () => run.close() };
  }
  const needle = matchCase ? q : q.toLowerCase();
  return {
    matches: (slice) => {
      const hits: number[] = [];
      for (let index = 0; index < slice.length; index++)
        if ((slice[index] as string).includes(needle)) hits.push(index);
      return hits;
    },
    folded: !matchCase,
    close: () => {},
  };
}
