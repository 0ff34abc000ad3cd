import type { Language, Preferences, Viewer } from '@flightdeck/api-client/model';
import { Select, Switch } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../lib/api.ts';
import { usePatchViewer } from '../../lib/session.ts';
import { SectionHead } from '../../ui/page.tsx';
import { FormProblem } from '../../ui/problem.tsx';
import css from './account.module.css';

/** Language, theme, single keys: each takes effect at once. */
export function PreferencesPanel({ viewer }: { viewer: Viewer }) {
  const { t } = useTranslation(['account', 'common']);
  const patch = usePatchViewer();
  const id = useId();
  const save = useMutation({
    mutationFn: (next: Preferences) => api.session.setPreferences(next),
    onMutate: (next) => {
      patch((now) => ({ ...now, preferences: next }));
      return viewer.preferences;
    },
    onError: (_error, _next, before) => {
      if (before) patch((now) => ({ ...now, preferences: before }));
    },
  });
  const set = (change: Partial<Preferences>) => save.mutate({ ...viewer.preferences, ...change });
  const { language, theme, singleKeys } = viewer.preferences;
  return (
    <section>
      <SectionHead title={t('screen')} />
      <div className={css.row}>
        <label htmlFor={`${id}-language`}>{t('common:language.label')}</label>
        <Select
          id={`${id}-language`}
          className={css.select ?? ''}
          data={[
            { value: 'browser', label: t('common:language.browser') },
            { value: 'en', label: t('common:language.en') },
            { value: 'zh-CN', label: t('common:language.zh-CN') },
          ]}
          value={language ?? 'browser'}
          onChange={(next) => set({ language: next === 'browser' ? null : (next as Language) })}
        />
      </div>
      <div className={css.row}>
        <label htmlFor={`${id}-theme`}>{t('common:theme.label')}</label>
        <Select
          id={`${id}-theme`}
          className={css.select ?? ''}
          data={(['system', 'light', 'dark'] as const).map((one) => ({
            value: one,
            label: t(`common:theme.${one}`),
          }))}
          value={theme}
          onChange={(next) => set({ theme: next as Preferences['theme'] })}
        />
      </div>
      <div className={css.row}>
        <div>
          <label htmlFor={`${id}-keys`}>{t('singleKeys')}</label>
          <p className="t2 xs">{t('singleKeysHint')}</p>
        </div>
        <Switch
          id={`${id}-keys`}
          size="sm"
          checked={singleKeys}
          onChange={(event) => set({ singleKeys: event.currentTarget.checked })}
        />
      </div>
      <FormProblem error={save.error} />
    </section>
  );
}
