import { toRepoKey } from '@flightdeck/api-client/contract';
import {
  type Deployment,
  type Environment,
  type Promotion,
  type RepositoryDetail,
  reaches,
} from '@flightdeck/api-client/model';
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { paths } from '../../app/paths.ts';
import { useSearch } from '../../lib/address.ts';
import { orpc } from '../../lib/api.ts';
import { useTopic } from '../../lib/live.ts';
import { AsyncView, SkeletonRows } from '../../ui/async-view.tsx';
import { Link } from '../../ui/link.tsx';
import { Commit } from '../../ui/names.tsx';
import { SectionHead } from '../../ui/page.tsx';
import { type Shape, ShapeIcon } from '../../ui/status-icon.tsx';
import { Table } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import css from './deployments.module.css';
import { PromoteDialog } from './promote-dialog.tsx';
import { PromotionNote, PromotionState } from './promotion-note.tsx';

const shapes: Record<Deployment['outcome'], Shape> = {
  deployed: 'success',
  failed: 'failure',
  'nothing-ran': 'notice',
  'in-flight': 'running',
  cancelled: 'cancelled',
  uncertain: 'notice',
};

interface DeploymentsProps {
  repository: RepositoryDetail;
  serverName: string;
}

/** Per environment: what really runs there, the newest attempt beside it, and the history with true outcomes. */
export function Deployments({ repository, serverName }: DeploymentsProps) {
  const { t } = useTranslation('deployments');
  const [search, changeSearch] = useSearch();
  const { server, path } = repository;
  const input = { server, repo: toRepoKey(path) };
  const query = useQuery(orpc.deployments.list.queryOptions({ input, refetchInterval: 30_000 }));
  useTopic({ kind: 'repository', ...input }, (message) => {
    if (message.type === 'build' && message.listed?.build.environment) void query.refetch();
  });
  const [back, setBack] = useState<{ environment: string; number: number } | null>(null);
  /** Those nobody knows the end of yet. The one in the address has its own note. */
  const openOf = (promotions: readonly Promotion[]) =>
    promotions.filter(
      (p) => (p.state === 'sending' || p.state === 'uncertain') && p.key !== search.promotion,
    );
  const canWrite = reaches(repository.level, 'write') && repository.activation === 'active';
  return (
    <AsyncView
      query={query}
      skeleton={<SkeletonRows />}
      empty={(data) => (data.environments.length + openOf(data.promotions).length === 0 ? t('empty') : null)}
    >
      {(data) => (
        <>
          {search.promotion && (
            <PromotionNote
              server={server}
              path={path}
              promotionKey={search.promotion}
              serverName={serverName}
              onClose={() => changeSearch({ promotion: undefined }, { replace: true })}
            />
          )}
          {openOf(data.promotions).map((promotion) => (
            <PromotionState key={promotion.key} promotion={promotion} serverName={serverName} />
          ))}
          {data.environments.map((environment) => (
            <EnvironmentSection
              key={environment.name}
              server={server}
              path={path}
              environment={environment}
              onRollBack={canWrite ? (number) => setBack({ environment: environment.name, number }) : null}
            />
          ))}
          {!data.reach.complete && data.reach.oldest !== null && (
            <p className="t3 xs">
              {t(data.reach.filling ? 'reachFilling' : 'reachFrom', { oldest: data.reach.oldest })}
            </p>
          )}
          {back && (
            <PromoteDialog
              kind="rollback"
              server={server}
              path={path}
              number={back.number}
              environment={back.environment}
              serverName={serverName}
              onClose={() => setBack(null)}
              onKey={(key) => changeSearch({ promotion: key ?? undefined }, { replace: true })}
            />
          )}
        </>
      )}
    </AsyncView>
  );
}

interface SectionProps {
  server: string;
  path: string;
  environment: Environment;
  onRollBack: ((number: number) => void) | null;
}

function EnvironmentSection({ server, path, environment, onRollBack }: SectionProps) {
  const { t } = useTranslation('deployments');
  const { name, current, history, named } = environment;
  return (
    <section aria-label={name}>
      <SectionHead title={name} more={named ? t('named') : undefined} />
      <p className={css.now}>
        {current ? (
          <>
            <ShapeIcon shape="success" />
            <Link to={paths.build(server, path, current.build.number)} className="link num">
              {t('current', { number: current.build.number })}
            </Link>
            <Commit sha={current.build.commit} />
            <span className="cut">{current.build.title}</span>
          </>
        ) : (
          <span className="t2">{t('nothingThere')}</span>
        )}
      </p>
      {history.length > 0 && (
        <Table label={t('history', { count: history.length })} className={css.table ?? ''}>
          <thead>
            <tr>
              <th>{t('column.outcome')}</th>
              <th>{t('column.build')}</th>
              <th>{t('column.commit')}</th>
              <th>{t('column.by')}</th>
              <th>{t('column.when')}</th>
              <th>
                <span className="sr-only">{t('column.action')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {history.map((one) => (
              <tr key={one.build.number}>
                <td>
                  <span className="row" title={one.outcome === 'nothing-ran' ? t('nothingRan') : undefined}>
                    <ShapeIcon shape={shapes[one.outcome]} />
                    <span className="cut">{t(`outcome.${one.outcome}`)}</span>
                  </span>
                </td>
                <td className="num">
                  <Link to={paths.build(server, path, one.build.number)} className="link">
                    #{one.build.number}
                  </Link>{' '}
                  {one.from !== null && (
                    <span className="t3">
                      {t(one.build.event === 'rollback' ? 'rolledBack' : 'from', { number: one.from })}
                    </span>
                  )}
                </td>
                <td>
                  <Commit sha={one.build.commit} /> <span className="t2">{one.build.title}</span>
                </td>
                <td className="t2">{one.by}</td>
                <td className="t2">
                  <Time at={one.build.createdAt} />
                </td>
                <td>
                  {onRollBack && one.outcome === 'deployed' && one.build.number !== current?.build.number && (
                    <Button
                      size="compact-sm"
                      aria-label={t('rollBackTo', { number: one.build.number })}
                      onClick={() => onRollBack(one.build.number)}
                    >
                      {t('rollBack')}
                    </Button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </Table>
      )}
      {history.some((one) => one.outcome === 'nothing-ran') && <p className={css.lie}>{t('nothingRan')}</p>}
    </section>
  );
}
