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
  const open = viewer.notices.filter((notice) => !seen.includes(notice));
  if (open.length === 0) return null;
  const close = () => {
    setSeen([...viewer.notices]);
    try {
      sessionStorage.setItem(hidden, viewer.notices.join(','));
    } catch {
      // They come back with the next page then.
    }
  };
  return (
    <Note
      kind="waiting"
      aside={
        <Button size="compact-sm" variant="subtle" onClick={close}>
          {t('action.dismiss')}
        </Button>
      }
    >
      {open.map((notice) => (
        <p key={notice}>{t(`notices.${notice}`)}</p>
      ))}
    </Note>
  );
}

function readSeen(): string[] {
  try {
    return (sessionStorage.getItem(hidden) ?? '').split(',').filter(Boolean);
  } catch {
    return [];
  }
}
