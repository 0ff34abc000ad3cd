import { type BuildEvent, buildEventSchema, statusSchema } from '@flightdeck/api-client/model';
import { Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type Search, stringifySearch } from '../../lib/address.ts';
import { Segments } from '../../ui/segments.tsx';
import css from './build-filters.module.css';
import type { BuildFilters } from './queries.ts';

interface Props {
  /** Events that builds of this server can come from. */
  events: readonly BuildEvent[];
  /** Address of the list without filters. */
  base: string;
  search: Search;
  filters: BuildFilters;
  defaultBranch: string;
  branches: readonly string[];
  authors: readonly string[];
  onChange: (change: Search) => void;
}

/** Short cuts for what is asked most, then every filter: all of it in the address. */
export function BuildListFilters({
  events,
  base,
  search,
  filters,
  defaultBranch,
  branches,
  authors,
  onChange,
}: Props) {
  const { t } = useTranslation('builds');
  const only = (change: BuildFilters) =>
    base + stringifySearch({ ...search, branch: undefined, event: undefined, ...change });
  const isEvent = (event: BuildEvent) => filters.event === event && !filters.branch;
  const segments = [
    { to: only({}), label: t('list.all'), current: !filters.branch && !filters.event },
    {
      to: only({ branch: defaultBranch }),
      label: defaultBranch,
      current: filters.branch === defaultBranch && !filters.event,
    },
    {
      to: only({ event: 'pull_request' }),
      label: t('list.pullRequests'),
      current: isEvent('pull_request'),
    },
    { to: only({ event: 'tag' }), label: t('list.tags'), current: isEvent('tag') },
    { to: only({ event: 'promote' }), label: t('list.promotions'), current: isEvent('promote') },
  ].filter((segment) => segment.label !== '');
  const any = (label: string, values: readonly { value: string; label: string }[]) => [
    { value: '', label },
    ...values,
  ];
  const named = (values: readonly string[], chosen: string | undefined) =>
    [...new Set(chosen ? [chosen, ...values] : values)].map((value) => ({ value, label: value }));
  return (
    <div className={css.filters}>
      <Segments label={t('list.event')} segments={segments} />
      <span className="grow" />
      <Select
        searchable
        className={css.branch ?? ''}
        aria-label={t('list.branch')}
        data={any(t('list.anyBranch'), named(branches, filters.branch))}
        value={filters.branch ?? ''}
        onChange={(branch) => onChange({ branch: branch ?? '' })}
      />
      <Select
        className={css.other ?? ''}
        aria-label={t('list.event')}
        data={any(
          t('list.anyEvent'),
          buildEventSchema.options
            .filter((event) => events.includes(event) || event === filters.event)
            .map((event) => ({ value: event, label: t(`event.${event}`) })),
        )}
        value={filters.event ?? ''}
        onChange={(event) => onChange({ event: event ?? '' })}
      />
      <Select
        className={css.other ?? ''}
        aria-label={t('list.status')}
        data={any(
          t('list.anyStatus'),
          statusSchema.options
            .filter((status) => status !== 'unknown')
            .map((status) => ({ value: status, label: t(`status.${status}`) })),
        )}
        value={filters.status ?? ''}
        onChange={(status) => onChange({ status: status ?? '' })}
      />
      <Select
        searchable
        className={css.other ?? ''}
        aria-label={t('list.author')}
        data={any(t('list.anyAuthor'), named(authors, filters.author))}
        value={filters.author ?? ''}
        onChange={(author) => onChange({ author: author ?? '' })}
      />
    </div>
  );
}
