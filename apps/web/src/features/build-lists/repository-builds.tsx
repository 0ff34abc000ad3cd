import type { BuildList } from '@flightdeck/api-client/contract';
import type { Repository } from '@flightdeck/api-client/model';
import { Button } from '@mantine/core';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { paths } from '../../app/paths.ts';
import { useSearch } from '../../lib/address.ts';
import { useServerInfo } from '../../lib/session.ts';
import { AsyncView, SkeletonRows } from '../../ui/async-view.tsx';
import { Link } from '../../ui/link.tsx';
import { useGap } from '../../ui/sentences.ts';
import { StaleNote } from '../../ui/server-notes.tsx';
import { useSinceText } from '../../ui/time.tsx';
import { UnbuiltNote } from '../../ui/unbuilt-note.tsx';
import { useRowKeys } from '../../ui/use-row-keys.ts';
import { BuildListFilters } from './build-filters.tsx';
import { BuildRow } from './build-row.tsx';
import { FreshRows } from './fresh-rows.tsx';
import { KeyHints } from './key-hints.tsx';
import { readFilters, useRepositoryBuilds } from './queries.ts';
import css from './repository-builds.module.css';
import { useSteadyRows } from './use-steady-rows.ts';

type Item = BuildList['items'][number];
const keyOf = (item: Item) => String(item.build.number);

/** Builds of one repository, newest first, with their filters, and how far back those can see. */
export function RepositoryBuilds({ repository }: { repository: Repository }) {
  const { server, path, defaultBranch } = repository;
  const { t } = useTranslation('builds');
  const [search, change] = useSearch();
  const filters = readFilters(search);
  const events = useServerInfo(server)?.events ?? [];
  const list = useRepositoryBuilds(server, path, filters);
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  const first = list.data?.pages[0];
  const rows = useRowKeys<HTMLUListElement>();
  const listRef = useRef<HTMLUListElement>(null);
  const steady = useSteadyRows(items, keyOf, listRef, JSON.stringify(filters));
  const filtered = Object.keys(filters).length > 0;
  const onlyBranch = Object.keys(filters).every((filter) => filter === 'branch');
  const attach = (element: HTMLUListElement | null) => {
    rows.current = element;
    listRef.current = element;
  };
  return (
    <>
      <BuildListFilters
        events={events}
        base={paths.repository(server, path)}
        search={search}
        filters={filters}
        defaultBranch={defaultBranch}
        branches={first?.branches ?? []}
        authors={first?.authors ?? []}
        onChange={(part) => change(part, { replace: true })}
      />
      <StaleNote stale={first?.stale ?? null} retry={() => void list.refetch()} />
      {list.isSuccess && onlyBranch ? (
        <UnbuiltNote
          repository={repository}
          branch={filters.branch ?? defaultBranch}
          known={`${items[0]?.build.number} ${first?.reach.filling}`}
        />
      ) : null}
      <AsyncView
        query={list}
        skeleton={<SkeletonRows rows={10} widths={[6, 40, 14, 10]} />}
        empty={() =>
          items.length === 0 ? <Nothing filtered={filtered} to={paths.repository(server, path)} /> : null
        }
      >
        {() => (
          <>
            <FreshRows count={steady.waiting} onShow={steady.show} />
            <ul ref={attach} className={css.list} aria-label={t('list.title', { path })}>
              {steady.rows.map((item) => (
                <BuildRow key={item.build.number} server={server} path={path} {...item} />
              ))}
            </ul>
          </>
        )}
      </AsyncView>
      <div className={css.foot}>
        {list.hasNextPage ? (
          <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {t('list.older')}
          </Button>
        ) : null}
        {first ? <Reach reach={first.reach} /> : null}
      </div>
      <KeyHints />
    </>
  );
}

/** How far back the filters can see: the index may still be filling, or the server may have dropped its oldest. */
function Reach({ reach }: { reach: BuildList['reach'] }) {
  const { t } = useTranslation('builds');
  const since = useSinceText();
  const gap = useGap();
  const text = reach.complete
    ? t('list.reachComplete')
    : reach.oldest === null
      ? t('list.reachStarting')
      : t(reach.filling ? 'list.reachFilling' : 'list.reachFrom', { oldest: reach.oldest });
  return (
    <span className="t3 xs">
      {text}
      {gap}
      {reach.asOf === null ? null : t('list.reachAsOf', { time: since(reach.asOf) })}
    </span>
  );
}

function Nothing({ filtered, to }: { filtered: boolean; to: string }) {
  const { t } = useTranslation(['builds', 'common']);
  if (!filtered) return t('list.empty');
  return (
    <span className="row">
      {t('list.emptyFiltered')}
      <Link to={to} replace className="link">
        {t('common:action.clearFilters')}
      </Link>
    </span>
  );
}
