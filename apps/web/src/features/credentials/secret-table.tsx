import type { RepositoryDetail, Secret } from '@flightdeck/api-client/model';
import { Button } from '@mantine/core';
import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../../ui/icon.tsx';
import { ShapeIcon } from '../../ui/status-icon.tsx';
import { Table } from '../../ui/table.tsx';
import { Changed } from './changed.tsx';
import css from './panel.module.css';
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
    <Table label={t('secrets.title')} className={css.table ?? ''}>
      <colgroup>
        <col className={css.icon} />
        <col />
        <col className={css.exposure} />
        <col className={css.changed} />
        <col className={css.actions} />
      </colgroup>
      <thead>
        <tr>
          <td />
          <th scope="col">{t('secrets.column.name')}</th>
          <th scope="col">{t('secrets.column.pullRequests')}</th>
          <th scope="col">{t('secrets.column.changed')}</th>
          <th scope="col">
            <span className="sr-only">{t('secrets.column.actions')}</span>
          </th>
        </tr>
      </thead>
      {secrets.map((secret) => (
        <tbody key={secret.name}>
          <SecretRow secret={secret} mayChange={mayChange} onEdit={onEdit} />
          <SecretNotes secret={secret} />
          {edit?.kind === 'replace' && edit.secret.name === secret.name ? (
            <tr className={css.edit}>
              <td colSpan={5}>
                <SecretForm repository={repository} existing={secrets} secret={secret} onClose={onClose} />
              </td>
            </tr>
          ) : null}
        </tbody>
      ))}
    </Table>
  );
}

function SecretRow({
  secret,
  mayChange,
  onEdit,
}: {
  secret: Secret;
  mayChange: boolean;
  onEdit: SecretTableProps['onEdit'];
}) {
  const { t } = useTranslation('credentials');
  return (
    <tr>
      <td className={css.iconCell}>
        <Icon name={secret.registryHost ? 'box' : 'key'} />
      </td>
      <td className={css.nameCell}>
        <code className={css.name} title={secret.name}>
          {secret.name}
        </code>
      </td>
      <td className={css.exposureCell}>
        {secret.pullRequests ? (
          <span className={css.exposed}>
            <ShapeIcon shape="notice" /> {t('secrets.pullRequests.yes')}
          </span>
        ) : (
          <span className="t2">{t('secrets.pullRequests.no')}</span>
        )}
      </td>
      <td className={`${css.changedCell} t2`}>
        <Changed at={secret.changedAt} by={secret.changedBy} />
      </td>
      <td className={css.actionCell} data-right>
        {mayChange ? (
          <>
            <Button
              size="compact-sm"
              variant="subtle"
              aria-label={`${t('secrets.replace')} ${secret.name}`}
              onClick={() => onEdit({ kind: 'replace', secret })}
            >
              {t('secrets.replace')}
            </Button>
            <Button
              size="compact-sm"
              variant="subtle"
              aria-label={`${t('secrets.remove')} ${secret.name}`}
              onClick={() => onEdit({ kind: 'remove', secret })}
            >
              {t('secrets.remove')}
            </Button>
          </>
        ) : null}
      </td>
    </tr>
  );
}

/** What a reader must know of a secret, in its own row and never cut. */
function SecretNotes({ secret }: { secret: Secret }) {
  const { t } = useTranslation('credentials');
  const notes = [
    ...(secret.registryHost ? [t('secrets.holdsRegistry', { host: secret.registryHost })] : []),
    ...(secret.pullRequests ? [t('secrets.pullRequestsWarning')] : []),
    ...(secret.caseTwin ? [t('secrets.twin', { name: secret.caseTwin })] : []),
  ];
  if (notes.length === 0) return null;
  return (
    <tr className={css.notes}>
      <td />
      <td colSpan={4}>
        {notes.map((note) => (
          <Fragment key={note}>
            {note}
            <br />
          </Fragment>
        ))}
      </td>
    </tr>
  );
}
