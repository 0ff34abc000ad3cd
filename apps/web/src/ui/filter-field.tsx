import { CloseButton, TextInput } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useActions } from '../lib/actions.ts';
import { Icon } from './icon.tsx';
import { Kbd } from './kbd.tsx';

interface FilterFieldProps {
  label: string;
  /** What the address says. */
  value: string;
  /** 200 ms after the last key; nothing is told while an input method composes. */
  onChange: (value: string) => void;
  className?: string;
}

/** A field that filters a list; `/` goes to it, Esc clears it and then leaves it. */
export function FilterField({ label, value, onChange, className }: FilterFieldProps) {
  const { t } = useTranslation(['keys', 'common']);
  const field = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(value);
  const [composing, setComposing] = useState(false);
  const told = useRef(value);
  const tell = useRef(onChange);
  tell.current = onChange;
  // The address may change elsewhere: back, a link, "clear the filters".
  useEffect(() => {
    if (value !== told.current) {
      told.current = value;
      setText(value);
    }
  }, [value]);
  useEffect(() => {
    if (composing || text === told.current) return;
    const timer = setTimeout(() => {
      told.current = text;
      tell.current(text);
    }, 200);
    return () => clearTimeout(timer);
  }, [text, composing]);
  useActions([{ id: `filter.${label}`, label, keys: '/', run: () => field.current?.focus() }]);
  return (
    <TextInput
      ref={field}
      type="search"
      className={className ?? ''}
      aria-label={label}
      placeholder={label}
      value={text}
      maxLength={200}
      onChange={(event) => setText(event.currentTarget.value)}
      onCompositionStart={() => setComposing(true)}
      onCompositionEnd={(event) => {
        setComposing(false);
        setText(event.currentTarget.value);
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.nativeEvent.isComposing) return;
        if (text) setText('');
        else field.current?.blur();
      }}
      leftSection={<Icon name="search" small />}
      rightSection={
        text ? (
          <CloseButton size="sm" aria-label={t('common:action.clear')} onClick={() => setText('')} />
        ) : (
          <Kbd>/</Kbd>
        )
      }
    />
  );
}
