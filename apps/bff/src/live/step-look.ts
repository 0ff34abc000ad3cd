import { type Build, isFinished, type Step, type StepRef } from '@flightdeck/api-client/model';
import { Failure } from '../domain/failure.ts';

/** Where a step stands, as its log needs it. */
export type StepLook =
  | { phase: 'pending' }
  | { phase: 'running'; startedAt: number | null }
  /** `ran`: it may have printed something. `finishedAt` in Unix ms, null where unknown. */
  | { phase: 'finished'; ran: boolean; startedAt: number | null; finishedAt: number | null };

/**
 * A stage gets its steps only when a runner takes it, so a step that is not there yet is pending as long as its stage
 * may still begin. Throws `not_found` for one that can never be.
 */
export function lookAtStep(build: Build | null, ref: StepRef): StepLook {
  const stage = build?.stages.find((candidate) => candidate.number === ref.stage);
  if (!build || !stage) throw new Failure('not_found', 'No such build, stage or step.');
  const step = stage.steps.find((candidate) => candidate.number === ref.step);
  if (!step) {
    if (isFinished(stage.status) || isFinished(build.status))
      throw new Failure('not_found', 'No such build, stage or step.');
    return { phase: 'pending' };
  }
  if (isFinished(step.status))
    return {
      ...{ phase: 'finished', ran: ran(step), startedAt: step.startedAt },
      finishedAt: step.finishedAt ?? build.finishedAt,
    };
  // A step whose build has ended does not run any more, whatever it says: a cancel can leave it so.
  if (isFinished(build.status))
    return { phase: 'finished', ran: true, startedAt: step.startedAt, finishedAt: build.finishedAt };
  return step.status === 'running' ? { phase: 'running', startedAt: step.startedAt } : { phase: 'pending' };
}

const ran = (step: Step): boolean => step.status !== 'skipped' && step.status !== 'declined';
