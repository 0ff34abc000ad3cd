import { Fragment, memo } from 'react';
import { useTranslation } from 'react-i18next';
import { clockText, countText } from '../../lib/format.ts';
import { colourRun } from './ansi/colour-run.tsx';
import { lineRuns } from './ansi/line-runs.ts';
import type { BookLine } from './log-book.ts';
import { findMarks, type SearchTerm, splitAtMarks } from './marks.ts';

export interface LogRowProps {
  /** From 0. */
  index: number;
  line: BookLine | undefined;
  term: SearchTerm;
  times: boolean;
  onPick: (line: BookLine, extend: boolean) => void;
}

export const LogRow = memo(function LogRow({ index, line, term, times, onPick }: LogRowProps) {
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
      {times && <span className="log-at">{clockText(line.at * 1000)}</span>}
      <LogText line={line} term={term} />
    </>
  );
});

function LogText({ line, term }: { line: BookLine; term: SearchTerm }) {
  const { t } = useTranslation('logs');
  const { runs, cut } = lineRuns(line.text, line.carry);
  const text = runs.map((run) => run.text).join('');
  const pieces = splitAtMarks(runs, findMarks(text, term));
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
