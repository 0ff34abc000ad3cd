import type { Repository } from '@flightdeck/api-client/model';
import { useTranslation } from 'react-i18next';
import { paths } from '../../app/paths.ts';
import { useSeveralServers } from '../../lib/session.ts';
import { Link } from '../../ui/link.tsx';
import { InstanceBadge, RepositoryName } from '../../ui/names.tsx';
import { SectionHead } from '../../ui/page.tsx';
import { StatusIcon } from '../../ui/status-icon.tsx';
import css from './favourites.module.css';

/** Starred repositories with their newest build. */
export function Favourites({ repositories }: { repositories: readonly Repository[] }) {
  const { t } = useTranslation('builds');
  const several = useSeveralServers();
  return (
    <aside aria-label={t('deck.favourites')}>
      <SectionHead
        title={t('deck.favourites')}
        more={
          <Link to={paths.repositories({ show: 'favourites' })} className="text-link">
            {t('deck.edit')}
          </Link>
        }
      />
      {repositories.length === 0 ? <p className={css.nothing}>{t('deck.noFavourites')}</p> : null}
      <ul>
        {repositories.map(({ server, path, lastBuild }) => (
          <li key={`${server}/${path}`} className={css.item}>
            {lastBuild ? <StatusIcon status={lastBuild.status} /> : <span className={css.space} />}
            <Link to={paths.repository(server, path)} className="grow cut text-link">
              <RepositoryName path={path} />
            </Link>
            {several ? <InstanceBadge id={server} /> : null}
            {lastBuild ? (
              <Link to={paths.build(server, path, lastBuild.number)} className="t3 xs num text-link">
                #{lastBuild.number}
              </Link>
            ) : null}
          </li>
        ))}
      </ul>
    </aside>
  );
}
