import { ProblemError } from '@flightdeck/api-client/contract';
import type { Gap } from '@flightdeck/api-client/model';
import { Button } from '@mantine/core';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useActions } from '../../lib/actions.ts';
import { countText } from '../../lib/format.ts';
import { FormProblem } from '../../ui/problem.tsx';
import { parseHash, toHash } from './address.ts';
import { lineText } from './ansi/line-runs.ts';
import type { LogFeed } from './feed.ts';
import './log.css';
import './log-ansi.css';
import type { BookLine } from './log-book.ts';
import { LogFoot } from './log-foot.tsx';
import { LogRows } from './log-rows.tsx';
import { LogRuler } from './log-ruler.tsx';
import { LogToolbar } from './log-toolbar.tsx';
import type { SearchTerm } from './marks.ts';
import { useRows } from './scroll/use-rows.ts';
import { useFollow } from './use-follow.ts';
import { useLogBook } from './use-log-book.ts';
import { useSearch } from './use-search.ts';
import { useTarget } from './use-target.ts';

const none: readonly Gap[] = [];

export interface LogPaneProps {
  feed: LogFeed;
  stepName: string;
  /** Where to stand at first when the address names no lines. */
  opensAt: 'start' | 'end';
  /** Fragment of the address, with or without `#`. */
  hash: string;
  setHash: (hash: string) => void;
}

/** The log of one step. Give it a `key` per step: nothing is carried from one to the next. */
export function LogPane({ feed, stepName, opensAt, hash, setHash }: LogPaneProps) {
  const { t, i18n } = useTranslation('logs');
  const { book, connected, problem } = useLogBook(feed);
  const summary = book.summary;
  const growing =
    summary?.state === 'live' || summary?.state === 'reconnecting' || summary?.state === 'pending';

  const [term, setTerm] = useState<SearchTerm>({ q: '', matchCase: false, regex: false });
  const [times, setTimes] = useState(false);
  const [wrap, setWrap] = useState(() => window.matchMedia('(max-width: 639px)').matches);
  const [full, setFull] = useState(false);
  const [hit, setHit] = useState<number | null>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const field = useRef<HTMLInputElement>(null);

  const { viewport, layout, toLine } = useRows(book.count, summary?.gaps ?? none);
  const toEnd = useCallback(() => viewport.toEnd(), [viewport]);

  const named = parseHash(hash);
  const follow = useFollow(viewport, growing, book.count, named === null);
  const target = useTarget({ book, feed, named, opensAt, toLine, toEnd, growing });
  const search = useSearch(feed, term, growing, summary?.generation ?? 0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another term begins before its first hit.
  useEffect(() => setHit(null), [term]);

  const stepHit = (by: 1 | -1) => {
    const lines = search.hits?.lines ?? [];
    if (lines.length === 0) return;
    const next = hit === null ? (by === 1 ? 0 : lines.length - 1) : (hit + by + lines.length) % lines.length;
    setHit(next);
    follow.set(false);
    toLine(lines[next] ?? 0, 'center');
  };
  const pick = useCallback(
    (line: BookLine, extend: boolean) => {
      const before = extend ? parseHash(window.location.hash) : null;
      const start = before?.by === 'pos' ? before.range.from : line.pos;
      setHash(toHash({ from: Math.min(start, line.pos), to: Math.max(start, line.pos) }));
      follow.set(false);
    },
    [setHash, follow.set],
  );

  useActions([
    { id: 'log-search', label: t('search'), keys: '/', run: () => field.current?.focus() },
    ...(search.hits && search.hits.total > 0
      ? [
          { id: 'log-next', label: t('nextHit'), keys: 'n', run: () => stepHit(1), keyOnly: true },
          {
            id: 'log-previous',
            label: t('previousHit'),
            keys: 'Shift+n',
            run: () => stepHit(-1),
            keyOnly: true,
          },
        ]
      : []),
    ...(growing
      ? [{ id: 'log-follow', label: t('follow'), keys: 'f', run: () => follow.set(!follow.on) }]
      : []),
    { id: 'log-times', label: t('time'), keys: 't', run: () => setTimes(!times) },
    { id: 'log-wrap', label: t('wrap'), keys: 'w', run: () => setWrap(!wrap) },
  ]);

  const nowLine = hit === null ? null : (search.hits?.lines[hit] ?? null);
  return (
    <section className="log-pane" aria-label={t('pane', { step: stepName })} data-full={full || undefined}>
      <LogToolbar
        {...{ field, term, setTerm, search, hit, times, setTimes, wrap, setWrap, full, setFull }}
        step={stepHit}
        follow={growing ? follow.on : null}
        setFollow={follow.set}
        downloadUrl={feed.downloadUrl}
      />
      {problem && <FormProblem error={new ProblemError(problem)} />}
      {target.gone && <p className="log-gap">{t('targetGone')}</p>}
      <div className="log-body">
        <div
          ref={scroller}
          className="log-scroll"
          data-wrap={wrap || undefined}
          role="log"
          aria-live="off"
          aria-label={t('pane', { step: stepName })}
          tabIndex={0}
          onScroll={(event) => follow.moved(viewport.scrolled(event.currentTarget.scrollTop))}
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
          {layout.count === 0 && summary && <p className="log-empty">{emptySentence(summary.state, t)}</p>}
          <LogRows
            {...{ scroller, viewport, layout, book, term, times, wrap, nowLine }}
            target={target.lines}
            onPick={pick}
          />
        </div>
        <LogRuler lines={search.hits?.lines ?? []} total={book.count} />
        {growing && !follow.on && (
          <Button className="log-new" size="compact-sm" variant="default" onClick={() => follow.set(true)}>
            {follow.missed > 0
              ? t('newLines', { count: follow.missed, number: countText(follow.missed, i18n.language) })
              : t('resume')}
          </Button>
        )}
      </div>
      <LogFoot
        summary={summary}
        connected={connected}
        selected={target.lines}
        readSelected={async () => {
          const lines = target.lines ? await book.range(target.lines.from, target.lines.to) : [];
          return lines.map((line) => lineText(line.text)).join('\n');
        }}
      />
    </section>
  );
}

function emptySentence(
  state: string,
  t: (key: 'state.pending' | 'state.absent' | 'state.awaiting-stored' | 'silent' | 'empty') => string,
): string {
  if (state === 'pending' || state === 'absent' || state === 'awaiting-stored') return t(`state.${state}`);
  return state === 'complete' || state === 'truncated' ? t('silent') : t('empty');
}
