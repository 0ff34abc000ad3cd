import { Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { paths } from '../../app/paths.ts';
import type { Search } from '../../lib/address.ts';
import { stringifySearch } from '../../lib/address.ts';
import { useServers } from '../../lib/session.ts';
import { FilterField } from '../../ui/filter-field.tsx';
import { Segments } from '../../ui/segments.tsx';
import css from './list-filters.module.css';
import { type ListFilters, shows } from './queries.ts';

interface Props {
  search: Search;
  filters: ListFilters;
  onChange: (change: Search) => void;
}

/** Name, state, server, order: all of it in the address. */
export function RepositoryFilters({ search, filters, onChange }: Props) {
  const { t } = useTranslation('repos');
  const servers = useServers();
  const segments = shows.map((show) => ({
    to: paths.repositories() + stringifySearch({ ...search, show: show === 'all' ? undefined : show }),
    label: t(`show.${show}`),
    current: filters.show === show,
  }));
  return (
    <div className={css.filters}>
      <FilterField
        label={t('filter')}
        value={filters.q ?? ''}
        onChange={(q) => onChange({ q })}
        className={css.field ?? ''}
      />
      <Segments label={t('show.label')} segments={segments} />
      <span className="grow" />
      {servers.length > 1 ? (
        <Select
          aria-label={t('server')}
          data={[
            { value: '', label: t('anyServer') },
            ...servers.map((server) => ({ value: server.id, label: server.name })),
          ]}
          value={filters.server ?? ''}
          onChange={(server) => onChange({ server: server ?? '' })}
        />
      ) : null}
      <Select
        aria-label={t('sort')}
        className={css.sort ?? ''}
        data={[
          { value: 'activity', label: t('sortActivity') },
          { value: 'name', label: t('sortName') },
        ]}
        value={filters.sort}
        onChange={(sort) => onChange({ sort: sort === 'name' ? 'name' : '' })}
      />
    </div>
  );
}
