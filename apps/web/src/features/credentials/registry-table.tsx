import type { RegistryCredential, RepositoryDetail } from '@flightdeck/api-client/model';
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useInstanceName } from '../../lib/session.ts';
import { Icon } from '../../ui/icon.tsx';
import { ShapeIcon } from '../../ui/status-icon.tsx';
import { Table } from '../../ui/table.tsx';
import { Changed } from './changed.tsx';
import css from './panel.module.css';
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
    <Table label={t('registries.title')} className={css.table ?? ''}>
      <colgroup>
        <col className={css.icon} />
        <col />
        <col className={css.user} />
        <col className={css.exposure} />
        <col className={css.changed} />
        <col className={css.actions} />
      </colgroup>
      <thead>
        <tr>
          <td />
          <th scope="col">{t('registries.column.host')}</th>
          <th scope="col">{t('registries.column.user')}</th>
          <th scope="col">{t('registries.column.pullRequests')}</th>
          <th scope="col">{t('registries.column.changed')}</th>
          <th scope="col">
            <span className="sr-only">{t('registries.column.actions')}</span>
          </th>
        </tr>
      </thead>
      {items.map((credential) => (
        <tbody key={credential.host}>
          <tr>
            <td className={css.iconCell}>
              {credential.origin === 'missing' ? (
                <ShapeIcon shape="notice" label={t('common:state.notice')} />
              ) : (
                <Icon name="box" />
              )}
            </td>
            <td className={css.nameCell}>
              <code className={css.name} title={credential.host}>
                {credential.host}
              </code>
            </td>
            <td className={`${css.userCell} t2`}>
              {credential.username ?? <span className="t3">{t('registries.unknownUser')}</span>}
            </td>
            <td className={`${css.exposureCell} t2`}>
              {t(credential.pullRequests ? 'secrets.pullRequests.yes' : 'secrets.pullRequests.no')}
            </td>
            <td className={`${css.changedCell} t2`}>
              <Changed at={credential.changedAt} by={credential.changedBy} />
            </td>
            <td className={css.actionCell} data-right>
              {mayChange
                ? (['replace', 'remove'] as const).map((kind) => (
                    <Button
                      key={kind}
                      size="compact-sm"
                      variant="subtle"
                      aria-label={`${t(`registries.${kind}`)} ${credential.host}`}
                      onClick={() => onEdit({ kind, credential })}
                    >
                      {t(`registries.${kind}`)}
                    </Button>
                  ))
                : null}
            </td>
          </tr>
          <tr className={css.notes}>
            <td />
            <td colSpan={5}>
              {credential.origin === 'name-only' || credential.origin === 'missing'
                ? t(`registries.origin.${credential.origin}`, { secret: credential.secretName ?? '', server })
                : credential.secretName
                  ? t('registries.asSecret', { secret: credential.secretName })
                  : null}
            </td>
          </tr>
          {edit?.kind === 'replace' && edit.credential.host === credential.host ? (
            <tr className={css.edit}>
              <td colSpan={6}>
                <RegistryForm
                  repository={repository}
                  existing={items}
                  credential={credential}
                  onClose={onClose}
                />
              </td>
            </tr>
          ) : null}
        </tbody>
      ))}
    </Table>
  );
}
