import { ActionIcon, Button, Tooltip, UnstyledButton } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { copyText } from '../lib/copy.ts';
import css from './copy-button.module.css';
import { Icon } from './icon.tsx';
import { modText } from './kbd.tsx';

interface CopyButtonProps {
  /** The text, or how to read it when it has to be fetched first. */
  text: string | (() => Promise<string>);
  label?: string;
  look?: 'button' | 'icon' | 'link';
}

/** How long "Copied" stands before the button says again what it does. */
const SAID_MS = 2_000;

/** Copies a text, also where the browser keeps the clipboard for secure pages, and says whether it worked. */
export function CopyButton({ text, label, look = 'button' }: CopyButtonProps) {
  const { t } = useTranslation();
  const [state, setState] = useState<'idle' | 'done' | 'failed' | 'unread'>('idle');
  useEffect(() => {
    if (state !== 'done') return;
    const timer = setTimeout(() => setState('idle'), SAID_MS);
    return () => clearTimeout(timer);
  }, [state]);
  const name = label ?? t('action.copy');
  const done = state === 'done';
  const word = done ? t('action.copied') : name;
  const copy = async () => {
    let read: string;
    try {
      read = typeof text === 'string' ? text : await text();
    } catch {
      return setState('unread');
    }
    setState((await copyText(read)) ? 'done' : 'failed');
  };
  const press = { onClick: () => void copy(), onBlur: () => setState('idle') };
  const icon = <Icon name={done ? 'check' : 'copy'} small={look !== 'icon'} />;
  const fault =
    state === 'failed'
      ? t('action.copyFailed', { keys: modText('C') })
      : state === 'unread'
        ? t('action.copyUnread')
        : null;
  return (
    <>
      {look === 'icon' ? (
        <Tooltip label={word}>
          <ActionIcon aria-label={name} {...press}>
            {icon}
          </ActionIcon>
        </Tooltip>
      ) : look === 'link' ? (
        <UnstyledButton className={css.link} {...press}>
          {word}
        </UnstyledButton>
      ) : (
        <Button leftSection={icon} {...press}>
          {word}
        </Button>
      )}
      <span role="status" className={fault ? 'xs t2' : 'sr-only'}>
        {done ? t('action.copied') : (fault ?? '')}
      </span>
    </>
  );
}
