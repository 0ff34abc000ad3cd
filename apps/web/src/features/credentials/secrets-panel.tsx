import type { RepositoryDetail, Secret } from '@flightdeck/api-client/model';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearch } from '../../lib/address.ts';
import { api } from '../../lib/api.ts';
import { AsyncView, SkeletonRows } from '../../ui/async-view.tsx';
import { FilterField } from '../../ui/filter-field.tsx';
import css from './panel.module.css';
import { PanelBar } from './panel-bar.tsx';
import { inputOf, useSecrets } from './queries.ts';
import { RemoveEntry } from './remove-entry.tsx';
import { SecretForm } from './secret-form.tsx';
import { SecretTable } from './secret-table.tsx';

export type SecretEdit =
  | { kind: 'add' }
  | { kind: 'replace'; secret: Secret }
  | { kind: 'remove'; secret: Secret };

/** Secrets of a repository: names, exposure, who and when. Values go in and never come back. */
export function SecretsPanel({ repository }: { repository: RepositoryDetail }) {
  const { t } = useTranslation('credentials');
  const { server, path, permits } = repository;
  const list = useSecrets(server, path);
  const [search, change] = useSearch();
  const [edit, setEdit] = useState<SecretEdit | null>(null);
  const [said, say] = useState<string | null>(null);
  const mayChange = permits.changeSecrets === null;
  const q = (search.q ?? '').toLowerCase();
  const close = (message?: string) => {
    setEdit(null);
    say(message ?? null);
  };
  const removeWords = (name: string) => ({
    title: t('secrets.removeTitle', { name }),
    text: t('secrets.removeText'),
    submit: t('secrets.removeSubmit', { name }),
    done: t('secrets.removed', { name }),
  });
  return (
    <section aria-label={t('secrets.title')}>
      <PanelBar
        id="secrets.add"
        add={t('secrets.add')}
        onAdd={() => setEdit({ kind: 'add' })}
        obstacle={permits.changeSecrets}
        server={server}
        said={said}
      >
        <FilterField
          label={t('secrets.filter')}
          value={search.q ?? ''}
          onChange={(text) => change({ q: text }, { replace: true })}
        />
        <span className="t3 xs">{t('secrets.lead')}</span>
      </PanelBar>
      {edit?.kind === 'add' ? (
        <SecretForm repository={repository} existing={list.data ?? []} secret={null} onClose={close} />
      ) : null}
      <AsyncView
        query={list}
        skeleton={<SkeletonRows rows={4} widths={[30, 16, 20, 8]} />}
        empty={(secrets) => (secrets.length === 0 ? t('secrets.empty') : null)}
      >
        {(secrets) => {
          const found = secrets.filter((secret) => secret.name.toLowerCase().includes(q));
          if (found.length === 0) return <p className={css.nothing}>{t('secrets.emptyFiltered')}</p>;
          return (
            <SecretTable
              repository={repository}
              secrets={found}
              edit={edit}
              mayChange={mayChange}
              onEdit={setEdit}
              onClose={close}
            />
          );
        }}
      </AsyncView>
      {edit?.kind === 'remove' ? (
        <RemoveEntry
          words={removeWords(edit.secret.name)}
          remove={() => api.secrets.remove({ ...inputOf(server, path), name: edit.secret.name })}
          onClose={close}
        />
      ) : null}
    </section>
  );
}
