import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { asProblem, isLasting } from '../lib/problem.ts';
import css from './async-view.module.css';
import { Note } from './note.tsx';
import { ProblemView, useProblemSentence } from './problem.tsx';
import { useGap } from './sentences.ts';
import { useSinceText } from './time.tsx';

/** The part of a query that a view needs; every `useQuery` result fits. */
export interface Asked<T> {
  data: T | undefined;
  error: unknown;
  isPending: boolean;
  dataUpdatedAt: number;
  refetch: () => unknown;
}

interface AsyncViewProps<T> {
  query: Asked<T>;
  /** Grey bars in the shape of what will be there, shown after 150 ms; rows by default. */
  skeleton?: React.ReactNode;
  /** Says when there is nothing to show, and what stands there then. */
  empty?: (data: T) => React.ReactNode | null;
  children: (data: T) => React.ReactNode;
}

/**
 * Loading, empty, problem or the data. Data that could not be renewed stays, with its age, unless the reason is that it is
 * not there for this person any more.
 */
export function AsyncView<T>({ query, skeleton, empty, children }: AsyncViewProps<T>) {
  if (query.error && isLasting(query.error)) return <ProblemView error={query.error} />;
  if (query.data === undefined) {
    if (query.error) return <ProblemView error={query.error} retry={() => void query.refetch()} />;
    return <Skeleton>{skeleton ?? <SkeletonRows />}</Skeleton>;
  }
  const nothing = empty?.(query.data) ?? null;
  return (
    <>
      {query.error ? <StaleNote query={query} /> : null}
      {nothing === null ? children(query.data) : <div className={css.empty}>{nothing}</div>}
    </>
  );
}

function StaleNote<T>({ query }: { query: Asked<T> }) {
  const { t } = useTranslation();
  const sentence = useProblemSentence();
  const since = useSinceText();
  const gap = useGap();
  const problem = asProblem(query.error);
  return (
    <div className={css.stale}>
      <Note
        kind="waiting"
        live
        aside={
          <>
            <code className="xs t2">{problem.code}</code>
            <button type="button" className={css.again} onClick={() => void query.refetch()}>
              {t('action.tryNow')}
            </button>
          </>
        }
      >
        {sentence(problem)}
        {gap}
        {t('state.staleAt', { time: since(query.dataUpdatedAt) })}
      </Note>
    </div>
  );
}

/** Its content after 150 ms: what comes sooner should not flicker. */
export function Skeleton({ children }: { children: React.ReactNode }) {
  const { t } = useTranslation();
  const [shown, show] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => show(true), 150);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div role="status" aria-busy="true">
      <span className="sr-only">{t('state.loading')}</span>
      {shown ? <div aria-hidden="true">{children}</div> : null}
    </div>
  );
}

/** Grey bars as wide as the rows' cells, in percent of the line. */
export function SkeletonRows({
  rows = 6,
  widths = [22, 34, 14, 8],
}: {
  rows?: number;
  widths?: readonly number[];
}) {
  return (
    <div>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows never change places.
        <div key={row} className={css.row}>
          <span className={css.dot} />
          {widths.map((width, cell) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the cells never change places.
            <span key={cell} className={css.bar} style={{ width: `${width}%` }} />
          ))}
        </div>
      ))}
    </div>
  );
}
