import type { Health, Repository } from '@flightdeck/api-client/model';
import { ActionIcon, Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { paths } from '../../app/paths.ts';
import { useInstanceName } from '../../lib/session.ts';
import { Icon } from '../../ui/icon.tsx';
import { Link } from '../../ui/link.tsx';
import { Badge, InstanceBadge, RepositoryName } from '../../ui/names.tsx';
import { StatusIcon } from '../../ui/status-icon.tsx';
import { Duration, Time, useSinceText } from '../../ui/time.tsx';
import { useSetFavourite } from './queries.ts';
import css from './repository-table.module.css';

interface RepositoryRowProps {
  repository: Repository;
  health: Health | undefined;
  onActivate: (repository: Repository) => void;
}

export function RepositoryRow({ repository, health, onActivate }: RepositoryRowProps) {
  const { t } = useTranslation('repos');
  const why = useWhy(repository, health);
  const { server, path, activation, lastBuild, level } = repository;
  return (
    <tr data-two={why !== null || undefined}>
      <td className={css.starCell}>
        <Star repository={repository} />
      </td>
      <td className={css.nameCell}>
        <span className={css.name}>
          <Link to={paths.repository(server, path)} className="text-link cut" data-row>
            <RepositoryName path={path} strong />
          </Link>
          {repository.private ? (
            <span className="t3" title={t('private')}>
              <Icon name="lock" small />
              <span className="sr-only">{t('private')}</span>
            </span>
          ) : null}
          {repository.archived ? <Badge>{t('archived')}</Badge> : null}
        </span>
        {why ? <span className={css.why}>{why}</span> : null}
      </td>
      <td className={css.serverCell}>
        <InstanceBadge id={server} />
      </td>
      <td className={css.stateCell}>
        {activation === 'active' ? (
          <span className={css.active}>
            <Icon name="check" small />
            {t('state.active')}
          </span>
        ) : (
          <span className="t3">{t(`state.${activation}`)}</span>
        )}
      </td>
      <td className={`${css.buildCell} num`}>
        {lastBuild ? (
          <Link to={paths.build(server, path, lastBuild.number)} className="row text-link">
            <StatusIcon status={lastBuild.status} />#{lastBuild.number}
          </Link>
        ) : activation === 'active' ? (
          <span className="t3">{t('neverBuilt')}</span>
        ) : null}
      </td>
      <td className={`${css.whenCell} t2`} data-right>
        {lastBuild ? (
          lastBuild.status === 'running' ? (
            <Duration from={lastBuild.startedAt ?? lastBuild.createdAt} to={null} />
          ) : (
            <Time at={lastBuild.finishedAt ?? lastBuild.createdAt} />
          )
        ) : null}
      </td>
      <td className={`${css.roleCell} ${css.gap} t2`}>{t(`role.${level}`)}</td>
      <td className={css.actionCell} data-right>
        {activation !== 'active' && level === 'admin' && !repository.archived ? (
          <Button
            size="compact-sm"
            aria-label={`${t('activate.button')} ${path}`}
            onClick={() => onActivate(repository)}
          >
            {t('activate.button')}
          </Button>
        ) : null}
      </td>
    </tr>
  );
}

/** The reason for what is missing in a row, or null. */
function useWhy(repository: Repository, health: Health | undefined): string | null {
  const { t } = useTranslation('repos');
  const name = useInstanceName();
  const since = useSinceText();
  const server = name(repository.server);
  if (health && !health.ok && health.lastGoodAt !== null) {
    return t('why.asOf', { server, time: since(health.lastGoodAt) });
  }
  if (repository.activation === 'active' || repository.archived) return null;
  if (repository.level === 'read') return t('why.readOnly');
  if (repository.level === 'write') return t('why.writeOnly');
  return repository.activation === 'unknown' ? t('why.unknown', { server }) : null;
}

export function Star({ repository }: { repository: Repository }) {
  const { t } = useTranslation('repos');
  const set = useSetFavourite();
  const on = repository.favourite;
  return (
    <ActionIcon
      data-star
      className={css.starButton ?? ''}
      data-on={on || undefined}
      aria-label={t(on ? 'unstar' : 'star', { path: repository.path })}
      onClick={() => set.mutate({ repository, on: !on })}
    >
      <Icon name="star" filled={on} />
    </ActionIcon>
  );
}
