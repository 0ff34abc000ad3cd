import type { Problem } from '@flightdeck/api-client/contract';
import type { LogQuery } from '@flightdeck/api-client/model';
import { useCallback, useEffect, useState } from 'react';
import { asProblem } from '../../../lib/problem.ts';
import type { LogFeed } from '../feed.ts';
import { addAnswer, type Found } from './found.ts';

export interface SearchState {
  found: Found | null;
  searching: boolean;
  /** Why the last question had no answer; `found` is then what the same term found before, if anything. */
  fault: Problem | null;
}

const idle: SearchState = { found: null, searching: false, fault: null };
const PAUSE_MS = 200;
const AGAIN_MS = 1_500;
/** The log is still being read from the CI server, and the search has caught up with it. */
const CAUGHT_UP_MS = 300;

/**
 * Asks for a term's hits after a short pause in typing, one part of the log after the other until all of it is searched;
 * from time to time for what has come since while the log still grows; and when the time is over that a refusal for too
 * many questions named. `again` asks at once. `awake` off (a hidden tab): nothing is asked.
 */
export function useSearch(
  feed: LogFeed,
  term: LogQuery,
  growing: boolean,
  generation: number,
  awake = true,
): SearchState & { again: () => void } {
  const [state, setState] = useState<SearchState>(idle);
  const [asked, setAsked] = useState(0);
  const again = useCallback(() => setAsked((count) => count + 1), []);
  const { q, matchCase, word, regex } = term;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new generation is another text, and `asked` a wish to search anew.
  useEffect(() => {
    if (q === '') return setState(idle);
    if (!awake) return;
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    setState((now) => ({ ...now, searching: true }));
    let found: Found | null = null;
    const ask = async () => {
      let wait = growing ? AGAIN_MS : null;
      try {
        const answer = await feed.search({ q, matchCase, word, regex }, found?.scanned ?? 0, abort.signal);
        if (abort.signal.aborted) return;
        const before = found?.scanned ?? 0;
        found = addAnswer(found, answer);
        if (!found?.complete) wait = found?.scanned === before ? CAUGHT_UP_MS : 0;
        if (found) setState({ found, searching: !found.complete, fault: null });
      } catch (error) {
        if (abort.signal.aborted) return;
        const fault = asProblem(error);
        setState({ found, searching: false, fault });
        if (fault.code === 'rate_limited') wait = Math.max(1, fault.retryAfter ?? 1) * 1_000;
        else if (fault.code === 'pattern_invalid' || fault.code === 'pattern_too_slow') wait = null;
      }
      if (wait !== null) timer = setTimeout(ask, wait);
    };
    timer = setTimeout(ask, PAUSE_MS);
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [feed, q, matchCase, word, regex, growing, generation, asked, awake]);
  return { ...state, again };
}
