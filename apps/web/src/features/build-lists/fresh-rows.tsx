import { useTranslation } from 'react-i18next';
import css from './fresh-rows.module.css';

/** "3 new builds" above a list somebody reads. */
export function FreshRows({ count, onShow }: { count: number; onShow: () => void }) {
  const { t } = useTranslation('builds');
  return (
    <div role="status">
      {count > 0 ? (
        <button type="button" className={css.fresh} onClick={onShow} title={t('list.freshHint')}>
          {t('list.fresh', { count })}
        </button>
      ) : null}
    </div>
  );
}
