import type { BuildSearch, Problem } from '@flightdeck/api-client/contract';
import type { LogQuery } from '@flightdeck/api-client/model';
import { useEffect, useState } from 'react';
import { asProblem } from '../../../lib/problem.ts';
import type { LogFeed } from '../feed.ts';

export type StepHits = BuildSearch['steps'][number];

export interface BuildSearchState {
  byStep: readonly StepHits[];
  complete: boolean;
  fault: Problem | null;
}

const nothing: BuildSearchState = { byStep: [], complete: false, fault: null };
const PAUSE_MS = 250;
/** A log is still being read from the CI server, and the search has caught up with it. */
const CAUGHT_UP_MS = 300;
const KEEP_HITS = 20;

/** Adds an answer about parts of steps to what is known of them. */
export function addSteps(known: readonly StepHits[], steps: readonly StepHits[]): StepHits[] {
  const result = [...known];
  for (const step of steps) {
    const at = result.findIndex((one) => one.stage === step.stage && one.step === step.step);
    const before = result[at];
    if (!before || before.generation !== step.generation) {
      if (before) result[at] = step;
      else result.push(step);
    } else {
      result[at] = {
        ...step,
        total: before.total + step.total,
        hits: [...before.hits, ...step.hits].slice(0, KEEP_HITS),
      };
    }
  }
  return result;
}

/** Searches all steps of a build, one part after the other; what is found so far is shown meanwhile. */
export function useBuildSearch(feed: LogFeed, term: LogQuery, awake: boolean): BuildSearchState {
  const [state, setState] = useState(nothing);
  const { q, matchCase, word, regex } = term;
  useEffect(() => {
    setState(nothing);
    if (q === '' || !awake) return;
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let cursor: string | undefined;
    let byStep: readonly StepHits[] = [];
    const ask = async () => {
      try {
        const answer = await feed.searchBuild({ q, matchCase, word, regex }, cursor, abort.signal);
        if (abort.signal.aborted) return;
        byStep = addSteps(byStep, answer.steps);
        const stands = answer.next === cursor;
        cursor = answer.next ?? undefined;
        setState({ byStep, complete: answer.next === null, fault: null });
        if (cursor !== undefined) timer = setTimeout(ask, stands ? CAUGHT_UP_MS : 0);
      } catch (error) {
        if (abort.signal.aborted) return;
        const fault = asProblem(error);
        setState({ byStep, complete: false, fault });
        if (fault.code === 'rate_limited')
          timer = setTimeout(ask, Math.max(1, fault.retryAfter ?? 1) * 1_000);
      }
    };
    timer = setTimeout(ask, PAUSE_MS);
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [feed, q, matchCase, word, regex, awake]);
  return state;
}
