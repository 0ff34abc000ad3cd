import { ProblemError, type SearchHits } from '@flightdeck/api-client/contract';
import { useEffect, useState } from 'react';
import type { LogFeed } from './feed.ts';
import type { SearchTerm } from './marks.ts';

export interface SearchState {
  hits: SearchHits | null;
  searching: boolean;
  fault: 'pattern' | 'slow' | 'failed' | null;
}

const idle: SearchState = { hits: null, searching: false, fault: null };
const PAUSE_MS = 200;
const AGAIN_MS = 1_500;

/** Asks for a term's hits after a short pause in typing; again from time to time while the log still grows. */
export function useSearch(
  feed: LogFeed,
  term: SearchTerm,
  growing: boolean,
  generation: number,
): SearchState {
  const [state, setState] = useState<SearchState>(idle);
  const { q, matchCase, regex } = term;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new generation is another text, to be searched anew.
  useEffect(() => {
    if (q === '') return setState(idle);
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    setState((now) => ({ ...now, searching: true }));
    const ask = async () => {
      try {
        const hits = await feed.search({ q, matchCase, regex }, abort.signal);
        if (!abort.signal.aborted) setState({ hits, searching: false, fault: null });
      } catch (error) {
        if (!abort.signal.aborted) setState({ hits: null, searching: false, fault: faultOf(error) });
      }
      if (growing && !abort.signal.aborted) timer = setTimeout(ask, AGAIN_MS);
    };
    timer = setTimeout(ask, PAUSE_MS);
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [feed, q, matchCase, regex, growing, generation]);
  return state;
}

function faultOf(error: unknown): SearchState['fault'] {
  const code = error instanceof ProblemError ? error.problem.code : null;
  if (code === 'pattern_invalid') return 'pattern';
  return code === 'pattern_too_slow' ? 'slow' : 'failed';
}
