import type { LogQuery } from '@flightdeck/api-client/model';
import { Fragment, memo } from 'react';
import { useTranslation } from 'react-i18next';
import { countText } from '../../lib/format.ts';
import { colourRun } from './ansi/colour-run.tsx';
import { lineRuns } from './ansi/line-runs.ts';
import type { BookLine } from './log-book.ts';
import { findMarks, splitAtMarks } from './search/marks.ts';
import { useRegexMarks } from './search/use-regex-marks.ts';
import { lineTime, type Times } from './times.ts';

export interface LogRowProps {
  /** From 0. */
  index: number;
  line: BookLine | undefined;
  term: LogQuery;
  times: Times;
  /** Unix ms; null where the server does not say when the step began. */
  startedAt: number | null;
  onPick: (line: BookLine, extend: boolean) => void;
}

export const LogRow = memo(function LogRow({ index, line, term, times, startedAt, onPick }: LogRowProps) {
  const { t, i18n } = useTranslation('logs');
  const number = countText(index + 1, i18n.language);
  if (!line) {
    return (
      <>
        <span className="log-num">{number}</span>
        <span className="log-wait" role="img" aria-label={t('loadingLine', { number })} />
      </>
    );
  }
  return (
    <>
      <a
        className="log-num"
        href={`#p${line.pos}`}
        aria-label={t('line', { number })}
        onClick={(event) => {
          if (event.ctrlKey || event.metaKey) return;
          event.preventDefault();
          onPick(line, event.shiftKey);
        }}
      >
        {number}
      </a>
      {times !== 'off' && (
        <span className="log-at" data-times={times}>
          {lineTime(line.at, times, startedAt)}
        </span>
      )}
      <LogText index={index} line={line} term={term} />
    </>
  );
});

function LogText({ index, line, term }: { index: number; line: BookLine; term: LogQuery }) {
  const { t } = useTranslation('logs');
  const { runs, cut } = lineRuns(line.text, line.carry);
  const text = runs.map((run) => run.text).join('');
  const places = useRegexMarks(term, index, text);
  const pieces = splitAtMarks(runs, places ?? findMarks(text, term));
  return (
    <>
      <span className="log-text" data-command={text.startsWith('+ ') || undefined}>
        {pieces.map((piece, at) => {
          const coloured = colourRun(piece.text, piece.look);
          const marked = piece.marked ? <mark>{coloured}</mark> : coloured;
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: pieces of an immutable line never move.
            <Fragment key={at}>
              {piece.href ? (
                <a href={piece.href} target="_blank" rel="noopener noreferrer nofollow">
                  {marked}
                </a>
              ) : (
                marked
              )}
            </Fragment>
          );
        })}
      </span>
      {(cut || line.more !== undefined) && <span className="log-cut">… {t('cut')}</span>}
    </>
  );
}
