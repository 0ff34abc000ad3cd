import type { LogQuery } from '@flightdeck/api-client/model';
import { type RefObject, useEffect, useLayoutEffect, useRef, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { countText } from '../../lib/format.ts';
import type { LineRange } from './address.ts';
import { FoldFacts, FoldSign } from './folds/fold-head.tsx';
import type { Fold } from './folds/folds.ts';
import type { Folds } from './folds/use-folds.ts';
import type { BookLine, LogBook } from './log-book.ts';
import { LogGap } from './log-gap.tsx';
import { LogRow, type LogRowProps } from './log-row.tsx';
import type { RowLayout } from './scroll/row-layout.ts';
import type { Viewport } from './scroll/viewport.ts';
import type { Times } from './times.ts';

/** Rows kept ready above and below what is in view, px. */
const EXTRA_PX = 160;

export interface LogRowsProps {
  scroller: RefObject<HTMLDivElement | null>;
  viewport: Viewport;
  layout: RowLayout;
  book: LogBook;
  term: LogQuery;
  times: Times;
  startedAt: number | null;
  wrap: boolean;
  target: LineRange | null;
  nowLine: number | null;
  onPick: (line: BookLine, extend: boolean) => void;
  folds: Folds;
  /** Hits of the search within a fold; null where that is not known. */
  hitsIn: (fold: Fold) => number | null;
  /** The exit code of the step, where it failed: its last command is the one that broke it. */
  exitCode: number | null;
}

/**
 * The rows in view, in a space as high as all of them, or as the browser allows. They stand one below the other in one
 * block that moves, so that wrapped rows never overlap before they are measured.
 */
export function LogRows(props: LogRowsProps) {
  const { scroller, viewport, book, wrap } = props;
  const block = useRef<HTMLDivElement>(null);
  const { t, i18n } = useTranslation('logs');
  useSyncExternalStore(viewport.subscribe, viewport.getVersion);
  const { first, last } = viewport.rows(EXTRA_PX);
  const rows = Array.from({ length: last - first + 1 }, (_, i) => first + i);

  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    viewport.setView(element.clientHeight);
    viewport.measured(heightsOf(block.current, wrap));
    const real = viewport.takeReal();
    if (real !== null) element.scrollTop = real;
  });

  // biome-ignore lint/correctness/useExhaustiveDependencies: another wrap is another height of each row.
  useLayoutEffect(() => viewport.remeasure(), [viewport, wrap]);
  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    let width = element.clientWidth;
    const observer = new ResizeObserver(() => {
      viewport.setView(element.clientHeight);
      if (element.clientWidth === width) return;
      width = element.clientWidth;
      viewport.remeasure();
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [scroller, viewport]);

  const digits = countText(Math.max(1, book.count), i18n.language).length;
  const widest = Math.min(book.summary?.widest ?? 0, 20_000);
  return (
    <div
      className="log-space"
      style={{
        height: viewport.space,
        ...(wrap ? {} : { width: `calc(${widest + 14}ch + 190px)` }),
        ...{ '--log-digits': digits },
      }}
    >
      <div
        ref={block}
        className="log-block"
        style={{ transform: `translateY(${viewport.heights.top(first) - viewport.offset}px)` }}
      >
        {rows.map((row) => (
          <OneRow key={row} {...props} row={row} t={t} language={i18n.language} />
        ))}
      </div>
    </div>
  );
}

function OneRow(props: LogRowsProps & Pick<LogRowProps, 't' | 'language'> & { row: number }) {
  const { t, language, row, layout, book, term, times, startedAt, target, nowLine, onPick, folds } = props;
  const item = layout.rowAt(row);
  if (item.kind === 'gap') {
    return (
      <div data-index={row} data-free className="log-row">
        <LogGap gap={item.gap} limitBytes={book.summary?.limitBytes ?? null} />
      </div>
    );
  }
  const { index } = item;
  const fold = folds.at(index);
  const closed = fold !== undefined && folds.isClosed(fold);
  return (
    <div
      data-index={row}
      className="log-row"
      data-fold={fold ? (closed ? 'closed' : 'open') : undefined}
      data-target={(target !== null && index >= target.from && index <= target.to) || undefined}
      data-now={index === nowLine || undefined}
    >
      {fold && <FoldSign fold={fold} closed={closed} onToggle={folds.toggle} />}
      <LogRow
        index={index}
        line={book.line(index)}
        link={book.linkInto(index)}
        term={term}
        times={times}
        startedAt={startedAt}
        onPick={onPick}
        t={t}
        language={language}
      />
      {fold && (
        <FoldFacts
          fold={fold}
          hits={closed ? props.hitsIn(fold) : null}
          exitCode={fold.kind === 'command' && fold === folds.lastCommand ? props.exitCode : null}
        />
      )}
    </div>
  );
}

/** Heights of shown rows that may have another than lines that are not wrapped. */
function heightsOf(block: HTMLElement | null, wrap: boolean): { row: number; px: number }[] {
  const found = block?.querySelectorAll<HTMLElement>(wrap ? '[data-index]' : '[data-free]') ?? [];
  return [...found].map((row) => ({ row: Number(row.dataset.index), px: row.offsetHeight }));
}
