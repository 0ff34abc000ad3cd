import { useEffect, useRef, useState } from 'react';
import type { LineRange, parseHash } from './address.ts';
import { isBeingRead } from './being-read.ts';
import type { LogFeed } from './feed.ts';
import type { LogBook } from './log-book.ts';

export interface Target {
  /** Lines the address names, as indexes from 0. */
  lines: LineRange | null;
  /** The address names a line in a part that the server dropped. */
  gone: boolean;
}

interface TargetInput {
  book: LogBook;
  feed: LogFeed;
  named: ReturnType<typeof parseHash>;
  opensAt: 'start' | 'end';
  show: (line: number) => void;
  toEnd: () => void;
  /** The end was asked for, and nobody has scrolled since. */
  atEnd: () => boolean;
  /** How far one has scrolled, px. */
  top: () => number;
  growing: boolean;
}

/**
 * Finds the lines an address names and goes there once per address and generation: positions stay when the stored log
 * replaces the live one, indexes do not. Without named lines a finished log opens where `opensAt` says. What has not been
 * read from the CI server yet is gone to once it is there: until then no other line passes for it, and whoever has begun to
 * read elsewhere meanwhile stays there.
 */
export function useTarget(input: TargetInput): Target {
  const { book, feed, named, opensAt, show, toEnd, atEnd, top, growing } = input;
  const [target, setTarget] = useState<Target>({ lines: null, gone: false });
  const shown = useRef('');
  const generation = book.summary?.generation ?? -1;
  const ready = book.count > 0;
  const key = named ? `${named.by}${named.range.from}-${named.range.to}` : '';
  const first = book.summary?.firstPos ?? 0;
  const reading = isBeingRead(book.summary);
  const there = !reading || named === null || reaches(book, named);
  const endsLater = useRef(false);
  const waits = useRef({ place: '', top: 0 });

  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` stands for `named`; the rest are stable or read when run.
  useEffect(() => {
    if (!named) setTarget((now) => (now.lines === null && !now.gone ? now : { lines: null, gone: false }));
    if (!ready) return;
    const place = `${key}@${generation}`;
    if (shown.current === place) return;
    if (!there) {
      if (waits.current.place !== place) waits.current = { place, top: top() };
      return;
    }
    const isElsewhere = waits.current.place === place && waits.current.top !== top();
    const arriving = shown.current === '';
    shown.current = place;
    if (!named) {
      if (arriving && !growing && opensAt === 'end') {
        endsLater.current = reading;
        toEnd();
      }
      return;
    }
    let current = true;
    const find = async (value: number): Promise<number> =>
      named.by === 'line'
        ? Math.min(Math.max(0, value - 1), book.count - 1)
        : book.indexOf((g, pos) => feed.around(g, pos), value);
    void Promise.all([find(named.range.from), find(named.range.to)]).then(
      ([from, to]) => {
        if (!current) return;
        setTarget({ lines: { from, to }, gone: named.by === 'pos' && named.range.to < first });
        if (isElsewhere || lastPicked(key)) return;
        show(from);
      },
      () => {
        shown.current = '';
      },
    );
    return () => {
      current = false;
    };
  }, [key, generation, ready, there]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the log has been read.
  useEffect(() => {
    if (reading || !endsLater.current) return;
    endsLater.current = false;
    if (atEnd()) toEnd();
  }, [reading]);

  return target;
}

/** All lines that are named have been read. */
const reaches = ({ count, summary }: LogBook, { by, range }: NonNullable<TargetInput['named']>): boolean =>
  by === 'line' ? count >= range.to : (summary?.lastPos ?? -1) >= range.to;

/** A line that was just clicked is in view already: the list must not jump under the pointer. */
function lastPicked(key: string): boolean {
  return (
    document.activeElement instanceof HTMLAnchorElement &&
    document.activeElement.classList.contains('log-num') &&
    key.startsWith('pos')
  );
}
