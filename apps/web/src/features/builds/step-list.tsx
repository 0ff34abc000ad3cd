import { isFailure, type Stage, type Step, stageLabel } from '@flightdeck/api-client/model';
import { useTranslation } from 'react-i18next';
import { clockText } from '../../lib/format.ts';
import { platformText } from '../../ui/sentences.ts';
import { StatusIcon } from '../../ui/status-icon.tsx';
import { Duration } from '../../ui/time.tsx';
import css from './step-list.module.css';

interface StepListProps {
  stage: Stage;
  /** Number of the open step. */
  open: number | null;
  parameters: Record<string, string>;
  onOpen: (step: Step) => void;
}

export function StepList({ stage, open, parameters, onOpen }: StepListProps) {
  const { t } = useTranslation('build');
  return (
    <nav className={css.list} aria-label={t('steps', { stage: stageLabel(stage) })}>
      <div className={css.caption}>
        <span className="cut">{t('steps', { stage: stageLabel(stage) })}</span>
        <Duration from={stage.startedAt} to={stage.finishedAt} />
      </div>
      {stage.error && <p className={css.error}>{stage.error}</p>}
      {stage.steps.length === 0 && <p className={css.none}>{t('noSteps')}</p>}
      <ul>
        {stage.steps.map((step) => (
          <li key={step.number}>
            <button
              type="button"
              className={css.step}
              aria-current={step.number === open || undefined}
              onClick={() => onOpen(step)}
            >
              <StatusIcon status={step.status} ignored={step.ignoresFailure} />
              <span className="grow cut" title={step.name}>
                {step.name}
              </span>
              {step.ignoresFailure && isFailure(step.status) && <span className="t3 xs">{t('ignored')}</span>}
              {step.detached && <span className="t3 xs">{t('service')}</span>}
              <span className="t2 xs num">
                <Duration from={step.startedAt} to={step.finishedAt} />
              </span>
            </button>
          </li>
        ))}
      </ul>
      <StageFacts
        stage={stage}
        step={stage.steps.find((step) => step.number === open)}
        parameters={parameters}
      />
    </nav>
  );
}

/** Of the stage, and the image of the step that is open. */
function StageFacts({
  stage,
  step,
  parameters,
}: {
  stage: Stage;
  step: Step | undefined;
  parameters: Record<string, string>;
}) {
  const { t } = useTranslation('build');
  const waited = stage.startedAt !== null && stage.createdAt !== null ? stage.startedAt - stage.createdAt : 0;
  const facts: [string, string | null][] = [
    [t('facts.runner'), stage.runner],
    [t('facts.platform'), stage.platform ? platformText(stage.platform) : null],
    [t('facts.type'), stage.type || null],
    [t('facts.image'), step?.image ?? null],
    [t('facts.needs'), stage.dependsOn.join(', ') || null],
    [t('facts.waited'), waited >= 1_000 ? clockText(waited) : null],
  ];
  const given = Object.entries(parameters);
  return (
    <>
      <dl className={css.facts}>
        {facts.map(([name, value]) =>
          value === null ? null : (
            <div key={name}>
              <dt>{name}</dt>
              <dd className="cut" title={value}>
                {value}
              </dd>
            </div>
          ),
        )}
      </dl>
      {given.length > 0 && (
        <section className={css.parameters} aria-label={t('parameters')}>
          <h2 className="t3 xs">{t('parameters')}</h2>
          <dl>
            {given.map(([name, value]) => (
              <div key={name}>
                <dt className="mono">{name}</dt>
                <dd className="mono">{value}</dd>
              </div>
            ))}
          </dl>
        </section>
      )}
    </>
  );
}
