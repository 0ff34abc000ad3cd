import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';

const NEAR_END = 24;

export interface Follow {
  on: boolean;
  set: (on: boolean) => void;
  onScroll: () => void;
  /** Lines that came since the reader scrolled up. */
  missed: number;
}

/**
 * On while the log grows, off at the reader's first scroll up, on again at the end. Scrolling down by itself never
 * switches it off: only a smaller `scrollTop` with the same height can be the reader's.
 */
export function useFollow(
  scroller: RefObject<HTMLElement | null>,
  growing: boolean,
  count: number,
  begin: boolean,
  toEnd: () => void,
): Follow {
  const [on, setOn] = useState(begin);
  const [leftAt, setLeftAt] = useState(0);
  const last = useRef({ top: 0, height: 0 });
  const latest = useRef(count);
  latest.current = count;

  const set = useCallback((next: boolean) => {
    setOn(next);
    if (!next) setLeftAt(latest.current);
  }, []);

  const onScroll = useCallback(() => {
    const element = scroller.current;
    if (!element) return;
    const { scrollTop: top, scrollHeight: height, clientHeight } = element;
    const up = top < last.current.top - 1 && height >= last.current.height;
    const atEnd = top + clientHeight >= height - NEAR_END;
    last.current = { top, height };
    if (up && !atEnd) {
      setOn((now) => {
        if (now) setLeftAt(latest.current);
        return false;
      });
    } else if (atEnd && growing) setOn(true);
  }, [scroller, growing]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: each new line is a reason to go to the end.
  useEffect(() => {
    if (on && growing) toEnd();
  }, [on, growing, count, toEnd]);

  return { on, set, onScroll, missed: on ? 0 : Math.max(0, count - leftAt) };
}
