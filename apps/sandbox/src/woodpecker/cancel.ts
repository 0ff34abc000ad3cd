import { rowOf } from './events.ts';
import { finalStates, type WpPipeline, type WpWorkflow } from './model.ts';
import type { WpServer } from './server.ts';

/**
 * Ends a pipeline at once: `killed` when any of it had begun, else `canceled`. What runs goes on reading `running` until
 * its agent has answered, and for ever when it never does.
 */
export function endPipeline(
  server: WpServer,
  pipeline: WpPipeline,
  cancelInfo: NonNullable<WpPipeline['cancelInfo']>,
): void {
  const row = rowOf(pipeline);
  const running: WpWorkflow[] = [];
  const begun = pipeline.workflows.some((one) => one.started !== 0);
  for (const workflow of pipeline.workflows) {
    if (workflow.state === 'running') running.push(workflow);
    else if (!finalStates.has(workflow.state)) {
      workflow.state = 'skipped';
      server.tellCancelled(workflow, row);
    }
    for (const step of workflow.steps)
      if (!finalStates.has(step.state) && step.state !== 'running') step.state = server.unstartedStep;
  }
  server.setStatus(pipeline, begun ? 'killed' : server.unstarted);
  pipeline.finished = pipeline.updated;
  pipeline.cancelInfo = cancelInfo;
  server.publish(pipeline);
  for (const workflow of running) server.tellCancelled(workflow, row);
  server.wake();
}

/** A new run supersedes those of the same event and place, where the repository says so. */
export function cancelOlder(server: WpServer, pipeline: WpPipeline): void {
  const repo = server.repoOf(pipeline);
  if (!repo.cancelPrevious?.includes(pipeline.event)) return;
  for (const older of server.state.pipelinesOf(repo.id)) {
    if (older === pipeline || older.id > pipeline.id) continue;
    if (older.status !== 'pending' && older.status !== 'running') continue;
    const same =
      pipeline.event === 'push' ? older.branch === pipeline.branch : older.refspec === pipeline.refspec;
    if (older.event === pipeline.event && same)
      endPipeline(server, older, { superseded_by: pipeline.number });
  }
}
