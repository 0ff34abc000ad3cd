import { Button } from '@mantine/core';
import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import { ShapeIcon } from '../../ui/status-icon.tsx';
import { Table } from '../../ui/table.tsx';
import { Changed } from './changed.tsx';
import css from './panel.module.css';

interface EntryTableProps {
  label: string;
  /** Head of the first column. */
  name: string;
  /** Head of the column with the user, where there is one. */
  user?: string;
  /** The server does not keep them from any build: nothing is said of pull requests. */
  forAll?: boolean;
  children: React.ReactNode;
}

/** The table of secrets and that of registry credentials: what it is, who may read it, when it was set, what can be done. */
export function EntryTable({ label, name, user, forAll = false, children }: EntryTableProps) {
  const { t } = useTranslation('credentials');
  return (
    <Table label={label} className={css.table ?? ''}>
      <colgroup>
        <col className={css.icon} />
        <col />
        {user === undefined ? null : <col className={css.user} />}
        <col className={css.exposure} />
        <col className={css.changed} />
        <col className={css.actions} />
      </colgroup>
      <thead>
        <tr>
          <td />
          <th scope="col">{name}</th>
          {user === undefined ? null : <th scope="col">{user}</th>}
          <th scope="col">{forAll ? null : t('entry.pullRequests')}</th>
          <th scope="col">{t('entry.changed')}</th>
          <th scope="col">
            <span className="sr-only">{t('entry.actions')}</span>
          </th>
        </tr>
      </thead>
      {children}
    </Table>
  );
}

interface EntryProps {
  icon: React.ReactNode;
  name: string;
  /** null: not known; absent: the table has no such column. */
  user?: string | null;
  /** null where nothing is said of it. */
  pullRequests: boolean | null;
  changedAt: number | null;
  changedBy: string | null;
  /** What a reader must know of it, in its own row and never cut. */
  notes: readonly string[];
  /** Absent for who may not change it. */
  onReplace?: (() => void) | undefined;
  onRemove?: (() => void) | undefined;
  /** The form that is open below it. */
  form: React.ReactNode;
}

export function Entry({ icon, name, user, pullRequests, changedAt, changedBy, notes, ...rest }: EntryProps) {
  const { t } = useTranslation('credentials');
  const { onReplace, onRemove, form } = rest;
  const columns = user === undefined ? 5 : 6;
  return (
    <tbody>
      <tr>
        <td className={css.iconCell}>{icon}</td>
        <td className={css.nameCell}>
          <code className={css.name} title={name}>
            {name}
          </code>
        </td>
        {user === undefined ? null : (
          <td className={`${css.userCell} t2`}>
            {user ?? <span className="t3">{t('registries.unknownUser')}</span>}
          </td>
        )}
        <td className={css.exposureCell}>
          {pullRequests === null ? null : pullRequests ? (
            <span className={css.exposed}>
              <ShapeIcon shape="notice" /> {t('entry.readable')}
            </span>
          ) : (
            <span className="t2">{t('entry.notReadable')}</span>
          )}
        </td>
        <td className={`${css.changedCell} t2`}>
          <Changed at={changedAt} by={changedBy} />
        </td>
        <td className={css.actionCell} data-right>
          <Action word={t('entry.replace')} name={name} run={onReplace} />
          <Action word={t('entry.remove')} name={name} run={onRemove} />
        </td>
      </tr>
      {notes.length > 0 ? (
        <tr className={css.notes}>
          <td />
          <td colSpan={columns - 1}>
            {notes.map((note) => (
              <Fragment key={note}>
                {note}
                <br />
              </Fragment>
            ))}
          </td>
        </tr>
      ) : null}
      {form ? (
        <tr className={css.edit}>
          <td colSpan={columns}>{form}</td>
        </tr>
      ) : null}
    </tbody>
  );
}

function Action({ word, name, run }: { word: string; name: string; run: (() => void) | undefined }) {
  if (!run) return null;
  return (
    <Button size="compact-sm" variant="subtle" aria-label={`${word} ${name}`} onClick={run}>
      {word}
    </Button>
  );
}
