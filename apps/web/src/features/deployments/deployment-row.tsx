import type { Deployment } from '@flightdeck/api-client/model';
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { paths } from '../../app/paths.ts';
import { Link } from '../../ui/link.tsx';
import { Commit } from '../../ui/names.tsx';
import { type Shape, ShapeIcon } from '../../ui/status-icon.tsx';
import { Time } from '../../ui/time.tsx';
import css from './deployments.module.css';

const shapes: Record<Deployment['outcome'], Shape> = {
  deployed: 'success',
  failed: 'failure',
  'nothing-ran': 'notice',
  'in-flight': 'running',
  cancelled: 'cancelled',
  uncertain: 'notice',
};

interface RowProps {
  server: string;
  path: string;
  deployment: Deployment;
  /** null: cannot be gone back to, or the reader may not. */
  onRollBack: (() => void) | null;
}

/** One deployment with its true outcome. A rollback says so in words. */
export function DeploymentRow({ server, path, deployment, onRollBack }: RowProps) {
  const { t } = useTranslation('deployments');
  const { build, outcome, from, by } = deployment;
  return (
    <tr>
      <td>
        <span className="row" title={outcome === 'nothing-ran' ? t('nothingRan') : undefined}>
          <ShapeIcon shape={shapes[outcome]} />
          <span className="cut">{t(`outcome.${outcome}`)}</span>
        </span>
      </td>
      <td className="num">
        <Link to={paths.build(server, path, build.number)} className="link">
          #{build.number}
        </Link>{' '}
        {from !== null && (
          <span className={build.event === 'rollback' ? undefined : 't3'}>
            {t(build.event === 'rollback' ? 'rolledBack' : 'from', { number: from })}
          </span>
        )}
      </td>
      <td title={build.title}>
        <Commit sha={build.commit} /> <span className="t2">{build.title}</span>
      </td>
      <td className="t2">{by}</td>
      <td className="t2" data-right>
        <Time at={build.createdAt} />
      </td>
      <td className={css.action} data-right>
        {onRollBack && (
          <Button
            size="compact-sm"
            variant="subtle"
            aria-label={t('rollBackTo', { number: build.number })}
            onClick={onRollBack}
          >
            {t('rollBack')}
          </Button>
        )}
      </td>
    </tr>
  );
}
