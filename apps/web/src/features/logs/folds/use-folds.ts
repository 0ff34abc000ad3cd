import { useCallback, useMemo, useState } from 'react';
import type { Hidden } from '../scroll/row-layout.ts';
import { closedAtFirst, type Fold, foldsOf, hiddenBy } from './folds.ts';
import type { Outline } from './use-outline.ts';

export interface Folds {
  all: readonly Fold[];
  hidden: readonly Hidden[];
  /** The fold a line is the head of. */
  at: (line: number) => Fold | undefined;
  isClosed: (fold: Fold) => boolean;
  toggle: (fold: Fold) => void;
  /** Opens what hides a line, and leaves everything else as it is from now on. */
  reveal: (line: number) => void;
  /** Somebody reads: nothing folds by itself any more. */
  keep: () => void;
  setAll: (closed: boolean) => void;
  lastCommand: Fold | undefined;
}

const none: readonly Hidden[] = [];

/** What is folded: at first by how the step ended, then as the reader wants it. */
export function useFolds(outline: Outline, lines: number, failed: boolean): Folds {
  const { parts, complete } = outline;
  const all = useMemo(() => foldsOf(parts, lines), [parts, lines]);
  const [wished, setWished] = useState<ReadonlySet<number> | null>(null);
  const closed = useMemo(
    () => wished ?? closedAtFirst(all, failed && complete),
    [wished, all, failed, complete],
  );
  const hidden = useSame(useMemo(() => hiddenBy(all, closed), [all, closed]));
  const heads = useMemo(() => new Map(all.map((fold) => [fold.head, fold])), [all]);

  const toggle = useCallback(
    (fold: Fold) => {
      const next = new Set(closed);
      if (!next.delete(fold.pos)) next.add(fold.pos);
      setWished(next);
    },
    [closed],
  );
  const reveal = useCallback(
    (line: number) => {
      const over = all.filter((fold) => fold.from <= line && line <= fold.to).map((fold) => fold.pos);
      if (wished && !over.some((pos) => wished.has(pos))) return;
      setWished(new Set([...closed].filter((pos) => !over.includes(pos))));
    },
    [all, closed, wished],
  );
  return {
    all,
    hidden,
    lastCommand: useMemo(() => all.findLast((fold) => fold.kind === 'command'), [all]),
    at: useCallback((line: number) => heads.get(line), [heads]),
    isClosed: useCallback((fold: Fold) => closed.has(fold.pos), [closed]),
    toggle,
    reveal,
    keep: useCallback(() => setWished((now) => now ?? closed), [closed]),
    setAll: useCallback(
      (close: boolean) => setWished(new Set(close ? all.map((fold) => fold.pos) : [])),
      [all],
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
