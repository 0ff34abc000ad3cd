import type { Obstacle, RepositoryDetail, SettingsView } from '@flightdeck/api-client/model';
import { Button } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useInstanceName } from '../../lib/session.ts';
import { AsyncView, SkeletonRows } from '../../ui/async-view.tsx';
import { Note } from '../../ui/note.tsx';
import { ObstacleText } from '../../ui/obstacle.tsx';
import { SectionHead } from '../../ui/page.tsx';
import { FormProblem } from '../../ui/problem.tsx';
import { StaleNote } from '../../ui/server-notes.tsx';
import { type Draft, type FieldName, groups, readDraft } from './fields.ts';
import css from './general-panel.module.css';
import { MaintenancePanel } from './maintenance-panel.tsx';
import { useChangeSettings, useSettings } from './queries.ts';
import { SettingsField } from './settings-field.tsx';

/** General settings on the CI server; what only others may change is shown with the reason. */
export function GeneralPanel({ repository }: { repository: RepositoryDetail }) {
  const settings = useSettings(repository.server, repository.path);
  return (
    <div className={css.panel}>
      <StaleNote stale={settings.data?.stale ?? null} retry={() => void settings.refetch()} />
      <AsyncView query={settings} skeleton={<SkeletonRows rows={6} widths={[24, 40]} />}>
        {(view) => <SettingsForm repository={repository} view={view} />}
      </AsyncView>
      <MaintenancePanel repository={repository} />
    </div>
  );
}

function SettingsForm({ repository, view }: { repository: RepositoryDetail; view: SettingsView }) {
  const { t } = useTranslation('repos');
  const { server, path } = repository;
  const name = useInstanceName()(server);
  const [draft, setDraft] = useState<Draft>({});
  const save = useChangeSettings(server, path);
  const { change, faults } = readDraft(draft, view.values);
  const changes = Object.keys(change).length;
  const shown = Object.entries(groups)
    .map(([group, fields]) => ({
      group: group as keyof typeof groups,
      fields: fields.filter((field: FieldName) => view.values[field] !== null),
    }))
    .filter(({ fields }) => fields.length > 0);

  const common = commonObstacle(
    view,
    shown.flatMap(({ fields }) => fields),
  );

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (changes === 0 || faults.size > 0) return;
    save.mutate(change, { onSuccess: () => setDraft({}) });
  };
  // Of a server that has not answered since the console was started nothing is known: the note above says why.
  if (shown.length === 0 && view.stale) return null;
  if (shown.length === 0) return <p className="t2">{t('settings.nothing', { server: name })}</p>;
  return (
    <form onSubmit={submit} className={css.form}>
      {common ? (
        <Note>
          <ObstacleText obstacle={common} server={server} />
        </Note>
      ) : null}
      {shown.map(({ group, fields }) => (
        <section key={group}>
          <SectionHead title={t(`settings.group.${group}`)} />
          {fields.map((field) => (
            <SettingsField
              key={field}
              field={field}
              server={server}
              value={draft[field] ?? view.values[field]}
              permit={view.permits[field] ?? null}
              explained={view.permits[field] === common}
              cancelsAll={view.values.cancelRunning === null}
              faulty={faults.has(field as never)}
              onChange={(value) => {
                save.reset();
                setDraft({ ...draft, [field]: value });
              }}
            />
          ))}
        </section>
      ))}
      <FormProblem error={save.error} />
      {save.isSuccess && changes === 0 ? (
        <Note kind="success" live>
          {t('settings.saved')}
        </Note>
      ) : null}
      {changes > 0 || faults.size > 0 ? (
        <div className={css.buttons}>
          <span className="t2">{t('settings.changed', { count: changes })}</span>
          <Button onClick={() => setDraft({})}>{t('settings.discard')}</Button>
          <Button
            type="submit"
            variant="filled"
            loading={save.isPending}
            disabled={changes === 0 || faults.size > 0}
          >
            {t('settings.save')}
          </Button>
        </div>
      ) : null}
    </form>
  );
}

/** The reason that holds for most fields is said once, above them; fields with another one say their own. */
function commonObstacle(view: SettingsView, fields: readonly FieldName[]): Obstacle | null {
  const reasons = fields.map((field) => view.permits[field] ?? null);
  const first = reasons.find((reason) => reason !== null && reason !== 'needs-ci-administrator') ?? null;
  return first !== null && reasons.every((reason) => reason !== null) ? first : null;
}
