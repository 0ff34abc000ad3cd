import { type Build, isFinished, type Silence } from '@flightdeck/api-client/model';

/** Last sign of life of a step that is known from its log or its events; null = none known. */
export type LastSign = (stage: number, step: number) => number | null;

export interface QuietPlace extends Silence {
  stageNumber: number;
  stepNumber: number | null;
}

/**
 * Where a running build has given no sign of life for `after` ms. CI servers do not watch their runners: a build
 * whose runner was killed stays `running` upstream for a day or more (recorded on 2.25.0), and no field tells it. So it is
 * inferred, and said as what it is: no log record, no event, no change since that moment. A silent step may live.
 */
export function findSilence(build: Build, now: number, after: number, lastSign: LastSign): QuietPlace | null {
  if (isFinished(build.status)) return null;
  let quietest: QuietPlace | null = null;
  for (const stage of build.stages) {
    if (stage.status !== 'running') continue;
    // Any sign from the stage is a sign from its runner.
    const signs = stage.steps.flatMap((step) => [
      step.startedAt ?? 0,
      step.finishedAt ?? 0,
      lastSign(stage.number, step.number) ?? 0,
    ]);
    const since = Math.max(stage.startedAt ?? stage.createdAt ?? build.createdAt, ...signs);
    if (now - since <= after) continue;
    if (quietest !== null && quietest.since <= since) continue;
    const step = stage.steps.find((one) => one.status === 'running' && !one.detached) ?? null;
    quietest = {
      stage: stage.name,
      step: step?.name ?? null,
      runner: stage.runner,
      since,
      stageNumber: stage.number,
      stepNumber: step?.number ?? null,
    };
  }
  return quietest;
}

export const silenceOf = ({ stage, step, runner, since }: QuietPlace): Silence => ({
  stage,
  step,
  runner,
  since,
});
