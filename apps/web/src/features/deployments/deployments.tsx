import { toRepoKey } from '@flightdeck/api-client/contract';
import { type Promotion, type RepositoryDetail, reaches } from '@flightdeck/api-client/model';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearch } from '../../lib/address.ts';
import { orpc } from '../../lib/api.ts';
import { useTopic } from '../../lib/live.ts';
import { AsyncView, SkeletonRows } from '../../ui/async-view.tsx';
import { StaleNote } from '../../ui/server-notes.tsx';
import css from './deployments.module.css';
import { EnvironmentSection } from './environment-section.tsx';
import { PromoteDialog } from './promote-dialog.tsx';
import { PromotionNote, PromotionState } from './promotion-note.tsx';

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
    <>
      <div className={css.stale}>
        <StaleNote stale={query.data?.stale ?? null} retry={() => void query.refetch()} />
      </div>
      <AsyncView
        query={query}
        skeleton={<SkeletonRows />}
        empty={(data) =>
          data.environments.length + openOf(data.promotions).length === 0 ? t('empty') : null
        }
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
    </>
  );
}
