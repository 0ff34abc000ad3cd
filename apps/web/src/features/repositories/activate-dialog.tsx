import type { ActivationStep, Repository } from '@flightdeck/api-client/model';
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { paths } from '../../app/paths.ts';
import { useInstanceName, useViewer } from '../../lib/session.ts';
import { Dialog, DialogButtons } from '../../ui/dialog.tsx';
import { Link } from '../../ui/link.tsx';
import { LinkButton } from '../../ui/link-button.tsx';
import { Note } from '../../ui/note.tsx';
import { FormProblem } from '../../ui/problem.tsx';
import { type Shape, ShapeIcon } from '../../ui/status-icon.tsx';
import css from './activate-dialog.module.css';
import { useActivate } from './queries.ts';

type Target = Pick<Repository, 'server' | 'path'>;

/** One click does sync and enable; each step is reported with its time and, when it failed, the server's own words. */
export function ActivateDialog({ repository, onClose }: { repository: Target; onClose: () => void }) {
  const { t } = useTranslation(['repos', 'common']);
  const { server, path } = repository;
  const name = useInstanceName()(server);
  const account = useViewer()?.accounts.find((known) => known.server === server);
  const activate = useActivate(server, path);
  const report = activate.data;
  const done = report?.steps.every((step) => step.state !== 'failed');
  return (
    <Dialog opened onClose={onClose} title={t('activate.title', { path })}>
      <div className="stack">
        {report ? null : <p className="md">{t('activate.text', { server: name })}</p>}
        {account && account.state !== 'linked' ? (
          <Note kind="waiting" aside={<LinkButton account={account} />}>
            {t('activate.needsLink', { server: name })}
          </Note>
        ) : null}
        <div aria-live="polite">
          {activate.isPending ? <p className="t2">{t('activate.working')}</p> : null}
          {report ? <Steps steps={report.steps} /> : null}
          {report ? (
            <p className="strong">{t(done ? 'activate.done' : 'activate.failed', { path })}</p>
          ) : null}
        </div>
        <FormProblem error={activate.error} />
        <DialogButtons>
          <Button onClick={onClose}>{t(done ? 'common:action.close' : 'common:action.cancel')}</Button>
          {done ? (
            <Button variant="filled" component={Link} to={paths.repository(server, path)} data-autofocus>
              {t('activate.open', { path })}
            </Button>
          ) : (
            <Button
              variant="filled"
              loading={activate.isPending}
              disabled={account !== undefined && account.state !== 'linked'}
              onClick={() => activate.mutate()}
              data-autofocus
            >
              {report || activate.error ? t('activate.again') : t('activate.submit', { path })}
            </Button>
          )}
        </DialogButtons>
      </div>
    </Dialog>
  );
}

const shapes: Record<ActivationStep['state'], Shape> = {
  done: 'success',
  failed: 'failure',
  skipped: 'skipped',
};

function Steps({ steps }: { steps: readonly ActivationStep[] }) {
  const { t } = useTranslation('repos');
  return (
    <ol className={css.steps}>
      {steps.map((step) => (
        <li key={step.name}>
          <ShapeIcon shape={shapes[step.state]} label={t(`activate.stepState.${step.state}`)} />
          <span className="grow">{t(`activate.steps.${step.name}`)}</span>
          <span className="t3 xs num">
            {step.state === 'skipped'
              ? t('activate.stepState.skipped')
              : t('activate.took', { ms: step.tookMs })}
          </span>
          {step.raw || step.code ? (
            <p className={css.raw}>
              {step.code ? <code>{step.code}</code> : null} {step.raw}
            </p>
          ) : null}
        </li>
      ))}
    </ol>
  );
}
