import { ProblemError } from '@flightdeck/api-client/contract';
import type { Gap } from '@flightdeck/api-client/model';
import { Button } from '@mantine/core';
import { useCallback, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { countText } from '../../lib/format.ts';
import { useAwake } from '../../lib/use-awake.ts';
import { FormProblem } from '../../ui/problem.tsx';
import { parseHash, toHash } from './address.ts';
import type { LogFeed } from './feed.ts';
import { useFolds } from './folds/use-folds.ts';
import { useOutline } from './folds/use-outline.ts';
import './log.css';
import './log-ansi.css';
import type { LogView } from '@flightdeck/api-client/model';
import type { BookLine } from './log-book.ts';
import { LogFoot } from './log-foot.tsx';
import { useGapText } from './log-gap.tsx';
import { LogRows } from './log-rows.tsx';
import { LogToolbar } from './log-toolbar.tsx';
import { PlainLog } from './plain-log.tsx';
import { readLines } from './read-lines.ts';
import { useRows } from './scroll/use-rows.ts';
import { BuildHits, type StepName } from './search/build-hits.tsx';
import type { Find } from './search/find.ts';
import { hitsWithin } from './search/found.ts';
import { LogRuler } from './search/log-ruler.tsx';
import { useChunkHits, useHits } from './search/use-hits.ts';
import { RegexHits } from './search/use-regex-marks.ts';
import { useSearch } from './search/use-search.ts';
import { useFollow } from './use-follow.ts';
import { useLogActions } from './use-log-actions.ts';
import { useLogBook } from './use-log-book.ts';
import { useTarget } from './use-target.ts';

const none: readonly Gap[] = [];

export interface LogPaneProps {
  feed: LogFeed;
  step: {
    name: string;
    failed: boolean;
    exitCode: number | null;
    /** Unix ms. */
    startedAt: number | null;
    /** Unix ms; null while it runs. */
    finishedAt: number | null;
    /** The server may not have taken what it printed last. */
    endMayBeLost: boolean;
    /** The page has no other failure to go to: the key for it leads to the first error here. */
    atFailure: boolean;
  };
  /** Fragment of the address, with or without `#`. */
  hash: string;
  setHash: (hash: string) => void;
  view: LogView;
  setView: (change: Partial<LogView>) => void;
  find: Find;
  setFind: (find: Find) => void;
  /** All steps of the build, and how to get to a line of one. */
  build: {
    steps: readonly StepName[];
    addressOf: (stage: number, step: number, pos: number) => string;
    open: (address: string) => void;
    /** As a link needs it: below the console's base path. */
    hrefOf: (address: string) => string;
  };
}

/** The log of one step. Give it a `key` per step: nothing is carried from one to the next. */
export function LogPane(props: LogPaneProps) {
  const { feed, step, hash, setHash, view, setView, find, setFind, build } = props;
  const { t, i18n } = useTranslation('logs');
  const awake = useAwake();
  const { book, connected, problem } = useLogBook(feed, awake);
  const { summary } = book;
  const growing =
    summary?.state === 'live' || summary?.state === 'reconnecting' || summary?.state === 'pending';
  const generation = summary?.generation ?? 0;

  const outline = useOutline(feed, generation, book.count > 0, growing, awake);
  const { startedAt, finishedAt } = step;
  const took = startedAt === null || finishedAt === null ? null : (finishedAt - startedAt) / 1_000;
  const folds = useFolds(outline, book.redraws, book.count, { failed: step.failed, took });
  const { viewport, layout, toLine, topLine } = useRows(book.count, summary?.gaps ?? none, folds.hidden);
  const [full, setFull] = useState(false);
  const [sent, setSent] = useState<{ line: number } | null>(null);
  const pane = useRef<HTMLElement>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const field = useRef<HTMLInputElement>(null);

  const { reveal } = folds;
  const show = useCallback(
    (line: number) => {
      reveal(line);
      toLine(line, 'center');
      // On a phone the page is longer than the screen, and the line would be below it.
      pane.current?.scrollIntoView({ block: 'nearest' });
      setSent({ line });
    },
    [reveal, toLine],
  );
  const toEnd = useCallback(() => {
    viewport.toEnd();
    setSent({ line: Math.max(0, book.count - 1) });
  }, [viewport, book]);

  const named = parseHash(hash);
  const follow = useFollow(viewport, growing, book.count, named === null);
  const opensAt = step.failed ? 'end' : 'start';
  const place = { atEnd: () => viewport.aimsAtEnd, top: () => viewport.top };
  const target = useTarget({ book, feed, named, opensAt, show, toEnd, growing, ...place });

  const { term } = find;
  const search = useSearch(feed, term, growing, generation, awake);
  const setFollow = follow.set;
  const showHit = useCallback(
    (line: number) => {
      setFollow(false);
      show(line);
    },
    [setFollow, show],
  );
  const hits = useHits(feed, term, search.found, topLine, showHit);
  const regexHits = useChunkHits(feed, term, search.found);
  const pick = useCallback(
    (line: BookLine, extend: boolean) => {
      const before = extend ? parseHash(window.location.hash) : null;
      const start = before?.by === 'pos' ? before.range.from : line.pos;
      setHash(toHash({ from: Math.min(start, line.pos), to: Math.max(start, line.pos) }));
      setFollow(false);
    },
    [setHash, setFollow],
  );
  const firstError = outline.errors[0]?.index;
  const toError = firstError === undefined ? undefined : () => showHit(firstError);
  const errorKey = step.atFailure;
  const foldAll = folds.all.length > 0 ? folds.setAll : undefined;
  useLogActions({
    field,
    search,
    hits,
    follow,
    growing,
    view,
    setView,
    toError,
    errorKey,
    foldAll,
    full,
    setFull,
  });

  const gapText = useGapText(summary?.limitBytes ?? null);
  const nowLine = hits.current?.line ?? null;
  const label = t('pane', { step: step.name });
  return (
    <section ref={pane} className="log-pane" aria-label={label} data-full={full || undefined}>
      <LogToolbar
        {...{ feed, field, find, setFind, search, view, setView, full, setFull, toError, errorKey, foldAll }}
        hit={hits.current?.at ?? null}
        step={hits.step}
        follow={growing ? follow.on : null}
        setFollow={setFollow}
      />
      {find.everywhere && <BuildHits {...{ feed, term, awake, ...build }} />}
      {problem && <FormProblem error={new ProblemError(problem)} />}
      {target.gone && <p className="log-gap">{t('targetGone')}</p>}
      {view.plain ? (
        <PlainLog {...{ book, label, sent }} times={view.times} startedAt={step.startedAt} />
      ) : (
        <div className="log-body">
          <div
            ref={scroller}
            className="log-scroll"
            data-wrap={view.wrap || undefined}
            role="log"
            aria-live="off"
            aria-label={label}
            tabIndex={0}
            onScroll={(event) => {
              const moved = viewport.scrolled(event.currentTarget.scrollTop);
              if (moved) folds.keep();
              follow.moved(moved);
            }}
            onScrollEnd={() => viewport.rest()}
            onKeyDown={(event) => {
              if (event.target !== event.currentTarget || event.altKey || event.metaKey || event.shiftKey)
                return;
              if (event.key !== 'Home' && event.key !== 'End') return;
              // The browser would scroll there in steps, each of them a part of a scaled list.
              event.preventDefault();
              if (event.key === 'End') viewport.toEnd();
              else viewport.toRow(0, 'start');
              follow.moved(event.key === 'End' ? 'down' : 'up');
            }}
          >
            {layout.count === 0 && summary && (
              <p className="log-empty">{emptySentence(summary.state, startedAt !== null, t)}</p>
            )}
            <RegexHits value={term.regex ? regexHits : null}>
              <LogRows
                {...{ scroller, viewport, layout, book, term, nowLine, folds }}
                times={view.times}
                startedAt={step.startedAt}
                wrap={view.wrap}
                target={target.lines}
                onPick={pick}
                hitsIn={(fold) => search.found && hitsWithin(search.found, fold.from, fold.to)}
                exitCode={step.failed ? step.exitCode : null}
              />
            </RegexHits>
          </div>
          <LogRuler
            {...{ layout, viewport }}
            found={search.found}
            error={step.failed ? (firstError ?? null) : null}
            current={nowLine}
          />
          {growing && !follow.on && (
            <Button className="log-new" size="compact-sm" variant="default" onClick={() => setFollow(true)}>
              {follow.missed > 0
                ? t('newLines', { count: follow.missed, number: countText(follow.missed, i18n.language) })
                : t('resume')}
            </Button>
          )}
        </div>
      )}
      <LogFoot
        summary={summary}
        connected={connected}
        begun={startedAt !== null}
        endMayBeLost={step.endMayBeLost}
        selected={target.lines}
        readSelected={(numbers) =>
          target.lines ? readLines(book, target.lines, numbers, gapText) : Promise.resolve('')
        }
      />
    </section>
  );
}

function emptySentence(
  state: string,
  begun: boolean,
  t: (
    key: 'state.pending' | 'state.reading' | 'state.absent' | 'state.awaiting-stored' | 'silent' | 'empty',
  ) => string,
): string {
  if (state === 'pending' && begun) return t('state.reading');
  if (state === 'pending' || state === 'absent' || state === 'awaiting-stored') return t(`state.${state}`);
  return state === 'complete' || state === 'truncated' ? t('silent') : t('empty');
}
