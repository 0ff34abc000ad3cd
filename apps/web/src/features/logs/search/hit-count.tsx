import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { countText } from '../../../lib/format.ts';
import { useProblemSentence } from '../../../ui/problem.tsx';
import type { useSearch } from './use-search.ts';

interface HitCountProps {
  /** Whether something is searched for. */
  asked: boolean;
  search: ReturnType<typeof useSearch>;
  hit: number | null;
}

/** "4 of 47", or why there is no number. */
export function HitCount({ asked, search, hit }: HitCountProps) {
  const { t, i18n } = useTranslation('logs');
  const sentence = useProblemSentence();
  const { fault, found, searching, again } = search;
  const say = (): string => {
    if (!asked) return '';
    if (fault?.code === 'pattern_invalid') return t('badPattern');
    if (fault?.code === 'pattern_too_slow') return t('slowPattern');
    if (fault) return t('searchFailed', { why: sentence(fault) });
    if (!found) return searching ? t('searching') : '';
    const total = countText(found.total, i18n.language);
    if (!found.complete && hit === null)
      return t('hitsSoFar', { total, scanned: countText(found.scanned, i18n.language) });
    if (found.complete && found.total === 0) return t('noHits');
    if (!found.complete) return t('hitOfSoFar', { at: countText((hit ?? 0) + 1, i18n.language), total });
    return t('hits', { at: hit === null ? '–' : countText(hit + 1, i18n.language), total });
  };
  const bad = asked && fault !== null;
  const curable = bad && fault.code !== 'pattern_invalid' && fault.code !== 'pattern_too_slow';
  return (
    <>
      <span className="log-find-count" role="status" data-bad={bad || undefined}>
        {say()}
      </span>
      {curable && (
        <Button size="compact-xs" loading={searching} onClick={again}>
          {t('searchAgain')}
        </Button>
      )}
    </>
  );
}
