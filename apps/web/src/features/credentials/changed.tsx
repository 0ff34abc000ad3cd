import { useTranslation } from 'react-i18next';
import { Time } from '../../ui/time.tsx';

/** When and by whom; or that it was not set here. */
export function Changed({ at, by }: { at: number | null; by: string | null }) {
  const { t } = useTranslation('credentials');
  if (at === null) return <span className="t3">{t('entry.elsewhere')}</span>;
  if (by === null) return <Time at={at} />;
  const [before = '', after = ''] = t('entry.changedBy', { time: '\u0000', by }).split('\u0000');
  return (
    <>
      {before}
      <Time at={at} />
      {after}
    </>
  );
}
