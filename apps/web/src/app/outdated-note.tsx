import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useOutdated } from '../lib/outdated.ts';
import { reloadPage } from '../lib/reload.ts';
import { Note } from '../ui/note.tsx';
import css from './outdated-note.module.css';

/** Stays in sight while the page scrolls: the next click may need what is gone. */
export function OutdatedNote() {
  const { t } = useTranslation();
  if (!useOutdated()) return null;
  return (
    <div className={css.place}>
      <Note
        kind="waiting"
        live
        aside={
          <Button size="compact-sm" onClick={reloadPage}>
            {t('action.reload')}
          </Button>
        }
      >
        {t('crash.chunkNote')}
      </Note>
    </div>
  );
}
