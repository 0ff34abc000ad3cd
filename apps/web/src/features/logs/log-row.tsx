import { type LogQuery, lineRuns, type Run } from '@flightdeck/api-client/model';
import type { TFunction } from 'i18next';
import { Fragment, memo } from 'react';
import { useTranslation } from 'react-i18next';
import { countText } from '../../lib/format.ts';
import { colourRun } from './ansi/colour-run.tsx';
import type { BookLine } from './log-book.ts';
import { findMarks, splitAtMarks } from './search/marks.ts';
import { useRegexMarks } from './search/use-regex-marks.ts';
import { lineTime, type Times } from './times.ts';

export interface LogRowProps {
  /** From 0. */
  index: number;
  line: BookLine | undefined;
  /** Address of a link that a line before opened and did not close. */
  link: string | null;
  term: LogQuery;
  times: Times;
  /** Unix ms; null where the server does not say when the step began. */
  startedAt: number | null;
  onPick: (line: BookLine, extend: boolean) => void;
  /** Words are looked up once for all rows: a hook in each is what scrolling would wait for. */
  t: TFunction<'logs'>;
  language: string;
}

export const LogRow = memo(function LogRow(props: LogRowProps) {
  const { index, line, link, term, times, startedAt, onPick, t, language } = props;
  const number = countText(index + 1, language);
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
      <LogText index={index} line={line} link={link} term={term} />
    </>
  );
});

interface LogTextProps {
  index: number;
  line: BookLine;
  link: string | null;
  term: LogQuery;
}

function LogText(props: LogTextProps) {
  const { line, link } = props;
  const { runs, cut } = lineRuns(line.text, { carry: line.carry, link });
  const text = runs.map((run) => run.text).join('');
  const shown = { runs, text, cut: cut || line.more !== undefined };
  return props.term.regex ? (
    <RegexText {...props} {...shown} />
  ) : (
    <MarkedText {...shown} places={findMarks(text, props.term)} />
  );
}

interface ShownLine {
  runs: readonly Run[];
  text: string;
  cut: boolean;
}

function RegexText({ term, index, ...shown }: LogTextProps & ShownLine) {
  return <MarkedText {...shown} places={useRegexMarks(term, index, shown.text) ?? []} />;
}

function MarkedText({ runs, text, cut, places }: ShownLine & { places: readonly [number, number][] }) {
  return (
    <>
      <span className="log-text" data-command={text.startsWith('+ ') || undefined}>
        {splitAtMarks(runs, places).map((piece, at) => {
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
      {cut && <CutNote />}
    </>
  );
}

function CutNote() {
  const { t } = useTranslation('logs');
  return <span className="log-cut">… {t('cut')}</span>;
}
