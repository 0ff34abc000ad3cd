import { isReservedParameter } from '@flightdeck/api-client/contract';
import type { Parameter } from '@flightdeck/api-client/model';
import { ActionIcon, Button, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Icon } from '../../ui/icon.tsx';
import css from './promote-dialog.module.css';

export interface ParameterRow extends Parameter {
  id: number;
}

export const rowsFrom = (parameters: readonly Parameter[]): ParameterRow[] =>
  parameters.map((one, id) => ({ ...one, id }));

type Fault = { id: number; kind: 'bad' | 'reserved' | 'twice' };

/** The parameters as they would be sent, or the first row that cannot be. Rows without a name are left out. */
export function readParameters(
  rows: readonly ParameterRow[],
): { ok: true; values: Record<string, string> } | { ok: false; fault: Fault } {
  const values: Record<string, string> = {};
  for (const { id, name, value, source } of rows) {
    if (name === '' && value === '') continue;
    if (!/^[A-Za-z_][A-Za-z0-9_.-]{0,99}$/.test(name)) return { ok: false, fault: { id, kind: 'bad' } };
    if (source === 'typed' && isReservedParameter(name))
      return { ok: false, fault: { id, kind: 'reserved' } };
    if (name in values) return { ok: false, fault: { id, kind: 'twice' } };
    values[name] = value;
  }
  return { ok: true, values };
}

interface ParameterFieldsProps {
  rows: readonly ParameterRow[];
  /** Build whose parameters the server copies. */
  from: number;
  onChange: (rows: ParameterRow[]) => void;
  fault: Fault | null;
}

export function ParameterFields({ rows, from, onChange, fault }: ParameterFieldsProps) {
  const { t } = useTranslation('deployments');
  const { t: tb } = useTranslation('builds');
  const patch = (id: number, change: Partial<ParameterRow>) =>
    onChange(rows.map((row) => (row.id === id ? { ...row, ...change } : row)));
  const add = () =>
    onChange([
      ...rows,
      {
        id: Math.max(-1, ...rows.map((row) => row.id)) + 1,
        name: '',
        value: '',
        source: 'typed',
        fixed: false,
      },
    ]);
  const say = (row: ParameterRow): string | null => {
    if (fault?.id !== row.id) return null;
    if (fault.kind === 'bad') return tb('start.nameBad');
    return tb(fault.kind === 'reserved' ? 'start.nameReserved' : 'start.nameTwice', { name: row.name });
  };
  return (
    <fieldset className={css.parameters}>
      <legend>
        {t('promote.parameters')} <span className="t2 xs">{t('promote.parametersHint')}</span>
      </legend>
      {rows.map((row) => (
        <div key={row.id} className={css.parameter}>
          <TextInput
            aria-label={tb('start.name')}
            value={row.name}
            readOnly={row.fixed}
            error={say(row)}
            onChange={(event) => patch(row.id, { name: event.currentTarget.value, source: 'typed' })}
          />
          <TextInput
            aria-label={`${tb('start.value')} ${row.name}`}
            value={row.value}
            maxLength={4_096}
            description={
              row.fixed
                ? t('promote.fixed', { number: from })
                : row.source === 'last'
                  ? t('promote.last')
                  : undefined
            }
            inputWrapperOrder={['input', 'description', 'error']}
            onChange={(event) => patch(row.id, { value: event.currentTarget.value })}
          />
          {!row.fixed && (
            <ActionIcon
              aria-label={tb('start.remove', { name: row.name })}
              onClick={() => onChange(rows.filter((other) => other.id !== row.id))}
            >
              <Icon name="close" small />
            </ActionIcon>
          )}
        </div>
      ))}
      <Button variant="subtle" size="compact-sm" leftSection={<Icon name="plus" small />} onClick={add}>
        {tb('start.add')}
      </Button>
    </fieldset>
  );
}
