import type { RegistryCredential, RepositoryDetail } from '@flightdeck/api-client/model';
import { Button, Checkbox, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../lib/api.ts';
import { useCan } from '../../lib/session.ts';
import { useSubmit } from '../../lib/use-submit.ts';
import { FormProblem } from '../../ui/problem.tsx';
import { SecretField } from '../../ui/secret-field.tsx';
import { FormButtons } from './form-buttons.tsx';
import css from './panel.module.css';
import { inputOf, useReadAgain } from './queries.ts';
import { hostIn, isHost } from './rules.ts';

interface RegistryFormProps {
  repository: RepositoryDetail;
  existing: readonly RegistryCredential[];
  /** null adds a new one. */
  credential: RegistryCredential | null;
  onClose: (message?: string) => void;
}

/** Host, user and password of a registry; the password is gone from the page once it was saved. */
export function RegistryForm({ repository, existing, credential, onClose }: RegistryFormProps) {
  const { t } = useTranslation('credentials');
  const [host, setHost] = useState(credential?.host ?? '');
  const [username, setUsername] = useState(credential?.username ?? '');
  const [password, setPassword] = useState('');
  const [pullRequests, setPullRequests] = useState(credential?.pullRequests ?? false);
  const [touched, setTouched] = useState(false);
  const isNative = useCan(repository.server)('native-registries');
  const { busy, error, run } = useSubmit();
  const readAgain = useReadAgain();
  const input = inputOf(repository.server, repository.path);
  const fix = hostIn(host);
  const taken =
    credential === null && existing.some((known) => known.host.toLowerCase() === host.toLowerCase());
  const hostFault = !isHost(host) ? t('registries.hostBad') : taken ? t('registries.hostTaken') : null;

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTouched(true);
    if (hostFault || username === '' || password === '') return;
    const body = { ...input, host, username, password, ...(isNative ? {} : { pullRequests }) };
    if (!(await run(() => (credential ? api.registries.replace(body) : api.registries.add(body))))) return;
    setPassword('');
    void readAgain();
    onClose(t(credential ? 'registries.replaced' : 'registries.added', { host }));
  };
  return (
    <form
      className={css.form}
      onSubmit={(event) => void submit(event)}
      aria-label={t('registries.add')}
      autoComplete="off"
    >
      {credential ? null : (
        <div>
          <TextInput
            label={t('registries.host')}
            description={t('registries.hostHint')}
            value={host}
            onChange={(event) => setHost(event.currentTarget.value.trim())}
            error={touched || fix ? hostFault : null}
            autoFocus
            spellCheck={false}
            maxLength={259}
            classNames={{ input: css.mono ?? '' }}
          />
          {fix ? (
            <Button size="compact-sm" className={css.fix ?? ''} onClick={() => setHost(fix)}>
              {t('registries.hostFix', { host: fix })}
            </Button>
          ) : null}
        </div>
      )}
      <TextInput
        label={t('registries.username')}
        value={username}
        onChange={(event) => setUsername(event.currentTarget.value)}
        error={touched && username === '' ? t('registries.usernameEmpty') : null}
        autoComplete="off"
        spellCheck={false}
        maxLength={255}
        {...(credential ? { autoFocus: true } : {})}
      />
      <SecretField
        label={t('registries.password')}
        value={password}
        onChange={setPassword}
        error={touched && password === '' ? t('registries.passwordEmpty') : null}
      />
      {isNative ? null : (
        <Checkbox
          checked={pullRequests}
          onChange={(event) => setPullRequests(event.currentTarget.checked)}
          label={t('registries.pullRequestsField')}
        />
      )}
      <FormProblem error={error} />
      <FormButtons
        submit={credential ? t('registries.submitReplace', { host }) : t('registries.submitAdd')}
        busy={busy}
        onClose={() => onClose()}
      />
    </form>
  );
}
