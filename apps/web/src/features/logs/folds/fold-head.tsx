import { useTranslation } from 'react-i18next';
import { clockText, countText } from '../../../lib/format.ts';
import { Icon } from '../../../ui/icon.tsx';
import type { Fold } from './folds.ts';

interface FoldHeadProps {
  fold: Fold;
  closed: boolean;
  onToggle: (fold: Fold) => void;
}

/** The sign before a line that folds what follows. */
export function FoldSign({ fold, closed, onToggle }: FoldHeadProps) {
  const { t, i18n } = useTranslation('logs');
  const lines = countText(fold.to - fold.from + 1, i18n.language);
  return (
    <button
      type="button"
      className="log-fold"
      aria-expanded={!closed}
      aria-label={
        fold.kind === 'redraw' ? t('fold.redraw', { lines }) : t('fold.lines', { title: fold.title, lines })
      }
      onClick={() => onToggle(fold)}
    >
      <Icon name={closed ? 'right' : 'down'} small />
    </button>
  );
}

interface FoldFactsProps {
  fold: Fold;
  /** Hits of the search among the lines; null where that is not known. */
  hits: number | null;
  /** How the command ended; only known of the one that broke the step. */
  exitCode: number | null;
}

/** What there is to know of a folded part, at the right end of its head. */
export function FoldFacts({ fold, hits, exitCode }: FoldFactsProps) {
  const { t, i18n } = useTranslation('logs');
  const number = (n: number) => countText(n, i18n.language);
  const count = fold.to - fold.from + 1;
  return (
    <span className="log-fold-facts">
      {hits !== null && hits > 0 && <strong>{t('fold.hits', { count: hits, number: number(hits) })}</strong>}
      {exitCode !== null && <strong data-bad>{t('fold.exitCode', { code: exitCode })}</strong>}
      <span>
        {t(fold.kind === 'redraw' ? 'fold.drawnOver' : 'fold.count', { count, number: number(count) })}
      </span>
      {/* The servers keep whole seconds: what took none says nothing. */}
      {fold.seconds !== null && fold.seconds > 0 && (
        <span className="log-fold-took" title={t('fold.took')}>
          {clockText(fold.seconds * 1_000)}
        </span>
      )}
    </span>
  );
}
