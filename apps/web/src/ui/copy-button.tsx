import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { copyText } from '../lib/copy.ts';
import { Icon } from './icon.tsx';

/** Copies a text, also where the browser keeps the clipboard for secure pages, and says whether it worked. */
export function CopyButton({
  text,
  label,
  iconOnly = false,
}: {
  text: string;
  label?: string;
  iconOnly?: boolean;
}) {
  const { t } = useTranslation();
  const [state, setState] = useState<'idle' | 'done' | 'failed'>('idle');
  const name = label ?? t('action.copy');
  const word = state === 'done' ? t('action.copied') : name;
  const copy = async () => setState((await copyText(text)) ? 'done' : 'failed');
  return (
    <>
      {iconOnly ? (
        <Tooltip label={word}>
          <ActionIcon aria-label={name} onClick={() => void copy()} onBlur={() => setState('idle')}>
            <Icon name={state === 'done' ? 'check' : 'copy'} />
          </ActionIcon>
        </Tooltip>
      ) : (
        <Button
          leftSection={<Icon name={state === 'done' ? 'check' : 'copy'} small />}
          onClick={() => void copy()}
          onBlur={() => setState('idle')}
        >
          {word}
        </Button>
      )}
      <span role="status" className={state === 'failed' ? 'xs t2' : 'sr-only'}>
        {state === 'done' ? t('action.copied') : state === 'failed' ? t('action.copyFailed') : ''}
      </span>
    </>
  );
}
