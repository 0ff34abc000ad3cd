import type { LogView } from '@flightdeck/api-client/model';
import { Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Kbd } from '../../ui/kbd.tsx';
import type { LogFeed } from './feed.ts';
import { IconButton } from './icon-button.tsx';
import { DownloadMenu, ViewMenu } from './log-menus.tsx';
import { LogFind, type LogFindProps } from './search/log-find.tsx';
import { nextTimes } from './times.ts';

export interface LogToolbarProps extends Omit<LogFindProps, 'onClose'> {
  feed: LogFeed;
  follow: boolean | null;
  setFollow: (on: boolean) => void;
  /** Absent where no line looks like an error. */
  toError: (() => void) | undefined;
  errorKey: boolean;
  view: LogView;
  setView: (change: Partial<LogView>) => void;
  /** Absent where nothing can be folded. */
  foldAll: ((closed: boolean) => void) | undefined;
  full: boolean;
  setFull: (on: boolean) => void;
}

/** Search at the left, ways to look at the right. On a phone its sign puts the search in the place of the ways to look. */
export function LogToolbar(props: LogToolbarProps) {
  const { t } = useTranslation('logs');
  const [finding, setFinding] = useState(false);
  const { field, find, view, setView, full } = props;
  useEffect(() => {
    if (finding) field.current?.focus();
  }, [finding, field]);
  return (
    <div
      className="log-tools"
      role="toolbar"
      aria-label={t('tools')}
      data-finding={finding || find.term.q !== '' || undefined}
    >
      <LogFind
        {...props}
        onClose={() => {
          props.setFind({ ...find, term: { ...find.term, q: '' } });
          setFinding(false);
        }}
      />
      <span className="log-grow" />
      <div className="log-views">
        <span className="phone-only">
          <IconButton name="search" label={t('search')} onClick={() => setFinding(true)} />
        </span>
        {props.toError && (
          <Button
            size="compact-xs"
            variant="default"
            onClick={props.toError}
            rightSection={props.errorKey && <Kbd>E</Kbd>}
          >
            {t('firstError')}
          </Button>
        )}
        {props.follow !== null && (
          <Toggle label={t('follow')} hint="F" on={props.follow} set={props.setFollow} />
        )}
        {/* On a phone the menu has it. */}
        <Toggle
          className="log-wide"
          label={view.times === 'absolute' ? t('timeOfDay') : t('time')}
          hint="T"
          on={view.times !== 'off'}
          set={() => setView({ times: nextTimes(view.times) })}
        />
        <Toggle label={t('wrap')} hint="W" on={view.wrap} set={(wrap) => setView({ wrap })} />
        <span className="log-sep" />
        <ViewMenu view={view} setView={setView} foldAll={props.foldAll} />
        <DownloadMenu feed={props.feed} />
        <IconButton
          name="full"
          label={full ? t('leaveFullScreen') : t('fullScreen')}
          pressed={full}
          onClick={() => props.setFull(!full)}
        />
      </div>
    </div>
  );
}

interface ToggleProps {
  label: string;
  hint: string;
  on: boolean;
  set: (on: boolean) => void;
  className?: string;
}

function Toggle({ label, hint, on, set, className = '' }: ToggleProps) {
  return (
    <Button
      className={className}
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
