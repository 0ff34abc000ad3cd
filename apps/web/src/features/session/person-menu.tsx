import type { Preferences, Viewer } from '@flightdeck/api-client/model';
import { Menu, UnstyledButton } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { paths } from '../../app/paths.ts';
import { useGo } from '../../lib/address.ts';
import { Icon } from '../../ui/icon.tsx';
import { Avatar } from '../../ui/names.tsx';
import css from './person-menu.module.css';
import { useSetPreferences, useSignOut } from './queries.ts';

/** Account, language, theme, sign out. */
export function PersonMenu({ viewer }: { viewer: Viewer }) {
  const { t, i18n } = useTranslation(['common', 'session']);
  const go = useGo();
  const setPreferences = useSetPreferences();
  const signOut = useSignOut();
  const name = viewer.person.name || viewer.person.login;
  const themes: Preferences['theme'][] = ['light', 'dark', 'system'];
  const languages = ['en', 'zh-CN'] as const;
  const set = (change: Partial<Preferences>) => setPreferences.mutate({ ...viewer.preferences, ...change });
  const mark = (on: boolean) => (on ? <Icon name="check" small /> : <span className={css.space} />);
  return (
    <Menu
      position="bottom-end"
      width={230}
      keepMounted={false}
      withinPortal={false}
      withInitialFocusPlaceholder={false}
    >
      <Menu.Target>
        <UnstyledButton className={css.person} aria-label={t('person.menu', { name })}>
          <Avatar name={name} picture={viewer.person.avatarUrl} big />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('person.signedInAs', { login: viewer.person.login })}</Menu.Label>
        <Menu.Item leftSection={<Icon name="person" small />} onClick={() => go(paths.account())}>
          {t('person.account')}
        </Menu.Item>
        {viewer.administrator ? (
          <Menu.Item leftSection={<Icon name="link" small />} onClick={() => go(paths.doctor())}>
            {t('person.doctor')}
          </Menu.Item>
        ) : null}
        <Menu.Divider />
        <Menu.Label>{t('language.label')}</Menu.Label>
        {languages.map((language) => (
          <Menu.Item
            key={language}
            lang={language}
            leftSection={mark(i18n.language === language)}
            onClick={() => set({ language })}
          >
            {t(`language.${language}`)}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Label>{t('theme.label')}</Menu.Label>
        {themes.map((theme) => (
          <Menu.Item
            key={theme}
            leftSection={mark(viewer.preferences.theme === theme)}
            onClick={() => set({ theme })}
          >
            {t(`theme.${theme}`)}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item onClick={() => signOut.mutate(false)}>{t('session:signOut')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
