import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Search } from '../../lib/address.ts';
import { rememberChoice, showLanguage } from '../../lib/i18n.ts';
import { basePath, safeReturn } from '../../lib/page-facts.ts';
import { consoleQuery } from '../../lib/session.ts';
import { AsyncView, SkeletonRows } from '../../ui/async-view.tsx';
import { Logo } from '../../ui/icon.tsx';
import { Note } from '../../ui/note.tsx';
import { useTitle } from '../../ui/page.tsx';
import { SandboxPeople } from './sandbox-people.tsx';
import { SignInError } from './sign-in-error.tsx';
import css from './sign-in-panel.module.css';
import { SignInWay } from './sign-in-way.tsx';

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
  // Only a forge that is configured is named: an address cannot put other words here.
  const endedBy = known.data?.forges.find((forge) => forge.id === search.ended);
  return (
    <main className={css.page}>
      <div className={css.panel}>
        <div className={css.brand}>
          <Logo /> {t('common:product')}
        </div>
        {search.error ? <SignInError search={search} /> : null}
        {search['signed-out'] && !search.error ? <Note live>{t('signedOutNow')}</Note> : null}
        {endedBy && !search.error ? (
          <Note kind="waiting" live>
            {t('endedBy', { forge: endedBy.name })}
          </Note>
        ) : null}
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
                <SignInWay
                  key={forge.id}
                  forge={forge}
                  back={search.return}
                  first={index === 0}
                  again={search.error !== undefined}
                  only={forges.length === 1}
                />
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
