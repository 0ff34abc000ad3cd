import type { Environment } from '@flightdeck/api-client/model';
import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { paths } from '../../app/paths.ts';
import { Link } from '../../ui/link.tsx';
import { Commit } from '../../ui/names.tsx';
import { SectionHead } from '../../ui/page.tsx';
import { ShapeIcon } from '../../ui/status-icon.tsx';
import { Table } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { DeploymentRow } from './deployment-row.tsx';
import css from './deployments.module.css';

interface SectionProps {
  server: string;
  path: string;
  environment: Environment;
  /** null: the reader may not. */
  onRollBack: ((number: number) => void) | null;
}

/** So many rows that every environment is in sight; the rest on demand. */
const FIRST = 5;

/** One environment: what runs there since when, then its deployments, newest first. */
export function EnvironmentSection({ server, path, environment, onRollBack }: SectionProps) {
  const { t } = useTranslation('deployments');
  const [all, showAll] = useState(false);
  const { name, current, history, named } = environment;
  const rows = all ? history : history.slice(0, FIRST);
  return (
    <section aria-label={name} className={css.environment}>
      <SectionHead title={name} more={named ? t('named') : undefined} />
      <div className={css.now}>
        {current ? (
          <>
            <ShapeIcon shape="success" />
            <Link to={paths.build(server, path, current.build.number)} className="link num nowrap">
              {t('current', { number: current.build.number })}
            </Link>
            {current.build.event === 'rollback' && current.from !== null && (
              <span className="nowrap">{t('rolledBack', { number: current.from })}</span>
            )}
            <Commit sha={current.build.commit} />
            <span className={`${css.title} cut`} title={current.build.title}>
              {current.build.title}
            </span>
            <span className={`${css.since} t2`}>
              <Time at={current.build.finishedAt ?? current.build.createdAt} />
              {current.by && ` · ${current.by}`}
            </span>
          </>
        ) : (
          <span className="t2">{t('nothingThere')}</span>
        )}
      </div>
      {history.length > 0 && (
        <Table label={t('history', { count: history.length })} className={css.table ?? ''}>
          <thead>
            <tr>
              <th>{t('column.outcome')}</th>
              <th>{t('column.build')}</th>
              <th>{t('column.commit')}</th>
              <th>{t('column.by')}</th>
              <th data-right>{t('column.when')}</th>
              <th>
                <span className="sr-only">{t('column.action')}</span>
              </th>
            </tr>
          </thead>
          <tbody data-rows>
            {rows.map((one) => (
              <DeploymentRow
                key={one.build.number}
                server={server}
                path={path}
                deployment={one}
                onRollBack={
                  onRollBack && one.outcome === 'deployed' && one.build.number !== current?.build.number
                    ? () => onRollBack(one.build.number)
                    : null
                }
              />
            ))}
          </tbody>
        </Table>
      )}
      {history.length > rows.length && (
        <Button size="compact-sm" variant="subtle" className={css.more ?? ''} onClick={() => showAll(true)}>
          {t('showAll', { count: history.length })}
        </Button>
      )}
      {rows.some((one) => one.outcome === 'nothing-ran') && <p className={css.lie}>{t('nothingRan')}</p>}
    </section>
  );
}
