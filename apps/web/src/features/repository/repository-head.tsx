import type { RepositoryDetail } from '@flightdeck/api-client/model';
import { useTranslation } from 'react-i18next';
import { paths } from '../../app/paths.ts';
import { useConsole } from '../../lib/session.ts';
import { Icon } from '../../ui/icon.tsx';
import { OutLink } from '../../ui/link.tsx';
import { InstanceBadge } from '../../ui/names.tsx';
import { PageHead, Tabs } from '../../ui/page.tsx';
import css from './repository-head.module.css';

interface RepositoryHeadProps {
  server: string;
  path: string;
  tab: 'builds' | 'deployments' | 'settings';
  repository: RepositoryDetail | undefined;
  actions?: React.ReactNode;
}

/** Crumbs, name and tabs: the same on every page of a repository. */
export function RepositoryHead({ server, path, tab, repository, actions }: RepositoryHeadProps) {
  const { t } = useTranslation(['repos', 'builds', 'common']);
  const forge = useConsole()?.forges.find((known) => known.id === repository?.forge)?.name;
  const groups = path.split('/').slice(0, -1);
  const title = path.split('/').at(-1) ?? path;
  const tabs = (['builds', 'deployments', 'settings'] as const).map((key) => ({
    to:
      key === 'builds'
        ? paths.repository(server, path)
        : key === 'deployments'
          ? paths.deployments(server, path)
          : paths.settings(server, path),
    label: t(`page.${key}`),
    current: key === tab,
  }));
  return (
    <>
      <PageHead
        title={title}
        tabTitle={`${path} · ${t(`page.${tab}`)}`}
        crumbs={[
          { label: t('title'), to: paths.repositories() },
          ...groups.map((group) => ({ label: group })),
        ]}
        badge={<InstanceBadge id={server} />}
        summary={
          <span className={css.facts}>
            {repository?.private ? (
              <span className={css.fact}>
                <Icon name="lock" small />
                {t('private')}
              </span>
            ) : null}
            {repository?.forgeUrl ? (
              <OutLink href={repository.forgeUrl} className={`${css.fact} text-link`}>
                <Icon name="external" small />
                {t('page.onForge', { forge: forge ?? repository.forge })}
              </OutLink>
            ) : null}
          </span>
        }
        actions={actions}
      />
      <Tabs label={t('page.tabs')} tabs={tabs} />
    </>
  );
}
