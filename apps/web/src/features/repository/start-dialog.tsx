import type { RepositoryDetail } from '@flightdeck/api-client/model';
import { ActionIcon, Autocomplete, Button, type OptionsFilter, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { paths } from '../../app/paths.ts';
import { useGo } from '../../lib/address.ts';
import { type ParameterRow, parametersOf } from '../../lib/parameters.ts';
import { mayHaveHappened } from '../../lib/problem.ts';
import { newKey } from '../../lib/random.ts';
import { useCan, useInstanceName } from '../../lib/session.ts';
import { Dialog, DialogButtons } from '../../ui/dialog.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Note } from '../../ui/note.tsx';
import { FormProblem } from '../../ui/problem.tsx';
import { UnbuiltNote } from '../../ui/unbuilt-note.tsx';
import { useBranches, useStartBuild } from './queries.ts';
import css from './start-dialog.module.css';
import { checkStart, isFine } from './start-form.ts';

interface StartDialogProps {
  repository: RepositoryDetail;
  /** Branch the list is filtered by. */
  branch?: string | undefined;
  onClose: () => void;
}

/** Branch or commit, parameters; ends on the page of the build it started. */
export function StartDialog({ repository, branch: wanted, onClose }: StartDialogProps) {
  const { t } = useTranslation(['builds', 'common']);
  const { server, path, defaultBranch } = repository;
  const name = useInstanceName()(server);
  const anyCommit = useCan(server)('start-commit');
  const go = useGo();
  const branches = useBranches(server, path);
  const start = useStartBuild(server, path);
  const [branch, setBranch] = useState(wanted ?? defaultBranch);
  const [commit, setCommit] = useState('');
  const [rows, setRows] = useState<ParameterRow[]>([]);
  const [touched, setTouched] = useState(false);
  // One key for one wish: it changes with what is asked, not with each press of the button.
  const wish = JSON.stringify([branch, commit, parametersOf(rows)]);
  const [sent, setSent] = useState({ wish: '', key: '' });
  const faults = checkStart({ branch, commit, rows });

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTouched(true);
    if (!isFine(faults) || start.isPending) return;
    const key = sent.wish === wish ? sent.key : newKey();
    setSent({ wish, key });
    start.mutate(
      { key, branch, ...(commit ? { commit } : {}), parameters: parametersOf(rows) },
      {
        onSuccess: (result) => {
          if (result.outcome === 'started' && result.number !== null)
            go(paths.build(server, path, result.number));
          // The same wish after an answer is a new build.
          else setSent({ wish: '', key: '' });
        },
        onError: (error) => {
          if (!mayHaveHappened(error)) setSent({ wish: '', key: '' });
        },
      },
    );
  };
  return (
    <Dialog opened onClose={onClose} title={t('start.title', { path })} width={560}>
      <form className="stack" onSubmit={submit}>
        <Autocomplete
          label={t('start.branch')}
          description={branches.data?.length === 0 ? t('start.noBranches') : t('start.branchHint')}
          data={branches.data?.map((known) => known.name) ?? []}
          value={branch}
          onChange={setBranch}
          error={touched && faults.branch ? t('start.branchMissing') : null}
          limit={50}
          filter={branchFilter}
          openOnFocus={false}
          data-autofocus
        />
        {anyCommit ? (
          <TextInput
            label={t('start.commit')}
            description={t('start.commitHint')}
            placeholder={branches.data?.find((known) => known.name === branch)?.commit.slice(0, 12) ?? ''}
            value={commit}
            onChange={(event) => setCommit(event.currentTarget.value.trim().toLowerCase())}
            error={touched && faults.commit ? t('start.commitBad') : null}
            classNames={{ input: css.mono ?? '' }}
          />
        ) : (
          <p className="t2 xs">{t('start.commitNewest', { server: name })}</p>
        )}
        <Parameters rows={rows} onChange={setRows} faults={touched ? faults.rows : new Map()} />
        {commit === '' && branches.data?.some((known) => known.name === branch) ? (
          <UnbuiltNote repository={repository} branch={branch} event="custom" />
        ) : null}
        {start.data?.outcome === 'nothing' ? (
          <Note kind="waiting" live>
            {t('start.nothing', { server: name })}
          </Note>
        ) : null}
        <FormProblem error={start.error} />
        <DialogButtons>
          <Button onClick={onClose}>{t('common:action.cancel')}</Button>
          <Button type="submit" variant="filled" loading={start.isPending}>
            {t('start.submit', { branch: branch || '…' })}
          </Button>
        </DialogButtons>
      </form>
    </Dialog>
  );
}

/** What was chosen does not hide the others; what is typed does. */
const branchFilter: OptionsFilter = ({ options, search }) => {
  const typed = search.trim().toLowerCase();
  const exact = options.some((option) => 'value' in option && option.value === search);
  return exact
    ? options
    : options.filter((option) => 'value' in option && option.value.toLowerCase().includes(typed));
};

interface ParametersProps {
  rows: readonly ParameterRow[];
  onChange: (rows: ParameterRow[]) => void;
  faults: ReadonlyMap<number, 'nameBad' | 'nameReserved' | 'nameTwice'>;
}

function Parameters({ rows, onChange, faults }: ParametersProps) {
  const { t } = useTranslation('builds');
  const patch = (id: number, change: Partial<ParameterRow>) =>
    onChange(rows.map((row) => (row.id === id ? { ...row, ...change } : row)));
  const add = () =>
    onChange([...rows, { id: Math.max(0, ...rows.map((row) => row.id)) + 1, name: '', value: '' }]);
  return (
    <fieldset className={css.parameters}>
      <legend>
        {t('start.parameters')} <span className="t2 xs">{t('start.parametersHint')}</span>
      </legend>
      {rows.map((row, index) => {
        const fault = faults.get(row.id);
        return (
          <div key={row.id} className={css.parameter}>
            <TextInput
              aria-label={`${t('start.name')} ${index + 1}`}
              placeholder={t('start.name')}
              value={row.name}
              autoFocus={row.name === '' && row.value === ''}
              error={fault ? t(`start.${fault}`, { name: row.name }) : null}
              onChange={(event) => patch(row.id, { name: event.currentTarget.value.trim() })}
              classNames={{ input: css.mono ?? '' }}
            />
            <TextInput
              aria-label={`${t('start.value')} ${row.name || index + 1}`}
              placeholder={t('start.value')}
              value={row.value}
              maxLength={4_096}
              onChange={(event) => patch(row.id, { value: event.currentTarget.value })}
              classNames={{ input: css.mono ?? '' }}
            />
            <ActionIcon
              aria-label={t('start.remove', { name: row.name || index + 1 })}
              onClick={() => onChange(rows.filter((other) => other.id !== row.id))}
            >
              <Icon name="close" small />
            </ActionIcon>
          </div>
        );
      })}
      <Button variant="subtle" size="compact-sm" leftSection={<Icon name="plus" small />} onClick={add}>
        {t('start.add')}
      </Button>
    </fieldset>
  );
}
