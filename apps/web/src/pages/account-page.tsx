import { useTranslation } from 'react-i18next';
import css from '../features/account/account.module.css';
import { Identities } from '../features/account/identities.tsx';
import { LinkedAccounts } from '../features/account/linked-accounts.tsx';
import { PreferencesPanel } from '../features/account/preferences-panel.tsx';
import { SessionsPanel } from '../features/account/sessions-panel.tsx';
import { SignInError } from '../features/session/sign-in-error.tsx';
import { useSearch } from '../lib/address.ts';
import { useViewer } from '../lib/session.ts';
import { Page, PageHead } from '../ui/page.tsx';

/** Accounts on forges, linked accounts, language, theme, keys, sessions. */
export function AccountPage() {
  const { t } = useTranslation('account');
  const viewer = useViewer();
  const [search] = useSearch();
  if (!viewer) return null;
  return (
    <Page>
      <PageHead title={t('title')} />
      <div className={css.page}>
        {search.error ? <SignInError search={search} /> : null}
        <Identities viewer={viewer} />
        <LinkedAccounts viewer={viewer} />
        <PreferencesPanel viewer={viewer} />
        <SessionsPanel viewer={viewer} />
      </div>
    </Page>
  );
}
