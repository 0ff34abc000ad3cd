import { lineText } from '@flightdeck/api-client/model';
import { Button } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { countText } from '../../lib/format.ts';
import type { LogBook } from './log-book.ts';
import { useGapText } from './log-gap.tsx';
import { lineTime, type Times } from './times.ts';

const PAGE = 200;

interface PlainLogProps {
  book: LogBook;
  label: string;
  times: Times;
  startedAt: number | null;
  /** Where one was sent last; a new object each time. */
  sent: { line: number } | null;
}

/**
 * The log as pages of a numbered list, without colours and virtual rows: what a screen reader, a braille line or a text
 * browser can read from line to line. On the last page of a growing log new lines are announced.
 */
export function PlainLog({ book, label, times, startedAt, sent }: PlainLogProps) {
  const { t, i18n } = useTranslation('logs');
  const last = Math.max(0, Math.ceil(book.count / PAGE) - 1);
  const [asked, setAsked] = useState(() => Math.floor((sent?.line ?? 0) / PAGE));
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    if (sent) setAsked(Math.floor(sent.line / PAGE));
  }, [sent]);
  const page = Math.min(asked, last);
  const from = page * PAGE;
  const to = Math.min(book.count, from + PAGE);
  useEffect(() => {
    if (sent && Math.floor(sent.line / PAGE) === page)
      list.current?.querySelector<HTMLElement>(`[value="${sent.line + 1}"]`)?.focus();
  }, [sent, page]);

  const number = (n: number) => countText(n, i18n.language);
  const { gaps = [], limitBytes = null } = book.summary ?? {};
  const gapText = useGapText(limitBytes);
  const turn = (next: number) => {
    setAsked(next);
    list.current?.focus();
  };
  return (
    <div className="log-plain">
      <nav className="log-plain-pages" aria-label={t('plain.pages')}>
        <Button disabled={page === 0} onClick={() => turn(0)}>
          {t('plain.first')}
        </Button>
        <Button disabled={page === 0} onClick={() => turn(page - 1)}>
          {t('plain.earlier')}
        </Button>
        <Button disabled={page === last} onClick={() => turn(page + 1)}>
          {t('plain.later')}
        </Button>
        <Button disabled={page === last} onClick={() => turn(last)}>
          {t('plain.last')}
        </Button>
        <span role="status">
          {book.count > 0 &&
            t('plain.range', { from: number(from + 1), to: number(to), total: number(book.count) })}
        </span>
      </nav>
      <ol
        ref={list}
        start={from + 1}
        tabIndex={0}
        aria-label={label}
        aria-live={page === last ? 'polite' : 'off'}
      >
        {Array.from({ length: to - from }, (_, i) => from + i).map((index) => {
          const line = book.line(index);
          const missing = gaps.filter((gap) => gap.beforeLine === index);
          return (
            <li key={index} value={index + 1} tabIndex={-1}>
              {missing.map((gap) => (
                <p key={gap.after} role="note">
                  {gapText(gap)}
                </p>
              ))}
              {line && times !== 'off' && `${lineTime(line.at, times, startedAt)} `}
              {line ? lineText(line.text) : t('loadingLine', { number: number(index + 1) })}
            </li>
          );
        })}
      </ol>
    </div>
  );
}
