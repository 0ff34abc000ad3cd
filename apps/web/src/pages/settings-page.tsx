import { useTranslation } from 'react-i18next';
import { paths, type SettingsPart, settingsParts } from '../app/paths.ts';
import { RegistriesPanel } from '../features/credentials/registries-panel.tsx';
import { SecretsPanel } from '../features/credentials/secrets-panel.tsx';
import { useRepository } from '../features/repository/queries.ts';
import { RepositoryHead } from '../features/repository/repository-head.tsx';
import { GeneralPanel } from '../features/settings/general-panel.tsx';
import { AsyncView, SkeletonRows } from '../ui/async-view.tsx';
import { Link } from '../ui/link.tsx';
import { ObstacleText } from '../ui/obstacle.tsx';
import { Page } from '../ui/page.tsx';
import css from './settings-page.module.css';

/** Settings of a repository: general, secrets, registry credentials. */
export function SettingsPage({ server, path, part }: { server: string; path: string; part: SettingsPart }) {
  const { t } = useTranslation('repos');
  const repository = useRepository(server, path);
  return (
    <Page>
      <RepositoryHead server={server} path={path} tab="settings" repository={repository.data} />
      <div className={css.columns}>
        <nav className={css.side} aria-label={t('settings.nav')}>
          {settingsParts.map((one) => (
            <Link
              key={one}
              to={paths.settings(server, path, one)}
              {...(one === part ? { 'aria-current': 'page' as const } : {})}
            >
              {t(`settings.${one}`)}
            </Link>
          ))}
        </nav>
        <AsyncView query={repository} skeleton={<SkeletonRows rows={5} widths={[30, 30]} />}>
          {(known) => {
            if (part === 'general') return <GeneralPanel repository={known} />;
            if (known.permits.listSecrets !== null) {
              return (
                <p>
                  <ObstacleText obstacle={known.permits.listSecrets} server={server} />
                </p>
              );
            }
            return part === 'secrets' ? (
              <SecretsPanel repository={known} />
            ) : (
              <RegistriesPanel repository={known} />
            );
          }}
        </AsyncView>
      </div>
    </Page>
  );
}
