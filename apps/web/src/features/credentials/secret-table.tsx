import type { RepositoryDetail, Secret } from '@flightdeck/api-client/model';
import { useTranslation } from 'react-i18next';
import { Icon } from '../../ui/icon.tsx';
import { Entry, EntryTable } from './entry-table.tsx';
import { SecretForm } from './secret-form.tsx';
import type { SecretEdit } from './secrets-panel.tsx';

interface SecretTableProps {
  repository: RepositoryDetail;
  secrets: readonly Secret[];
  edit: SecretEdit | null;
  mayChange: boolean;
  onEdit: (edit: SecretEdit) => void;
  onClose: (message?: string) => void;
}

export function SecretTable({ repository, secrets, edit, mayChange, onEdit, onClose }: SecretTableProps) {
  const { t } = useTranslation('credentials');
  return (
    <EntryTable label={t('secrets.title')} name={t('secrets.name')}>
      {secrets.map((secret) => {
        const { name, registryHost, pullRequests, caseTwin, changedAt, changedBy } = secret;
        return (
          <Entry
            key={name}
            {...{ name, pullRequests, changedAt, changedBy }}
            icon={<Icon name={registryHost ? 'box' : 'key'} />}
            notes={[
              ...(registryHost ? [t('secrets.holdsRegistry', { host: registryHost })] : []),
              ...(pullRequests ? [t('secrets.pullRequestsWarning')] : []),
              ...(caseTwin ? [t('secrets.twin', { name: caseTwin })] : []),
            ]}
            onReplace={mayChange ? () => onEdit({ kind: 'replace', secret }) : undefined}
            onRemove={mayChange ? () => onEdit({ kind: 'remove', secret }) : undefined}
            form={
              edit?.kind === 'replace' && edit.secret.name === name ? (
                <SecretForm repository={repository} existing={secrets} secret={secret} onClose={onClose} />
              ) : null
            }
          />
        );
      })}
    </EntryTable>
  );
}
