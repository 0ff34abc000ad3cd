import { approvalModeSchema, type Obstacle, visibilitySchema } from '@flightdeck/api-client/model';
import { Select, Switch, TextInput } from '@mantine/core';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { useInstanceName } from '../../lib/session.ts';
import { ObstacleText } from '../../ui/obstacle.tsx';
import { type FieldName, isNumberField } from './fields.ts';
import css from './general-panel.module.css';

interface SettingsFieldProps {
  field: FieldName;
  server: string;
  value: string | number | boolean | null;
  /** Why it cannot be changed; null = it can. */
  permit: Obstacle | null;
  /** The reason stands above all fields. */
  explained: boolean;
  faulty: boolean;
  /** A newer build cancels running ones as well: the server has no switch of its own for those. */
  cancelsAll: boolean;
  onChange: (value: string | boolean) => void;
}

type Hinted =
  | 'visibility'
  | 'pipelineFile'
  | 'protected'
  | 'approvals'
  | 'promotions'
  | 'trusted'
  | 'timeoutMinutes'
  | 'concurrentBuilds'
  | 'buildCounter';
const hinted: ReadonlySet<string> = new Set<Hinted>([
  'visibility',
  'pipelineFile',
  'protected',
  'approvals',
  'promotions',
  'trusted',
  'timeoutMinutes',
  'concurrentBuilds',
  'buildCounter',
]);

/** One setting: its words, its control, and beside a locked one the reason. */
export function SettingsField({
  field,
  server,
  value,
  permit,
  explained,
  faulty,
  cancelsAll,
  onChange,
}: SettingsFieldProps) {
  const { t } = useTranslation('repos');
  const name = useInstanceName()(server);
  const id = useId();
  const hint = hinted.has(field) ? t(`settings.hint.${field as Hinted}`) : null;
  return (
    <div className={css.field}>
      <div className={css.words}>
        <label htmlFor={id}>{label()}</label>
        {hint ? (
          <p id={`${id}-hint`} className="t2 xs">
            {hint}
          </p>
        ) : null}
        {permit && !explained ? <ObstacleText obstacle={permit} server={server} /> : null}
      </div>
      <div className={css.control}>{control()}</div>
    </div>
  );

  function label() {
    const cancels = field === 'cancelPushes' || field === 'cancelPullRequests';
    return cancels && cancelsAll
      ? t(`settings.field.${field}All`)
      : t(`settings.field.${field}`, { server: name });
  }

  function control() {
    const common = { id, disabled: permit !== null, ...(hint ? { 'aria-describedby': `${id}-hint` } : {}) };
    if (typeof value === 'boolean') {
      return (
        <Switch
          {...common}
          checked={value}
          onChange={(event) => onChange(event.currentTarget.checked)}
          size="sm"
        />
      );
    }
    if (field === 'visibility') {
      return (
        <Select
          {...common}
          data={visibilitySchema.options.map((one) => ({
            value: one,
            label: t(`settings.visibility.${one}`),
          }))}
          value={String(value)}
          onChange={(next) => onChange(next ?? '')}
        />
      );
    }
    if (field === 'approvals') {
      return (
        <Select
          {...common}
          data={approvalModeSchema.options.map((one) => ({
            value: one,
            label: t(`settings.approvals.${one}`),
          }))}
          value={String(value)}
          onChange={(next) => onChange(next ?? '')}
        />
      );
    }
    return (
      <TextInput
        {...common}
        value={String(value ?? '')}
        inputMode={isNumberField(field) ? 'numeric' : 'text'}
        spellCheck={false}
        error={
          faulty && (isNumberField(field) || field === 'pipelineFile') ? t(`settings.bad.${field}`) : null
        }
        onChange={(event) => onChange(event.currentTarget.value)}
        classNames={{ input: (field === 'pipelineFile' ? css.mono : css.number) ?? '' }}
      />
    );
  }
}
