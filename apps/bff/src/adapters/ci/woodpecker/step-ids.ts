import { isFinished, type Status, type StepRef } from '@flightdeck/api-client/model';
import { Failure } from '../../../domain/failure.ts';
import type { Caller } from '../caller.ts';
import { instant } from '../parts.ts';
import type { RepoIds } from './repo-ids.ts';
import { routes } from './routes.ts';
import { statusOf } from './statuses.ts';
import { pipelineWire } from './wire.ts';

/** A step as log routes name it. */
export interface StepAddress {
  repository: number;
  step: number;
  status: Status;
  /** Neither it nor its build runs any more. */
  over: boolean;
  /** Unix ms by the server's clock. */
  finishedAt: number | null;
  /** The same clock's time of this answer, which may be another than ours; null when it does not say. */
  askedAt: number | null;
}

/**
 * Logs are named by the step's inner id, everything else by its number in the pipeline. Asked for each time: an approval
 * makes all ids anew while the numbers stay (3.17.0).
 */
export interface StepIds {
  find(caller: Caller, path: string, ref: StepRef): Promise<StepAddress>;
}

export function createStepIds(ids: RepoIds): StepIds {
  return {
    find: (caller, path, ref) =>
      ids.with(caller, path, async (id) => {
        const request = { route: routes.build, params: { id, number: ref.number } };
        const { value: pipeline, headers } = await caller.page(pipelineWire, request);
        const workflow = pipeline.workflows.find((one) => one.pid === ref.stage);
        const step = workflow?.children.find((one) => one.pid === ref.step);
        if (!step)
          throw new Failure('not_found', 'No such build, stage or step.', { instance: caller.instance });
        const status = statusOf(step.state);
        return {
          repository: id,
          step: step.id,
          status,
          over: isFinished(status) || isFinished(statusOf(pipeline.status)),
          finishedAt: instant(step.finished) ?? instant(pipeline.finished),
          // Its own time, which it calls so; a proxy puts its own in place of `date`.
          askedAt: Date.parse(String(headers['last-modified'] ?? headers.date)) || null,
        };
      }),
  };
}
