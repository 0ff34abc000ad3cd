import { useTranslation } from 'react-i18next';
import { useViewer } from '../../lib/session.ts';
import { Kbd } from '../../ui/kbd.tsx';
import css from './key-hints.module.css';

/** Keys of a list, on wide screens. */
export function KeyHints() {
  const { t } = useTranslation('keys');
  if (useViewer()?.preferences.singleKeys === false) return null;
  return (
    <div className={css.hints} aria-hidden="true">
      <span>
        <Kbd>J</Kbd> <Kbd>K</Kbd> {t('hint.move')}
      </span>
      <span>
        <Kbd>↵</Kbd> {t('hint.open')}
      </span>
      <span>
        <Kbd>?</Kbd> {t('hint.all')}
      </span>
    </div>
  );
}
