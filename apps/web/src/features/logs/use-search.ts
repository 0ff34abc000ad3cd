import type { Problem, SearchHits } from '@flightdeck/api-client/contract';
import { useCallback, useEffect, useState } from 'react';
import { asProblem } from '../../lib/problem.ts';
import type { LogFeed } from './feed.ts';
import type { SearchTerm } from './marks.ts';

export interface SearchState {
  hits: SearchHits | null;
  searching: boolean;
  /** Why the last question had no answer; `hits` are then those of the same term from before, if any. */
  fault: Problem | null;
}

const idle: SearchState = { hits: null, searching: false, fault: null };
const PAUSE_MS = 200;
const AGAIN_MS = 1_500;

/**
 * Asks for a term's hits after a short pause in typing; again from time to time while the log still grows, and when the
 * time is over that a refusal for too many questions named. `again` asks at once.
 */
export function useSearch(
  feed: LogFeed,
  term: SearchTerm,
  growing: boolean,
  generation: number,
): SearchState & { again: () => void } {
  const [state, setState] = useState<SearchState>(idle);
  const [asked, setAsked] = useState(0);
  const again = useCallback(() => setAsked((count) => count + 1), []);
  const { q, matchCase, regex } = term;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new generation is another text, and `asked` a wish to search anew.
  useEffect(() => {
    if (q === '') return setState(idle);
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    setState((now) => ({ ...now, searching: true }));
    let last: SearchHits | null = null;
    const ask = async () => {
      let wait = growing ? AGAIN_MS : null;
      try {
        last = await feed.search({ q, matchCase, regex }, abort.signal);
        if (!abort.signal.aborted) setState({ hits: last, searching: false, fault: null });
      } catch (error) {
        if (abort.signal.aborted) return;
        const fault = asProblem(error);
        setState({ hits: last, searching: false, fault });
        if (fault.code === 'rate_limited') wait = Math.max(1, fault.retryAfter ?? 1) * 1_000;
        else if (fault.code === 'pattern_invalid' || fault.code === 'pattern_too_slow') wait = null;
      }
      if (wait !== null && !abort.signal.aborted) timer = setTimeout(ask, wait);
    };
    timer = setTimeout(ask, PAUSE_MS);
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [feed, q, matchCase, regex, growing, generation, asked]);
  return { ...state, again };
}
