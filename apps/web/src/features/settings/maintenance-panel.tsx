import type { Obstacle, RepositoryDetail } from '@flightdeck/api-client/model';
import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useConsole } from '../../lib/session.ts';
import { Confirm } from '../../ui/dialog.tsx';
import { Note } from '../../ui/note.tsx';
import { ObstacleText } from '../../ui/obstacle.tsx';
import { SectionHead } from '../../ui/page.tsx';
import { FormProblem } from '../../ui/problem.tsx';
import css from './general-panel.module.css';
import { type Maintenance, useMaintain } from './queries.ts';

/** Repair, take ownership, deactivate: what the server cannot do is not shown, what the person may not is explained. */
export function MaintenancePanel({ repository }: { repository: RepositoryDetail }) {
  const { t } = useTranslation('repos');
  const { server, path, permits } = repository;
  const info = useConsole()?.servers.find((known) => known.id === server);
  const name = info?.name ?? server;
  const maintain = useMaintain(server, path);
  const [confirming, setConfirming] = useState(false);
  const can = (capability: 'repair' | 'take-ownership') => info?.capabilities.includes(capability) ?? false;
  if (repository.activation !== 'active') return null;
  const done = maintain.isSuccess && maintain.variables !== 'deactivate' ? maintain.variables : null;
  const run = (action: Maintenance) => maintain.mutate(action);
  const busy = (action: Maintenance) => maintain.isPending && maintain.variables === action;
  return (
    <section>
      <SectionHead title={t('settings.group.danger')} />
      {can('repair') ? (
        <Action
          title={t('settings.repair.title')}
          text={t('settings.repair.text')}
          permit={permits.repair}
          server={server}
          button={
            <Button loading={busy('repair')} onClick={() => run('repair')}>
              {t('settings.repair.button', { path })}
            </Button>
          }
        />
      ) : null}
      {can('take-ownership') ? (
        <Action
          title={t('settings.owner.title')}
          text={t('settings.owner.text', { server: name })}
          permit={permits.takeOwnership}
          server={server}
          button={
            <Button loading={busy('takeOwnership')} onClick={() => run('takeOwnership')}>
              {t('settings.owner.button')}
            </Button>
          }
        />
      ) : null}
      <Action
        title={t('settings.deactivate.title')}
        text={t('settings.deactivate.text', { server: name })}
        permit={permits.deactivate}
        server={server}
        button={
          <Button variant="danger" onClick={() => setConfirming(true)}>
            {t('settings.deactivate.button', { path })}
          </Button>
        }
      />
      {done ? (
        <Note kind="success" live>
          {done === 'repair' ? t('settings.repair.done') : t('settings.owner.done', { server: name })}
        </Note>
      ) : null}
      {confirming ? null : <FormProblem error={maintain.error} />}
      {confirming ? (
        <Confirm
          opened
          onClose={() => setConfirming(false)}
          title={t('settings.deactivate.confirm', { path })}
          text={t('settings.deactivate.text', { server: name })}
          submit={t('settings.deactivate.submit', { path })}
          onSubmit={() => maintain.mutate('deactivate', { onSuccess: () => setConfirming(false) })}
          busy={busy('deactivate')}
          error={maintain.error}
        />
      ) : null}
    </section>
  );
}

interface ActionProps {
  title: string;
  text: string;
  permit: Obstacle | null;
  server: string;
  button: React.ReactNode;
}

function Action({ title, text, permit, server, button }: ActionProps) {
  return (
    <div className={css.field}>
      <div className={css.words}>
        <h3>{title}</h3>
        <p className="t2 xs">{text}</p>
      </div>
      <div className={css.action}>
        {permit === null ? button : <ObstacleText obstacle={permit} server={server} />}
      </div>
    </div>
  );
}
