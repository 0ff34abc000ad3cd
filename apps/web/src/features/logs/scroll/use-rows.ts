import type { Gap } from '@flightdeck/api-client/model';
import { useCallback, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { type Hidden, RowLayout, sameRows } from './row-layout.ts';
import { type Align, Viewport } from './viewport.ts';

export interface Rows {
  viewport: Viewport;
  layout: RowLayout;
  toLine: (line: number, align: Align) => void;
  topLine: () => number;
}

/** Which rows a log has and what part of them is in view; what is read stays in place when rows come, go or fold. */
export function useRows(lines: number, gaps: readonly Gap[], hidden?: readonly Hidden[]): Rows {
  const [viewport] = useState(() => new Viewport());
  const layout = useMemo(() => new RowLayout(lines, gaps, hidden), [lines, gaps, hidden]);
  const laid = useRef<RowLayout | null>(null);
  /** Where one was sent: what hid that line opens only afterwards, or it is not among the lines yet. */
  const aim = useRef<{ line: number; align: Align } | null>(null);
  useLayoutEffect(() => {
    const before = laid.current;
    laid.current = layout;
    const same = !before || sameRows(before, layout);
    if (same) viewport.setCount(layout.count);
    else
      viewport.relaid(layout.count, (row) => {
        const was = before.rowAt(row);
        return layout.rowOf(was.kind === 'gap' ? was.gap.beforeLine : was.index);
      });
    if (!aim.current || !viewport.aims) return;
    // A log that is still being read has fewer lines at first than the one that was asked for.
    const { line, align } = aim.current;
    if (!same || line >= (before?.lines ?? 0)) viewport.toRow(layout.rowOf(line), align);
  }, [layout, viewport]);
  const toLine = useCallback(
    (line: number, align: Align) => {
      aim.current = { line, align };
      viewport.toRow(laid.current?.rowOf(line) ?? line, align);
    },
    [viewport],
  );
  /** The line at the top of what is in view. */
  const topLine = useCallback(() => {
    const row = laid.current?.rowAt(viewport.rows(0).first);
    return row === undefined ? 0 : row.kind === 'line' ? row.index : row.gap.beforeLine;
  }, [viewport]);
  return { viewport, layout, toLine, topLine };
}
