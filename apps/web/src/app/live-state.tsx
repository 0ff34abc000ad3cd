import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { orpc } from '../lib/api.ts';
import { useConnection, wakeLive } from '../lib/live.ts';
import { ShapeIcon } from '../ui/status-icon.tsx';
import css from './live-state.module.css';

/** Says when the page does not update by itself at the moment. Silent while all is well, and for the first 2 s. */
export function LiveState() {
  const { t } = useTranslation();
  const connection = useConnection();
  const client = useQueryClient();
  const [late, setLate] = useState(false);
  useEffect(() => {
    setLate(false);
    // Signed out elsewhere closes the socket: ask who is signed in, the shell does the rest.
    if (connection === 'closed') void client.invalidateQueries({ queryKey: orpc.session.get.key() });
    if (connection !== 'reconnecting') return;
    const timer = setTimeout(() => setLate(true), 2_000);
    return () => clearTimeout(timer);
  }, [connection, client]);
  const shown = connection === 'closed' || (connection === 'reconnecting' && late);
  return (
    <div role="status" className={css.state}>
      {shown ? (
        <>
          <ShapeIcon shape="notice" />
          <span>{t(connection === 'closed' ? 'live.closed' : 'live.reconnecting')}</span>
          {connection === 'reconnecting' ? (
            <button type="button" onClick={wakeLive}>
              {t('action.tryNow')}
            </button>
          ) : null}
        </>
      ) : null}
    </div>
  );
}
