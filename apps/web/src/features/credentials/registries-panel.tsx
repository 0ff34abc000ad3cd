import type { RegistryCredential, RepositoryDetail } from '@flightdeck/api-client/model';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../lib/api.ts';
import { useCan, useInstanceName } from '../../lib/session.ts';
import { AsyncView, SkeletonRows } from '../../ui/async-view.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { SectionHead } from '../../ui/page.tsx';
import css from './panel.module.css';
import { PanelBar } from './panel-bar.tsx';
import { inputOf, useRegistries } from './queries.ts';
import { RegistryForm } from './registry-form.tsx';
import { RegistryTable } from './registry-table.tsx';
import { RemoveEntry } from './remove-entry.tsx';

export type RegistryEdit = { kind: 'add' } | { kind: 'replace' | 'remove'; credential: RegistryCredential };

/** Credentials for pulling images: host, user, who and when. Passwords go in and never come back. */
export function RegistriesPanel({ repository }: { repository: RepositoryDetail }) {
  const { t } = useTranslation('credentials');
  const { server, path, permits, pipelineFile } = repository;
  const list = useRegistries(server, path);
  const name = useInstanceName()(server);
  const isNative =
    useCan(server)('native-registries') &&
    (list.data?.items.every((one) => one.origin === 'native') ?? false);
  const [edit, setEdit] = useState<RegistryEdit | null>(null);
  const [said, say] = useState<string | null>(null);
  const mayChange = permits.changeSecrets === null;
  const close = (message?: string) => {
    setEdit(null);
    say(message ?? null);
  };
  const removeWords = (host: string) => ({
    title: t('registries.removeTitle', { host }),
    text: t('registries.removeText'),
    submit: t('registries.removeSubmit', { host }),
    done: t('registries.removed', { host }),
  });
  return (
    <section aria-label={t('registries.title')}>
      <PanelBar
        id="registries.add"
        add={t('registries.add')}
        onAdd={() => setEdit({ kind: 'add' })}
        obstacle={permits.changeSecrets}
        server={server}
        said={said}
      >
        <span className="t2">
          {t('registries.lead')} {isNative ? t('registries.native', { server: name }) : null}
        </span>
      </PanelBar>
      {edit?.kind === 'add' ? (
        <RegistryForm
          repository={repository}
          existing={list.data?.items ?? []}
          credential={null}
          onClose={close}
        />
      ) : null}
      <AsyncView
        query={list}
        skeleton={<SkeletonRows rows={3} widths={[26, 16, 16, 18]} />}
        empty={({ items }) => (items.length === 0 ? t('registries.empty') : null)}
      >
        {({ items }) => (
          <RegistryTable
            repository={repository}
            items={items}
            edit={edit}
            mayChange={mayChange}
            onEdit={setEdit}
            onClose={close}
          />
        )}
      </AsyncView>
      {list.data?.pipelineLines ? (
        <div className={css.lines}>
          <SectionHead
            title={t('registries.linesTitle', { file: pipelineFile })}
            more={<CopyButton look="icon" text={list.data.pipelineLines} label={t('registries.copyLines')} />}
          />
          <p className="t2">{t('registries.linesText', { server: name })}</p>
          <pre>{list.data.pipelineLines}</pre>
        </div>
      ) : null}
      {edit?.kind === 'remove' ? (
        <RemoveEntry
          words={removeWords(edit.credential.host)}
          remove={() => api.registries.remove({ ...inputOf(server, path), host: edit.credential.host })}
          onClose={close}
        />
      ) : null}
    </section>
  );
}
