import type { PipelineWire, WorkflowWire } from './wire.ts';

const wasCut = ({ state, error }: WorkflowWire): boolean => state === 'failure' && error === 'Canceled';

/**
 * 2.8.3 calls a cancelled build that ran `failure` as soon as its agent answers: its workflow is a failure with the error
 * "Canceled", the step that was cut a success, or a failure whose exit code is the agent's own. Null where it was not so.
 * Lists have no workflows: they go on saying `failure`.
 */
export function asCancelled(wire: PipelineWire): PipelineWire | null {
  const failed = wire.workflows.filter((workflow) => workflow.state === 'failure');
  if (wire.status !== 'failure' || failed.length === 0 || !failed.every(wasCut)) return null;
  return {
    ...wire,
    status: 'killed',
    workflows: wire.workflows.map((one) => (wasCut(one) ? cut(one) : one)),
  };
}

/** The last step that began is the one that was cut. */
function cut(workflow: WorkflowWire): WorkflowWire {
  const last = workflow.children.findLastIndex((step) => step.started > 0);
  const children = workflow.children.map((step, at) =>
    at === last ? { ...step, state: 'killed', error: '' } : step,
  );
  return { ...workflow, state: 'killed', children };
}
