import type { Health, Repository } from '@flightdeck/api-client/model';
import { useTranslation } from 'react-i18next';
import { Table } from '../../ui/table.tsx';
import { RepositoryRow } from './repository-row.tsx';
import css from './repository-table.module.css';

interface RepositoryTableProps {
  label: string;
  repositories: readonly Repository[];
  servers: readonly Health[];
  onActivate: (repository: Repository) => void;
}

export function RepositoryTable({ label, repositories, servers, onActivate }: RepositoryTableProps) {
  const { t } = useTranslation('repos');
  return (
    <Table label={label} className={css.table ?? ''}>
      <colgroup>
        <col className={css.star} />
        <col />
        <col className={css.server} />
        <col className={css.state} />
        <col className={css.build} />
        <col className={css.when} />
        <col className={css.role} />
        <col className={css.actions} />
      </colgroup>
      <thead>
        <tr>
          <th scope="col">
            <span className="sr-only">{t('column.star')}</span>
          </th>
          <th scope="col">{t('column.repository')}</th>
          <th scope="col">{t('column.server')}</th>
          <th scope="col">{t('column.state')}</th>
          <th scope="col">{t('column.lastBuild')}</th>
          <th scope="col" data-right>
            {t('column.when')}
          </th>
          <th scope="col" className={css.gap}>
            {t('column.role')}
          </th>
          <th scope="col">
            <span className="sr-only">{t('column.actions')}</span>
          </th>
        </tr>
      </thead>
      <tbody data-rows>
        {repositories.map((repository) => (
          <RepositoryRow
            key={`${repository.server}/${repository.path}`}
            repository={repository}
            health={servers.find((server) => server.id === repository.server)}
            onActivate={onActivate}
          />
        ))}
      </tbody>
    </Table>
  );
}
