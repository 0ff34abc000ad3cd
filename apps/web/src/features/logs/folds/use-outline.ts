import type { LogMark } from '@flightdeck/api-client/model';
import { useEffect, useState } from 'react';
import { isLasting } from '../../../lib/problem.ts';
import type { LogFeed } from '../feed.ts';

export interface Outline {
  /** Commands and groups with their ends. */
  parts: readonly LogMark[];
  /** Lines that look like errors: the first of them. */
  errors: readonly LogMark[];
  /** The whole log was looked through. */
  complete: boolean;
}

const none: Outline = { parts: [], errors: [], complete: false };
/** A log that is nothing but commands or errors must not fill the page's memory. */
const KEEP_PARTS = 20_000;
const KEEP_ERRORS = 1_000;
const AGAIN_MS = 3_000;

/** Commands, groups and errors of a step's log; those of a log that grows are asked for again from time to time. */
export function useOutline(
  feed: LogFeed,
  generation: number,
  ready: boolean,
  growing: boolean,
  awake: boolean,
): Outline {
  const [outline, setOutline] = useState(none);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new generation is another text.
  useEffect(() => {
    if (!ready || !awake) return;
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let from = 0;
    let known = none;
    const ask = async () => {
      let wait: number | null = growing ? AGAIN_MS : null;
      try {
        const answer = await feed.marks(from, abort.signal);
        if (abort.signal.aborted) return;
        known = answer.from === 0 ? none : known;
        const parts = [...known.parts, ...answer.marks.filter((mark) => mark.kind !== 'error')];
        const errors = [...known.errors, ...answer.marks.filter((mark) => mark.kind === 'error')];
        known = {
          parts: parts.slice(0, KEEP_PARTS),
          errors: errors.slice(0, KEEP_ERRORS),
          complete: answer.complete,
        };
        const moved = answer.scanned > from || from === 0;
        from = answer.scanned;
        if (moved) setOutline(known);
        if (!answer.complete) wait = moved ? 0 : AGAIN_MS;
      } catch (error) {
        if (abort.signal.aborted) return;
        // A log without its outline is whole all the same: nothing is said, and it is asked for again.
        wait = isLasting(error) ? null : AGAIN_MS;
      }
      if (wait !== null) timer = setTimeout(ask, wait);
    };
    void ask();
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [feed, generation, ready, growing, awake]);
  return outline;
}
