import type { GivenCredentials } from '@flightdeck/api-client/contract';
import type { ForgeInfo } from '@flightdeck/api-client/model';
import { Button, Radio, TextInput } from '@mantine/core';
import { type FormEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSubmit } from '../lib/use-submit.ts';
import css from './forge-credentials.module.css';
import { OutLink } from './link.tsx';
import { Note } from './note.tsx';
import { FormProblem } from './problem.tsx';
import { SecretField } from './secret-field.tsx';

interface Props {
  forge: ForgeInfo;
  submit: string;
  send: (credentials: GivenCredentials) => Promise<unknown>;
  onDone: () => void;
  onCancel?: () => void;
}

/**
 * Signing in where a forge has no page of its own to do it on: by token, or by a password that makes one. After a refusal
 * everything typed stays but the password.
 */
export function ForgeCredentials({ forge, submit, send, onDone, onCancel }: Props) {
  const { t } = useTranslation(['session', 'common']);
  const [way, choose] = useState<'token' | 'password'>('token');
  const [token, setToken] = useState('');
  const [login, setLogin] = useState('');
  const [password, setPassword] = useState('');
  const [touched, setTouched] = useState(false);
  const passwordField = useRef<HTMLInputElement>(null);
  const { busy, error, run } = useSubmit();
  const name = forge.name;
  const missing = (text: string, sentence: string) => (touched && text.trim() === '' ? sentence : null);

  const given = (): GivenCredentials | null => {
    if (way === 'token') return token.trim() ? { token: token.trim() } : null;
    return login.trim() && password ? { login: login.trim(), password } : null;
  };
  const onSubmit = async (event: FormEvent) => {
    event.preventDefault();
    setTouched(true);
    const credentials = given();
    if (!credentials) return;
    const done = await run(() => send(credentials));
    setPassword('');
    if (!done) {
      setTouched(false);
      if (way === 'password') passwordField.current?.focus();
      return;
    }
    setToken('');
    onDone();
  };

  return (
    <form className={css.form} onSubmit={(event) => void onSubmit(event)} aria-label={submit}>
      <fieldset className={css.ways}>
        <legend className="t2 xs">{t('credentials.how')}</legend>
        {(['token', 'password'] as const).map((one) => (
          <Radio
            key={one}
            name={`way-${forge.id}`}
            label={t(`credentials.by.${one}`)}
            checked={way === one}
            onChange={() => {
              choose(one);
              setTouched(false);
            }}
          />
        ))}
      </fieldset>
      {way === 'token' ? (
        <SecretField
          label={t('credentials.token', { forge: name })}
          value={token}
          onChange={setToken}
          error={missing(token, t('credentials.tokenEmpty'))}
          description={
            <>
              {t('credentials.tokenHow')}{' '}
              <OutLink href={forge.credentials?.tokenPageUrl ?? forge.publicUrl} className="link">
                {t('credentials.tokenPage')}
              </OutLink>
            </>
          }
        />
      ) : (
        <>
          <TextInput
            label={t('credentials.login', { forge: name })}
            value={login}
            onChange={(event) => setLogin(event.currentTarget.value)}
            error={missing(login, t('credentials.loginEmpty'))}
            autoComplete="username"
            autoCapitalize="off"
            spellCheck={false}
          />
          <TextInput
            ref={passwordField}
            label={t('credentials.password', { forge: name })}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            error={missing(password, t('credentials.passwordEmpty'))}
            description={t('credentials.passwordRisk', { forge: name })}
            type="password"
            autoComplete="current-password"
          />
        </>
      )}
      <p className="t2 xs">{t('credentials.risk', { forge: name })}</p>
      {window.location.protocol === 'http:' ? (
        <Note kind="waiting">{t('credentials.plain', { forge: name })}</Note>
      ) : null}
      <FormProblem error={error} />
      <div className={css.buttons}>
        <Button type="submit" variant="filled" loading={busy}>
          {submit}
        </Button>
        {onCancel ? (
          <Button variant="subtle" onClick={onCancel}>
            {t('common:action.cancel')}
          </Button>
        ) : null}
      </div>
    </form>
  );
}
