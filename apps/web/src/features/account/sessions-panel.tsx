import type { Viewer } from '@flightdeck/api-client/model';
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { api } from '../../lib/api.ts';
import { withBase } from '../../lib/page-facts.ts';
import { useInstanceName } from '../../lib/session.ts';
import { useSubmit } from '../../lib/use-submit.ts';
import { SectionHead } from '../../ui/page.tsx';
import { FormProblem } from '../../ui/problem.tsx';
import { useAgoText } from '../../ui/time.tsx';
import css from './account.module.css';

/** Who is signed in here, until when, and the end of every session. */
export function SessionsPanel({ viewer }: { viewer: Viewer }) {
  const { t } = useTranslation(['account', 'session']);
  const forge = useInstanceName()(viewer.forge);
  const when = useAgoText();
  const { busy, error, run } = useSubmit();
  const leave = async (everywhere: boolean) => {
    const left = await run(() => (everywhere ? api.session.signOutEverywhere() : api.session.signOut()));
    if (left) window.location.assign(withBase('/sign-in?signed-out=1'));
  };
  return (
    <section>
      <SectionHead title={t('sessions')} />
      <div className={css.row}>
        <div>
          <p>{t('forge', { forge, login: viewer.person.login })}</p>
          <p className="t2 xs">{t('sessionsText', { time: when(viewer.sessionExpiresAt, Date.now()) })}</p>
        </div>
        <Button loading={busy} onClick={() => void leave(false)}>
          {t('session:signOut')}
        </Button>
      </div>
      <div className={css.row}>
        <p className="t2">{t('signOutEverywhereText')}</p>
        <Button variant="danger" loading={busy} onClick={() => void leave(true)}>
          {t('signOutEverywhere')}
        </Button>
      </div>
      <FormProblem error={error} />
    </section>
  );
}
