import { ActionIcon, Button, TextInput, Tooltip } from '@mantine/core';
import type { RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { countText } from '../../lib/format.ts';
import { Icon } from '../../ui/icon.tsx';
import { Kbd } from '../../ui/kbd.tsx';
import type { SearchTerm } from './marks.ts';
import type { SearchState } from './use-search.ts';

export interface LogToolbarProps {
  field: RefObject<HTMLInputElement | null>;
  term: SearchTerm;
  setTerm: (term: SearchTerm) => void;
  search: SearchState;
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

export function LogToolbar(props: LogToolbarProps) {
  const { t } = useTranslation('logs');
  const { term, setTerm } = props;
  return (
    <div className="log-tools" role="toolbar" aria-label={t('search')}>
      <TextInput
        ref={props.field}
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
          if (event.key === 'Enter') props.step(event.shiftKey ? -1 : 1);
          if (event.key === 'Escape') {
            setTerm({ ...term, q: '' });
            event.currentTarget.blur();
          }
        }}
      />
      <HitCount {...props} />
      <IconButton name="up" label={t('previousHit')} onClick={() => props.step(-1)} />
      <IconButton name="down" label={t('nextHit')} onClick={() => props.step(1)} />
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
      <span className="log-grow" />
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
  );
}

function HitCount({ term, search, hit }: LogToolbarProps) {
  const { t, i18n } = useTranslation('logs');
  const say = (): string => {
    if (term.q === '') return '';
    if (search.fault === 'pattern') return t('badPattern');
    if (search.fault === 'slow') return t('slowPattern');
    if (search.fault === 'failed') return t('searchFailed');
    if (!search.hits) return search.searching ? t('searching') : '';
    const total = countText(search.hits.total, i18n.language);
    if (!search.hits.complete) return t('hitsSoFar', { total });
    if (search.hits.total === 0) return t('noHits');
    return t('hits', { at: hit === null ? '–' : countText(hit + 1, i18n.language), total });
  };
  return (
    <span className="log-find-count" role="status" data-bad={search.fault !== null || undefined}>
      {say()}
    </span>
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
  name?: 'up' | 'down' | 'full';
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
