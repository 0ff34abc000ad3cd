import type { LinkedAccount, Viewer } from '@flightdeck/api-client/model';
import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearch } from '../../lib/address.ts';
import { api } from '../../lib/api.ts';
import { useInstanceName } from '../../lib/session.ts';
import { useSubmit } from '../../lib/use-submit.ts';
import { Confirm } from '../../ui/dialog.tsx';
import { LinkButton } from '../../ui/link-button.tsx';
import { Note } from '../../ui/note.tsx';
import { SectionHead } from '../../ui/page.tsx';
import { ShapeIcon } from '../../ui/status-icon.tsx';
import { Time } from '../../ui/time.tsx';
import css from './account.module.css';
import { Instance } from './instance.tsx';
import { LinkFailure } from './link-failure.tsx';
import { PasteToken } from './paste-token.tsx';

/** The person's own accounts on the CI servers: link, link again, unlink. */
export function LinkedAccounts({ viewer }: { viewer: Viewer }) {
  const { t } = useTranslation('account');
  const [search, change] = useSearch();
  const [unlinking, setUnlinking] = useState<LinkedAccount | null>(null);
  const [said, say] = useState<string | null>(null);
  const paste = (server: string | undefined) => {
    say(null);
    change({ paste: server }, { replace: true });
  };
  return (
    <section>
      <SectionHead title={t('accounts')} />
      <p className={`${css.lead} t2`}>{t('accountsLead')}</p>
      <LinkFailure viewer={viewer} />
      {said ? (
        <Note kind="success" live>
          {said}
        </Note>
      ) : null}
      <ul>
        {viewer.accounts.map((account) => (
          <li key={account.server} className={css.account}>
            <Account
              account={account}
              onPaste={() => paste(account.server)}
              onUnlink={() => setUnlinking(account)}
            />
            {search.paste === account.server ? (
              <PasteToken
                account={account}
                onClose={(message) => {
                  paste(undefined);
                  if (message) say(message);
                }}
              />
            ) : null}
          </li>
        ))}
      </ul>
      {unlinking ? (
        <Unlink
          account={unlinking}
          onClose={(message) => {
            setUnlinking(null);
            if (message) say(message);
          }}
        />
      ) : null}
    </section>
  );
}

interface AccountProps {
  account: LinkedAccount;
  onPaste: () => void;
  onUnlink: () => void;
}

function Account({ account, onPaste, onUnlink }: AccountProps) {
  const { t } = useTranslation('account');
  const server = useInstanceName()(account.server);
  const linked = account.state === 'linked';
  const [before = '', after = ''] = t('since', { time: '\u0000' }).split('\u0000');
  return (
    <div className={css.line}>
      <Instance id={account.server} />
      <span className={css.state}>
        <ShapeIcon shape={linked ? 'success' : account.state === 'none' ? 'skipped' : 'notice'} />
        {t(`state.${account.state}`)}
      </span>
      <span className="t2 grow">
        {account.login && account.state !== 'none' ? t('as', { login: account.login }) : null}{' '}
        {linked && account.linkedAt !== null ? (
          <>
            {before}
            <Time at={account.linkedAt} />
            {after}
          </>
        ) : null}{' '}
        {linked && account.administrator ? `· ${t('administrator')}` : null}
        {account.state === 'none' ? t('without') : null}
      </span>
      <span className={css.buttons}>
        {!linked && account.oneClickUrl ? <LinkButton account={account} big /> : null}
        {linked ? null : (
          <Button variant={account.oneClickUrl ? 'subtle' : 'default'} onClick={onPaste}>
            {t('paste')}
          </Button>
        )}
        {account.state === 'none' ? null : (
          <Button variant="subtle" aria-label={`${t('unlink')} ${server}`} onClick={onUnlink}>
            {t('unlink')}
          </Button>
        )}
      </span>
    </div>
  );
}

function Unlink({ account, onClose }: { account: LinkedAccount; onClose: (message?: string) => void }) {
  const { t } = useTranslation('account');
  const server = useInstanceName()(account.server);
  const client = useQueryClient();
  const { busy, error, run } = useSubmit();
  const unlink = async () => {
    if (!(await run(() => api.accounts.unlink({ server: account.server })))) return;
    // Who may do what has changed everywhere.
    void client.invalidateQueries();
    onClose(t('unlinked', { server }));
  };
  return (
    <Confirm
      opened
      onClose={() => onClose()}
      title={t('unlinkTitle', { server })}
      text={t('unlinkText')}
      submit={t('unlinkSubmit', { server })}
      onSubmit={() => void unlink()}
      busy={busy}
      error={error}
    />
  );
}
