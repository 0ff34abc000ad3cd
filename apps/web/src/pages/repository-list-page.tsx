import type { Repository } from '@flightdeck/api-client/model';
import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { paths } from '../app/paths.ts';
import { ActivateDialog } from '../features/repositories/activate-dialog.tsx';
import { RepositoryFilters } from '../features/repositories/list-filters.tsx';
import { PublicOthers } from '../features/repositories/public-others.tsx';
import { readListFilters, useRepositoryList } from '../features/repositories/queries.ts';
import { RepositoryTable } from '../features/repositories/repository-table.tsx';
import { SyncButton, SyncNote } from '../features/repositories/sync-control.tsx';
import { useSearch } from '../lib/address.ts';
import { useServers } from '../lib/session.ts';
import { AsyncView, SkeletonRows } from '../ui/async-view.tsx';
import { Link } from '../ui/link.tsx';
import { Page, PageHead } from '../ui/page.tsx';
import { ServerNotes } from '../ui/server-notes.tsx';
import { useRowKeys } from '../ui/use-row-keys.ts';
import css from './repository-list-page.module.css';

/** My repositories on the forge and those a CI server knows, active or not; others that are public by search. */
export function RepositoryListPage() {
  const { t } = useTranslation(['repos', 'common']);
  const [search, change] = useSearch();
  const filters = readListFilters(search);
  const list = useRepositoryList(filters);
  const [activating, setActivating] = useState<Repository | null>(null);
  const syncing = useServers().filter((server) => server.capabilities.includes('sync'));
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  const first = list.data?.pages[0];
  const filtered = Boolean(filters.q || filters.server || filters.show !== 'all');
  const rows = useRowKeys<HTMLDivElement>(true);
  return (
    <Page>
      <PageHead
        title={t('title')}
        summary={first ? t('total', { count: first.total }) : null}
        actions={syncing.map((server) => (
          <SyncButton key={server.id} server={server} named={syncing.length > 1} />
        ))}
      />
      <div className={css.notes}>
        {syncing.map((server) => (
          <SyncNote key={server.id} server={server} />
        ))}
      </div>
      <RepositoryFilters
        search={search}
        filters={filters}
        onChange={(part) => change(part, { replace: true })}
      />
      <div ref={rows} className={css.lists}>
        <AsyncView
          query={list}
          skeleton={<SkeletonRows rows={8} widths={[30, 9, 8, 9, 8, 6]} />}
          empty={() =>
            items.length === 0 ? (
              <Nothing filtered={filtered} served={first === undefined || first.servers.length > 0} />
            ) : null
          }
        >
          {() => (
            <>
              <ServerNotes
                servers={[...(first?.servers ?? []), ...(first?.forges ?? [])]}
                retry={() => void list.refetch()}
              />
              <RepositoryTable
                label={t('title')}
                repositories={items}
                servers={first?.servers ?? []}
                onActivate={setActivating}
              />
              {list.hasNextPage ? (
                <div className={css.more}>
                  <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
                    {t('common:action.loadMore')}
                  </Button>
                  <span className="t3 xs num">
                    {t('of', { shown: items.length, total: first?.total ?? 0 })}
                  </span>
                </div>
              ) : null}
            </>
          )}
        </AsyncView>
        <PublicOthers q={(filters.q ?? '').trim()} mine={items} onActivate={setActivating} />
      </div>
      {activating ? <ActivateDialog repository={activating} onClose={() => setActivating(null)} /> : null}
    </Page>
  );
}

/** `served`: a CI server belongs to a forge of the person; without one there is nothing to activate on. */
function Nothing({ filtered, served }: { filtered: boolean; served: boolean }) {
  const { t } = useTranslation(['repos', 'common']);
  if (!served) return t('emptyServerless');
  if (!filtered) return t('empty');
  return (
    <span className="row">
      {t('emptyFiltered')}
      <Link to={paths.repositories()} className="link" replace>
        {t('common:action.clearFilters')}
      </Link>
    </span>
  );
}
