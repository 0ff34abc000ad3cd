import { useTranslation } from 'react-i18next';
import css from '../features/account/account.module.css';
import { LinkedAccounts } from '../features/account/linked-accounts.tsx';
import { PreferencesPanel } from '../features/account/preferences-panel.tsx';
import { SessionsPanel } from '../features/account/sessions-panel.tsx';
import { useViewer } from '../lib/session.ts';
import { Page, PageHead } from '../ui/page.tsx';

/** Linked accounts, language, theme, keys, sessions. */
export function AccountPage() {
  const { t } = useTranslation('account');
  const viewer = useViewer();
  if (!viewer) return null;
  return (
    <Page>
      <PageHead title={t('title')} />
      <div className={css.page}>
        <LinkedAccounts viewer={viewer} />
        <PreferencesPanel viewer={viewer} />
        <SessionsPanel viewer={viewer} />
      </div>
    </Page>
  );
}
