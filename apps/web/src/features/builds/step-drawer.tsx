import { type Stage, type Step, stageLabel } from '@flightdeck/api-client/model';
import { useTranslation } from 'react-i18next';
import { Icon } from '../../ui/icon.tsx';
import { StatusIcon } from '../../ui/status-icon.tsx';
import { Duration } from '../../ui/time.tsx';
import css from './step-drawer.module.css';

interface StepDrawerProps {
  stage: Stage;
  /** The open one. */
  step: Step | undefined;
  children: React.ReactNode;
}

/** On a phone: the open step in one line, all steps of its stage when it is pressed. */
export function StepDrawer({ stage, step, children }: StepDrawerProps) {
  const { t } = useTranslation('build');
  return (
    <details className={css.drawer}>
      <summary>
        {step && <StatusIcon status={step.status} ignored={step.ignoresFailure} />}
        <span className={`${css.name} cut`}>{step?.name ?? stageLabel(stage)}</span>
        {step && (
          <span className="t2 xs num">
            <Duration from={step.startedAt} to={step.finishedAt} />
          </span>
        )}
        <span className="grow" />
        {stage.steps.length > 0 && (
          <span className="t2 xs nowrap">{t('stepCount', { count: stage.steps.length })}</span>
        )}
        <Icon name="down" />
      </summary>
      {children}
    </details>
  );
}
