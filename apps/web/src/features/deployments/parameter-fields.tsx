import type { Parameter } from '@flightdeck/api-client/model';
import { ActionIcon, Button, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { nameFault, type ParameterFault, parameterFaults, parametersOf } from '../../lib/parameters.ts';
import { useCan } from '../../lib/session.ts';
import { Icon } from '../../ui/icon.tsx';
import css from './promote-dialog.module.css';

export interface PromotionRow extends Parameter {
  id: number;
}

export const rowsFrom = (parameters: readonly Parameter[]): PromotionRow[] =>
  parameters.map((one, id) => ({ ...one, id }));

/** What the server copies from the parent under a name that the console does not send: it stays as it is. */
const isUntouchable = (row: PromotionRow): boolean => row.fixed && nameFault(row.name) !== null;

/** The parameters as they would be sent, and what cannot be. */
export function readParameters(rows: readonly PromotionRow[]) {
  const sent = rows.filter((row) => !isUntouchable(row));
  return { values: parametersOf(sent), faults: parameterFaults(sent) };
}

interface ParameterFieldsProps {
  server: string;
  serverName: string;
  rows: readonly PromotionRow[];
  /** Build whose parameters the server copies. */
  from: number;
  onChange: (rows: PromotionRow[]) => void;
  faults: ReadonlyMap<number, ParameterFault>;
}

export function ParameterFields({ server, serverName, rows, from, onChange, faults }: ParameterFieldsProps) {
  const { t } = useTranslation('deployments');
  const { t: tb } = useTranslation('builds');
  const kept = useCan(server)('parameters-kept');
  const patch = (id: number, change: Partial<PromotionRow>) =>
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
  const say = (row: PromotionRow): string | null => {
    const fault = faults.get(row.id);
    return fault ? tb(`start.${fault}`, { name: row.name }) : null;
  };
  return (
    <fieldset className={css.parameters}>
      <legend>
        {t('promote.parameters')} <span className="t2 xs">{t('promote.parametersHint')}</span>
      </legend>
      {!kept && <p className="t2 xs">{t('promote.parametersNotKept', { server: serverName })}</p>}
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
            readOnly={isUntouchable(row)}
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
