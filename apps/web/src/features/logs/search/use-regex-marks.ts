import type { LogHit, LogQuery } from '@flightdeck/api-client/model';
import { LOG_CHUNK_LINES } from '@flightdeck/api-client/model';
import { createContext, use, useEffect, useState } from 'react';

/** Hits of a chunk of lines as the server found them. */
export type HitsOfChunk = (chunk: number) => Promise<readonly LogHit[]>;

/** null: nothing is searched for by a regular expression. */
export const RegexHits = createContext<HitsOfChunk | null>(null);

/**
 * Where a regular expression matches a line that is shown. The server says it: here a catastrophic pattern would freeze the
 * page. null: not known (yet), or no regular expression.
 */
export function useRegexMarks(term: LogQuery, index: number, text: string): [number, number][] | null {
  const ask = use(RegexHits);
  const [found, setFound] = useState<{ ask: HitsOfChunk; hit: LogHit | undefined } | null>(null);
  const wanted = term.regex && term.q !== '' && ask !== null;
  useEffect(() => {
    if (!wanted) return;
    let current = true;
    ask(Math.floor(index / LOG_CHUNK_LINES)).then(
      (hits) => current && setFound({ ask, hit: hits.find((one) => one.index === index) }),
      () => {},
    );
    return () => {
      current = false;
    };
  }, [wanted, ask, index]);
  if (!wanted || found?.ask !== ask) return null;
  // What overwrote itself reads differently from what was searched: places beyond its end are none.
  return (found.hit?.ranges ?? []).filter(([from, to]) => from < to && to <= text.length);
}
