import type { RepositoryDetail, Secret } from '@flightdeck/api-client/model';
import { Button, Checkbox, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../lib/api.ts';
import { useSubmit } from '../../lib/use-submit.ts';
import { FormProblem } from '../../ui/problem.tsx';
import { SecretField } from '../../ui/secret-field.tsx';
import { FormButtons } from './form-buttons.tsx';
import css from './panel.module.css';
import { inputOf, useReadAgain } from './queries.ts';
import { checkName, endsWithLineBreak, withoutLineBreak } from './rules.ts';

interface SecretFormProps {
  repository: RepositoryDetail;
  existing: readonly Secret[];
  /** null adds a new one. */
  secret: Secret | null;
  /** With what is to be said when it was saved. */
  onClose: (message?: string) => void;
}

/** Adds a secret or replaces its value; what was typed stays when the console refuses, and is gone once it was saved. */
export function SecretForm({ repository, existing, secret, onClose }: SecretFormProps) {
  const { t } = useTranslation('credentials');
  const [name, setName] = useState('');
  const [value, setValue] = useState('');
  const [pullRequests, setPullRequests] = useState(secret?.pullRequests ?? false);
  const [touched, setTouched] = useState(false);
  const { busy, error, run } = useSubmit();
  const readAgain = useReadAgain();
  const input = inputOf(repository.server, repository.path);
  const nameFault = secret ? null : checkName(name, existing);
  // A replacement may change the exposure alone: the value is then left as it is.
  const exposureOnly = secret !== null && value === '' && pullRequests !== secret.pullRequests;
  const valueMissing = value === '' && !exposureOnly;

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTouched(true);
    if (nameFault || valueMissing) return;
    const saved = await run(() =>
      secret
        ? api.secrets.replace({ ...input, name: secret.name, ...(value ? { value } : {}), pullRequests })
        : api.secrets.add({ ...input, name, value, pullRequests }),
    );
    if (!saved) return;
    setValue('');
    void readAgain();
    const done = secret ? (exposureOnly ? 'secrets.exposureChanged' : 'secrets.replaced') : 'secrets.added';
    onClose(t(done, { name: secret?.name ?? name }));
  };
  return (
    <form
      className={css.form}
      onSubmit={(event) => void submit(event)}
      aria-label={title()}
      autoComplete="off"
    >
      {secret ? (
        <p className="strong">{title()}</p>
      ) : (
        <TextInput
          label={t('secrets.name')}
          description={t('secrets.nameHint')}
          value={name}
          onChange={(event) => setName(event.currentTarget.value.trim())}
          error={
            nameFault && (touched || (name !== '' && nameFault.fault !== 'nameEmpty'))
              ? t(`secrets.${nameFault.fault}`, { name: nameFault.twin })
              : null
          }
          autoFocus
          autoComplete="off"
          spellCheck={false}
          maxLength={100}
          classNames={{ input: css.mono ?? '' }}
        />
      )}
      <div>
        <SecretField
          lines
          label={t('secrets.value')}
          value={value}
          onChange={setValue}
          error={touched && valueMissing ? t('secrets.valueEmpty') : null}
          description={secret ? t('secrets.onlyExposure') : undefined}
          {...(secret ? { autoFocus: true } : {})}
        />
        {endsWithLineBreak(value) ? (
          <p className={css.hint} role="status">
            {t('secrets.valueLineBreak')}{' '}
            <Button size="compact-sm" onClick={() => setValue(withoutLineBreak(value))}>
              {t('secrets.removeLineBreak')}
            </Button>
          </p>
        ) : null}
      </div>
      <Checkbox
        checked={pullRequests}
        onChange={(event) => setPullRequests(event.currentTarget.checked)}
        label={t('secrets.pullRequestsField')}
        description={t('secrets.pullRequestsHint')}
      />
      <FormProblem error={error} />
      <FormButtons
        submit={
          secret
            ? t(exposureOnly ? 'secrets.submitExposure' : 'secrets.submitReplace', { name: secret.name })
            : t('secrets.submitAdd')
        }
        busy={busy}
        onClose={() => onClose()}
      />
    </form>
  );

  function title(): string {
    return secret ? t('secrets.newValueOf', { name: secret.name }) : t('secrets.add');
  }
}
