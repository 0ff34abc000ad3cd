import type { Viewer } from '@flightdeck/api-client/model';
import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Note } from '../../ui/note.tsx';

const hidden = 'flightdeck.notices-seen';

/** What an administrator should know about the installation. Closed for this browser session, not for good. */
export function InstallationNotices({ viewer }: { viewer: Viewer }) {
  const { t } = useTranslation();
  const [seen, setSeen] = useState(readSeen);
  if (!viewer.administrator) return null;
  const close = (notice: string) => {
    const next = [...seen, notice];
    setSeen(next);
    try {
      sessionStorage.setItem(hidden, next.join(','));
    } catch {
      // It comes back with the next page then.
    }
  };
  return viewer.notices
    .filter((notice) => !seen.includes(notice))
    .map((notice) => (
      <Note
        key={notice}
        kind="waiting"
        aside={
          <Button size="compact-sm" variant="subtle" onClick={() => close(notice)}>
            {t('action.dismiss')}
          </Button>
        }
      >
        {t(`notices.${notice}`)}
      </Note>
    ));
}

function readSeen(): string[] {
  try {
    return (sessionStorage.getItem(hidden) ?? '').split(',').filter(Boolean);
  } catch {
    return [];
  }
}
