import type { RegistryCredential, RepositoryDetail } from '@flightdeck/api-client/model';
import { useTranslation } from 'react-i18next';
import { useInstanceName } from '../../lib/session.ts';
import { Icon } from '../../ui/icon.tsx';
import { ShapeIcon } from '../../ui/status-icon.tsx';
import { Entry, EntryTable } from './entry-table.tsx';
import type { RegistryEdit } from './registries-panel.tsx';
import { RegistryForm } from './registry-form.tsx';

interface RegistryTableProps {
  repository: RepositoryDetail;
  items: readonly RegistryCredential[];
  edit: RegistryEdit | null;
  mayChange: boolean;
  onEdit: (edit: RegistryEdit) => void;
  onClose: (message?: string) => void;
}

export function RegistryTable({ repository, items, edit, mayChange, onEdit, onClose }: RegistryTableProps) {
  const { t } = useTranslation(['credentials', 'common']);
  const server = useInstanceName()(repository.server);
  return (
    <EntryTable
      label={t('registries.title')}
      name={t('registries.host')}
      user={t('registries.username')}
      forAll={items.every((one) => one.pullRequests === null)}
    >
      {items.map((credential) => {
        const { host, username, pullRequests, changedAt, changedBy, origin, secretName: secret } = credential;
        const note =
          origin === 'name-only' || origin === 'missing'
            ? t(`registries.origin.${origin}`, { secret: secret ?? '', server })
            : secret && t('registries.asSecret', { secret });
        return (
          <Entry
            key={host}
            {...{ pullRequests, changedAt, changedBy }}
            icon={
              origin === 'missing' ? (
                <ShapeIcon shape="notice" label={t('common:state.notice')} />
              ) : (
                <Icon name="box" />
              )
            }
            name={host}
            user={username}
            notes={note ? [note] : []}
            onReplace={mayChange ? () => onEdit({ kind: 'replace', credential }) : undefined}
            onRemove={mayChange ? () => onEdit({ kind: 'remove', credential }) : undefined}
            form={
              edit?.kind === 'replace' && edit.credential.host === host ? (
                <RegistryForm
                  repository={repository}
                  existing={items}
                  credential={credential}
                  onClose={onClose}
                />
              ) : null
            }
          />
        );
      })}
    </EntryTable>
  );
}
