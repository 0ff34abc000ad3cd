import type { BuildView } from '@flightdeck/api-client/contract';
import { isFinished, type Stage } from '@flightdeck/api-client/model';
import { useTranslation } from 'react-i18next';
import { useServerInfo } from '../../lib/session.ts';
import { useGap, useWaitAdvice, useWaitSentence } from '../../ui/sentences.ts';

/** Stands where a stage's log would: why this stage has no steps, and what to do about it. */
export function NoSteps({ view, stage }: { view: BuildView; stage: Stage | undefined }) {
  const { t } = useTranslation('build');
  const wait = useWaitSentence();
  const gap = useGap();
  const advice = useWaitAdvice();
  const server = useServerInfo(view.server);
  if (!view.whole) return t('notWhole', { server: server?.name ?? view.server });
  if (!stage) {
    const { status } = view.build;
    return t(status === 'approval' ? 'noStagesYet' : status === 'error' ? 'noStagesOfFile' : 'noStages');
  }
  if (isFinished(stage.status)) return t('neverBegan');
  const reason = view.stageWaits.find((one) => one.stage === stage.number)?.reason;
  const held = view.build.status === 'waiting' || view.build.status === 'approval';
  const [first] = view.waits;
  // The sentence of the build has said it already, with what to do about it.
  if (reason && held && first && wait(reason) === wait(first)) return t('stepsAppear');
  if (!reason) return stage.status === 'running' ? t('stepsSoon') : t('noSteps');
  return (
    <>
      {wait(reason)}
      {gap}
      <span className="t2">{advice(reason, server)}</span>
    </>
  );
}
