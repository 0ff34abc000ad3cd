import { ActionIcon, Button, TextInput, Tooltip } from '@mantine/core';
import { type RefObject, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../../ui/icon.tsx';
import { Kbd } from '../../ui/kbd.tsx';
import { HitCount } from './hit-count.tsx';
import type { SearchTerm } from './marks.ts';
import type { useSearch } from './use-search.ts';

export interface LogToolbarProps {
  field: RefObject<HTMLInputElement | null>;
  term: SearchTerm;
  setTerm: (term: SearchTerm) => void;
  search: ReturnType<typeof useSearch>;
  /** Index of the current hit among all, from 0; null before the first is visited. */
  hit: number | null;
  step: (by: 1 | -1) => void;
  follow: boolean | null;
  setFollow: (on: boolean) => void;
  times: boolean;
  setTimes: (on: boolean) => void;
  wrap: boolean;
  setWrap: (on: boolean) => void;
  full: boolean;
  setFull: (on: boolean) => void;
  downloadUrl: string;
}

/** Search at the left, ways to look at the right. On a phone the search is a row of its own that its sign opens. */
export function LogToolbar(props: LogToolbarProps) {
  const { t } = useTranslation('logs');
  const [finding, setFinding] = useState(false);
  const { field } = props;
  useEffect(() => {
    if (finding) field.current?.focus();
  }, [finding, field]);
  return (
    <div
      className="log-tools"
      role="toolbar"
      aria-label={t('tools')}
      data-finding={finding || props.term.q !== '' || undefined}
    >
      <Find {...props} />
      <span className="log-grow" />
      <div className="log-views">
        <span className="phone-only">
          <IconButton
            name="search"
            label={t('search')}
            pressed={finding}
            onClick={() => {
              if (finding) props.setTerm({ ...props.term, q: '' });
              setFinding(!finding);
            }}
          />
        </span>
        {props.follow !== null && (
          <Toggle label={t('follow')} hint="F" on={props.follow} set={props.setFollow} />
        )}
        <Toggle label={t('time')} hint="T" on={props.times} set={props.setTimes} />
        <Toggle label={t('wrap')} hint="W" on={props.wrap} set={props.setWrap} />
        <span className="log-sep" />
        <Tooltip label={t('download')}>
          <ActionIcon component="a" href={props.downloadUrl} download aria-label={t('download')}>
            <Icon name="download" small />
          </ActionIcon>
        </Tooltip>
        <IconButton
          name="full"
          label={props.full ? t('leaveFullScreen') : t('fullScreen')}
          pressed={props.full}
          onClick={() => props.setFull(!props.full)}
        />
      </div>
    </div>
  );
}

function Find({ field, term, setTerm, search, hit, step }: LogToolbarProps) {
  const { t } = useTranslation('logs');
  return (
    <div className="log-search">
      <TextInput
        ref={field}
        className="log-find"
        type="search"
        aria-label={t('search')}
        placeholder={t('search')}
        leftSection={<Icon name="search" small />}
        value={term.q}
        maxLength={256}
        onChange={(event) => setTerm({ ...term, q: event.currentTarget.value })}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return;
          if (event.key === 'Enter' && search.fault) search.again();
          else if (event.key === 'Enter') step(event.shiftKey ? -1 : 1);
          if (event.key === 'Escape') {
            setTerm({ ...term, q: '' });
            event.currentTarget.blur();
          }
        }}
      />
      <IconButton name="up" label={t('previousHit')} onClick={() => step(-1)} />
      <IconButton name="down" label={t('nextHit')} onClick={() => step(1)} />
      <IconButton
        text="Aa"
        label={t('matchCase')}
        pressed={term.matchCase}
        onClick={() => setTerm({ ...term, matchCase: !term.matchCase })}
      />
      <IconButton
        text=".*"
        label={t('regex')}
        pressed={term.regex}
        onClick={() => setTerm({ ...term, regex: !term.regex })}
      />
      <HitCount asked={term.q !== ''} search={search} hit={hit} />
    </div>
  );
}

function Toggle({
  label,
  hint,
  on,
  set,
}: {
  label: string;
  hint: string;
  on: boolean;
  set: (on: boolean) => void;
}) {
  return (
    <Button
      size="compact-xs"
      variant="default"
      aria-pressed={on}
      onClick={() => set(!on)}
      rightSection={<Kbd>{hint}</Kbd>}
    >
      {label}
    </Button>
  );
}

function IconButton({
  name,
  text,
  label,
  pressed,
  onClick,
}: {
  name?: 'up' | 'down' | 'full' | 'search';
  text?: string;
  label: string;
  pressed?: boolean;
  onClick: () => void;
}) {
  return (
    <Tooltip label={label}>
      <ActionIcon aria-label={label} aria-pressed={pressed} onClick={onClick}>
        {name ? <Icon name={name} small /> : <span className="mono">{text}</span>}
      </ActionIcon>
    </Tooltip>
  );
}
