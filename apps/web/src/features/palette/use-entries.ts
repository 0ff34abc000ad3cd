import type { Preferences } from '@flightdeck/api-client/model';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { paths } from '../../app/paths.ts';
import { useOfferedActions } from '../../lib/actions.ts';
import { useGo } from '../../lib/address.ts';
import { api } from '../../lib/api.ts';
import { openKeys } from '../../lib/palette.ts';
import { usePatchViewer, useViewer } from '../../lib/session.ts';
import type { Entry } from './find.ts';

/** What this page can do now. */
export function usePageEntries(): Entry[] {
  const { t } = useTranslation();
  return useOfferedActions()
    .filter((action) => !action.keyOnly)
    .map((action) => ({
      id: `action:${action.id}`,
      label: action.label,
      ...(action.keys ? { keys: action.keys } : {}),
      group: t('palette.actions'),
      // The palette gives the focus back when it closes; what an action focuses must come after that.
      run: () => setTimeout(action.run, 0),
    }));
}

/** Pages, language and theme. */
export function useConsoleEntries(): Entry[] {
  const { t, i18n } = useTranslation();
  const go = useGo();
  const viewer = useViewer();
  const preferences = viewer?.preferences;
  const patch = usePatchViewer();
  const save = useMutation({ mutationFn: (next: Preferences) => api.session.setPreferences(next) });
  const set = (change: Partial<Preferences>) => {
    if (!preferences) return;
    const next = { ...preferences, ...change };
    patch((viewer) => ({ ...viewer, preferences: next }));
    save.mutate(next, { onError: () => patch((viewer) => ({ ...viewer, preferences })) });
  };
  const page = (id: string, label: string, to: string): Entry => ({
    id,
    label,
    group: t('palette.pages'),
    run: () => go(to),
  });
  const own = (id: string, label: string, run: () => void): Entry => ({
    id,
    label,
    group: t('palette.console'),
    run,
  });
  return [
    page('page:deck', t('nav.deck'), paths.deck()),
    page('page:repos', t('nav.repositories'), paths.repositories()),
    page('page:account', t('person.account'), paths.account()),
    ...(viewer?.administrator ? [page('page:doctor', t('person.doctor'), paths.doctor())] : []),
    own('own:language', t('palette.language'), () =>
      set({ language: i18n.language === 'en' ? 'zh-CN' : 'en' }),
    ),
    own('own:light', t('palette.themeLight'), () => set({ theme: 'light' })),
    own('own:dark', t('palette.themeDark'), () => set({ theme: 'dark' })),
    own('own:system', t('palette.themeSystem'), () => set({ theme: 'system' })),
    own('own:keys', t('palette.keys'), openKeys),
  ];
}
