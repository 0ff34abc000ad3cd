import type { LogView } from '@flightdeck/api-client/model';
import type { RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { type PageAction, useActions } from '../../lib/actions.ts';
import type { useHits } from './search/use-hits.ts';
import type { useSearch } from './search/use-search.ts';
import { nextTimes } from './times.ts';
import type { Follow } from './use-follow.ts';

interface LogDeeds {
  field: RefObject<HTMLInputElement | null>;
  search: ReturnType<typeof useSearch>;
  hits: ReturnType<typeof useHits>;
  follow: Follow;
  growing: boolean;
  view: LogView;
  setView: (change: Partial<LogView>) => void;
  toError: (() => void) | undefined;
  errorKey: boolean;
  foldAll: ((closed: boolean) => void) | undefined;
  full: boolean;
  setFull: (on: boolean) => void;
}

/** What the log offers by key and in the palette: what its toolbar offers. */
export function useLogActions(deeds: LogDeeds): void {
  const { t } = useTranslation('logs');
  const { field, search, hits, follow, view, setView, toError, foldAll, full, setFull } = deeds;
  const offered: (PageAction | false)[] = [
    { id: 'log-search', label: t('search'), keys: '/', run: () => field.current?.focus() },
    search.found !== null &&
      search.found.total > 0 && {
        id: 'log-next',
        label: t('nextHit'),
        keys: 'n',
        run: () => hits.step(1),
        keyOnly: true,
      },
    search.found !== null &&
      search.found.total > 0 && {
        id: 'log-previous',
        label: t('previousHit'),
        keys: 'Shift+n',
        run: () => hits.step(-1),
        keyOnly: true,
      },
    toError !== undefined && {
      id: 'log-error',
      label: t('firstError'),
      run: toError,
      ...(deeds.errorKey ? { keys: 'e' } : {}),
    },
    deeds.growing && {
      id: 'log-follow',
      label: t('follow'),
      keys: 'f',
      run: () => follow.set(!follow.on),
    },
    { id: 'log-times', label: t('time'), keys: 't', run: () => setView({ times: nextTimes(view.times) }) },
    { id: 'log-wrap', label: t('wrap'), keys: 'w', run: () => setView({ wrap: !view.wrap }) },
    { id: 'log-plain', label: t('plain.mode'), run: () => setView({ plain: !view.plain }) },
    {
      id: 'log-full',
      label: full ? t('leaveFullScreen') : t('fullScreen'),
      keys: 'Shift+f',
      run: () => setFull(!full),
    },
    foldAll !== undefined && { id: 'log-fold', label: t('fold.closeAll'), run: () => foldAll(true) },
    foldAll !== undefined && { id: 'log-unfold', label: t('fold.openAll'), run: () => foldAll(false) },
  ];
  useActions(offered.filter((action) => action !== false));
}
