import { useCallback, useEffect, useRef, useState } from 'react';
import type { Moved, Viewport } from './scroll/viewport.ts';

export interface Follow {
  on: boolean;
  set: (on: boolean) => void;
  /** The reader scrolled. */
  moved: (way: Moved) => void;
  /** Lines that came since the reader scrolled up. */
  missed: number;
}

/** On while the log grows, off at the reader's first scroll up, on again at the end. */
export function useFollow(viewport: Viewport, growing: boolean, count: number, begin: boolean): Follow {
  const [on, setOn] = useState(begin);
  const [leftAt, setLeftAt] = useState(0);
  const latest = useRef(count);
  latest.current = count;

  const set = useCallback(
    (next: boolean) => {
      setOn(next);
      if (next) return;
      viewport.stay();
      setLeftAt(latest.current);
    },
    [viewport],
  );

  const moved = useCallback(
    (way: Moved) => {
      if (way === 'up' && !viewport.atEnd) {
        setOn((now) => {
          if (now) setLeftAt(latest.current);
          return false;
        });
      } else if (way === 'down' && viewport.atEnd && growing) setOn(true);
    },
    [viewport, growing],
  );

  // Each new line is a reason to go to the end.
  useEffect(() => {
    if (on && growing && count > 0) viewport.toEnd();
  }, [on, growing, count, viewport]);

  return { on, set, moved, missed: on ? 0 : Math.max(0, count - leftAt) };
}
