import { Button, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import css from './secret-field.module.css';

interface SecretFieldProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  error?: string | null;
  description?: React.ReactNode;
  /** Takes several lines: keys and certificates. */
  lines?: boolean;
  autoFocus?: boolean;
}

/** Takes a value that is never shown again: masked, kept from password managers, spell checkers and histories. */
export function SecretField({
  label,
  value,
  onChange,
  error,
  description,
  lines = false,
  autoFocus,
}: SecretFieldProps) {
  const { t } = useTranslation('credentials');
  const [shown, show] = useState(false);
  const common = {
    label,
    value,
    description,
    error: error ?? null,
    autoComplete: 'off',
    spellCheck: false,
    autoCapitalize: 'off',
    ...(autoFocus ? { 'data-autofocus': true, autoFocus: true } : {}),
  };
  return (
    <div className={css.area}>
      {lines ? (
        <Textarea
          {...common}
          autosize
          minRows={1}
          maxRows={10}
          classNames={{ input: `${css.input} ${shown ? '' : css.masked}` }}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      ) : (
        <TextInput
          {...common}
          type={shown ? 'text' : 'password'}
          autoComplete="new-password"
          classNames={{ input: css.input ?? '' }}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      )}
      <Button size="compact-sm" variant="subtle" aria-pressed={shown} onClick={() => show(!shown)}>
        {t(shown ? 'hide' : 'show')}
      </Button>
    </div>
  );
}
