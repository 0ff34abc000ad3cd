import type { BuildView } from '@flightdeck/api-client/contract';
import { useTranslation } from 'react-i18next';
import { paths } from '../app/paths.ts';
import type { Ask } from '../features/builds/build-head.tsx';
import { type PageAction, useActions } from '../lib/actions.ts';

/** What can be done on a build's page by key and from the palette: only what may be done is offered. */
export function useBuildActions(
  view: BuildView,
  { go, ask, toFailure }: { go: (to: string) => void; ask: (what: Ask) => void; toFailure: () => void },
): void {
  const { t } = useTranslation('build');
  const { server, path, permits, older, newer } = view;
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
    view.cause !== null &&
      view.opensAt !== null && { id: 'failure', label: t('goToFailure'), keys: 'e', run: toFailure },
    permits.restart === null && {
      id: 'restart',
      label: t('action.restartOpen'),
      keys: 'r',
      run: () => ask('restart'),
    },
    permits.promote === null && {
      id: 'promote',
      label: t('action.promote'),
      keys: 'p',
      run: () => ask('promote'),
    },
    permits.approve === null && {
      id: 'approve',
      label: t('action.approve'),
      keys: 'a',
      run: () => ask('approve'),
    },
    permits.cancel === null && { id: 'cancel', label: t('action.cancel'), run: () => ask('cancel') },
  ];
  useActions(offered.filter((action) => action !== false));
}
