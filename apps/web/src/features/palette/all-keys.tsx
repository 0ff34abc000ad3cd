import { useTranslation } from 'react-i18next';
import { type PageAction, useOfferedActions } from '../../lib/actions.ts';
import { closeOverlay } from '../../lib/palette.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { modText } from '../../ui/kbd.tsx';
import css from './all-keys.module.css';

/** Every key of this page and of all pages. */
export function AllKeys({ singleKeys }: { singleKeys: boolean }) {
  const { t } = useTranslation('keys');
  const actions = useOfferedActions().filter((action) => action.keys);
  const everywhere = [
    { keys: modText('K'), label: t('palette') },
    ...rows(actions.filter((action) => action.global)),
    { keys: 'Esc', label: t('close') },
  ];
  return (
    <Dialog opened onClose={closeOverlay} title={t('title')}>
      <div className="stack">
        {singleKeys ? null : <p className="t2">{t('off')}</p>}
        <KeyList title={t('here')} rows={rows(actions.filter((action) => !action.global))} />
        <KeyList title={t('everywhere')} rows={everywhere} />
      </div>
    </Dialog>
  );
}

/** One row for each key: a later part of the page wins over an earlier one. */
function rows(actions: readonly PageAction[]) {
  return [...new Map(actions.map((action) => [action.keys, action])).values()].map((action) => ({
    keys: keyText(action.keys ?? ''),
    label: action.label,
  }));
}

export function keyText(keys: string): string {
  const shift = keys.startsWith('Shift+');
  const key = shift ? keys.slice(6) : keys;
  const shown = key === 'Enter' ? '↵' : key === 'Escape' ? 'Esc' : key.length === 1 ? key.toUpperCase() : key;
  return shift ? `Shift ${shown}` : shown;
}

function KeyList({ title, rows: list }: { title: string; rows: { keys: string; label: string }[] }) {
  if (list.length === 0) return null;
  return (
    <section>
      <h3>{title}</h3>
      <dl className={css.keys}>
        {list.map((row) => (
          <div key={row.keys}>
            <dt>
              <kbd>{row.keys}</kbd>
            </dt>
            <dd>{row.label}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
