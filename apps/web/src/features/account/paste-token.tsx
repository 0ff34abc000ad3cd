import type { LinkedAccount } from '@flightdeck/api-client/model';
import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../lib/api.ts';
import { useInstanceName } from '../../lib/session.ts';
import { useSubmit } from '../../lib/use-submit.ts';
import { OutLink } from '../../ui/link.tsx';
import { FormProblem } from '../../ui/problem.tsx';
import { SecretField } from '../../ui/secret-field.tsx';
import { useGap } from '../../ui/sentences.ts';
import css from './account.module.css';

/** Takes the token of the person's account. The console checks whose it is before it keeps it, sealed. */
export function PasteToken({
  account,
  onClose,
}: {
  account: LinkedAccount;
  onClose: (message?: string) => void;
}) {
  const { t } = useTranslation(['account', 'common']);
  const gap = useGap();
  const server = useInstanceName()(account.server);
  const client = useQueryClient();
  const [token, setToken] = useState('');
  const [touched, setTouched] = useState(false);
  const { busy, error, run } = useSubmit();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTouched(true);
    const pasted = token.trim();
    if (!pasted) return;
    if (!(await run(() => api.accounts.link({ server: account.server, token: pasted })))) return;
    setToken('');
    void client.invalidateQueries();
    onClose(t('linked', { server }));
  };
  return (
    <form className={css.form} onSubmit={(event) => void submit(event)} autoComplete="off">
      <SecretField
        label={t('token', { server })}
        value={token}
        onChange={setToken}
        error={touched && !token.trim() ? t('tokenEmpty') : null}
        description={
          <>
            {t('tokenHow')}
            {gap}
            <OutLink href={account.tokenPageUrl} className="link">
              {t('tokenPage')}
            </OutLink>
          </>
        }
        autoFocus
      />
      <FormProblem error={error} />
      <div className={css.buttons}>
        <Button type="submit" variant="filled" loading={busy}>
          {t('tokenSubmit', { server })}
        </Button>
        <Button variant="subtle" onClick={() => onClose()}>
          {t('common:action.cancel')}
        </Button>
      </div>
    </form>
  );
}
