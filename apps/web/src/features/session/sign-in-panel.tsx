import type { ForgeInfo } from '@flightdeck/api-client/model';
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Search } from '../../lib/address.ts';
import { rememberChoice, showLanguage } from '../../lib/i18n.ts';
import { basePath, safeReturn, withBase } from '../../lib/page-facts.ts';
import { consoleQuery } from '../../lib/session.ts';
import { AsyncView, SkeletonRows } from '../../ui/async-view.tsx';
import { Logo } from '../../ui/icon.tsx';
import { Note } from '../../ui/note.tsx';
import { useTitle } from '../../ui/page.tsx';
import { SandboxPeople } from './sandbox-people.tsx';
import { SignInError } from './sign-in-error.tsx';
import css from './sign-in-panel.module.css';

/** Address to begin signing in at: it carries the page that was asked for, checked here and again by the console. */
export function beginUrl(forge: ForgeInfo, back: string | undefined): string {
  const target = safeReturn(back);
  if (target === '/') return forge.signInUrl;
  const mark = forge.signInUrl.includes('?') ? '&' : '?';
  return `${forge.signInUrl}${mark}return=${encodeURIComponent(withBase(target))}`;
}

export function SignInPanel({ search }: { search: Search }) {
  const { t, i18n } = useTranslation(['session', 'common']);
  const known = useQuery(consoleQuery());
  useTitle(t('title'));
  const other = i18n.language === 'en' ? 'zh-CN' : 'en';
  const switchLanguage = () => {
    rememberChoice(other);
    void showLanguage(other);
  };
  const back = safeReturn(search.return);
  return (
    <main className={css.page}>
      <div className={css.panel}>
        <div className={css.brand}>
          <Logo /> {t('common:product')}
        </div>
        {search.error ? <SignInError search={search} /> : null}
        {search['signed-out'] && !search.error ? <Note live>{t('signedOutNow')}</Note> : null}
        <div>
          <h1 className={css.title}>{t('title')}</h1>
          <p className="t2">{t('lead')}</p>
          {back !== '/' && back !== basePath ? <p className="t2">{t('back')}</p> : null}
        </div>
        <AsyncView query={known} skeleton={<SkeletonRows rows={1} widths={[60]} />}>
          {({ forges, sandbox }) => (
            <>
              {forges.length === 0 ? <Note kind="waiting">{t('noForge')}</Note> : null}
              {forges.map((forge, index) => (
                <Button
                  key={forge.id}
                  component="a"
                  href={beginUrl(forge, search.return)}
                  variant={index === 0 ? 'filled' : 'default'}
                  className={css.button ?? ''}
                >
                  {t(search.error === undefined ? 'with' : 'again', { forge: forge.name })}
                </Button>
              ))}
              {sandbox && sandbox.length > 0 ? <SandboxPeople people={sandbox} /> : null}
            </>
          )}
        </AsyncView>
        <footer className={css.foot}>
          <button type="button" lang={other} onClick={switchLanguage}>
            {t(`common:language.${other}`)}
          </button>
          <span>{known.data ? `${t('common:product')} ${known.data.version}` : ''}</span>
        </footer>
      </div>
    </main>
  );
}
