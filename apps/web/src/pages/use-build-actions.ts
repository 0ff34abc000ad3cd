import type { BuildView } from '@flightdeck/api-client/contract';
import { isFailure } from '@flightdeck/api-client/model';
import { useTranslation } from 'react-i18next';
import { paths } from '../app/paths.ts';
import { type Ask, shownActions } from '../features/builds/build-actions.tsx';
import { type PageAction, useActions } from '../lib/actions.ts';

/** What can be done on a build's page by key and from the palette: what its buttons offer, and nothing else. */
export function useBuildActions(
  view: BuildView,
  {
    go,
    ask,
    toFailure,
  }: {
    go: (to: string) => void;
    ask: (what: Ask) => void;
    /** Absent where one stands at the failure already. */
    toFailure: (() => void) | undefined;
  },
): void {
  const { t } = useTranslation('build');
  const { server, path, older, newer } = view;
  const shown = shownActions(view);
  const offered: (PageAction | false)[] = [
    older !== null && {
      id: 'older',
      label: t('olderBuild', { number: older }),
      keys: '[',
      run: () => go(paths.build(server, path, older)),
    },
    newer !== null && {
      id: 'newer',
      label: t('newerBuild', { number: newer }),
      keys: ']',
      run: () => go(paths.build(server, path, newer)),
    },
    toFailure !== undefined &&
      isFailure(view.build.status) &&
      view.opensAt !== null && { id: 'failure', label: t('goToFailure'), keys: 'e', run: toFailure },
    shown.restart === 'offered' && {
      id: 'restart',
      label: t('action.restartOpen'),
      keys: 'r',
      run: () => ask('restart'),
    },
    shown.promote === 'offered' && {
      id: 'promote',
      label: t('action.promote'),
      keys: 'p',
      run: () => ask('promote'),
    },
    shown.approve === 'offered' && {
      id: 'approve',
      label: t('action.approve'),
      keys: 'a',
      run: () => ask('approve'),
    },
    shown.cancel === 'offered' && { id: 'cancel', label: t('action.cancel'), run: () => ask('cancel') },
  ];
  useActions(offered.filter((action) => action !== false));
}
