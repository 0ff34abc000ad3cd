import { useCallback, useMemo, useState } from 'react';
import type { Hidden } from '../scroll/row-layout.ts';
import { closedAtFirst, type Fold, foldsOf, hiddenBy } from './folds.ts';
import type { Redraws } from './redraws.ts';
import type { Outline } from './use-outline.ts';

export interface Folds {
  all: readonly Fold[];
  lastCommand: Fold | undefined;
  hidden: readonly Hidden[];
  /** The fold a line is the head of. */
  at: (line: number) => Fold | undefined;
  isClosed: (fold: Fold) => boolean;
  toggle: (fold: Fold) => void;
  /** Opens what hides a line. */
  reveal: (line: number) => void;
  /** Somebody reads: what is open now does not fold by itself any more. */
  keep: () => void;
  setAll: (closed: boolean) => void;
}

const none: readonly Hidden[] = [];

/** What is folded: at first by how the step ended, then as the reader wants it. */
export function useFolds(
  outline: Outline,
  redraws: Redraws,
  lines: number,
  { failed, took }: { failed: boolean; took: number | null },
): Folds {
  const { parts, complete } = outline;
  const { version } = redraws;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the version tells that there are others.
  const drawnOver = useMemo(() => redraws.folds(), [redraws, version]);
  const all = useMemo(() => [...drawnOver, ...foldsOf(parts, lines, took)], [parts, lines, took, drawnOver]);
  const [wishes, setWishes] = useState<ReadonlyMap<string, boolean>>(new Map());
  const [kept, setKept] = useState(false);
  const closed = useMemo(() => {
    const atFirst = closedAtFirst(all, failed && complete && !kept);
    return new Set(all.map(({ id }) => id).filter((id) => wishes.get(id) ?? atFirst.has(id)));
  }, [all, failed, complete, kept, wishes]);
  const hidden = useSame(useMemo(() => hiddenBy(all, closed), [all, closed]));
  const heads = useMemo(() => new Map(all.map((fold) => [fold.head, fold])), [all]);

  const wish = useCallback(
    (ids: readonly string[], close: boolean) =>
      setWishes((now) => new Map([...now, ...ids.map((id) => [id, close] as const)])),
    [],
  );
  const keep = useCallback(() => {
    if (!complete) setKept(true);
  }, [complete]);
  const reveal = useCallback(
    (line: number) => {
      keep();
      const over = all.filter((fold) => fold.from <= line && line <= fold.to);
      if (over.length > 0)
        wish(
          over.map(({ id }) => id),
          false,
        );
    },
    [all, wish, keep],
  );
  return {
    all,
    lastCommand: useMemo(() => all.findLast((fold) => fold.kind === 'command'), [all]),
    hidden,
    at: useCallback((line: number) => heads.get(line), [heads]),
    isClosed: useCallback((fold: Fold) => closed.has(fold.id), [closed]),
    toggle: useCallback((fold: Fold) => wish([fold.id], !closed.has(fold.id)), [closed, wish]),
    reveal,
    keep,
    setAll: useCallback(
      (close: boolean) =>
        wish(
          all.map(({ id }) => id),
          close,
        ),
      [all, wish],
    ),
  };
}

/** The list before, where it says the same: rows are laid out anew when it changes. */
function useSame(hidden: readonly Hidden[]): readonly Hidden[] {
  const [held, setHeld] = useState(none);
  const same =
    held.length === hidden.length &&
    held.every((one, at) => one.from === hidden[at]?.from && one.to === hidden[at]?.to);
  if (!same) setHeld(hidden);
  return same ? held : hidden;
}
