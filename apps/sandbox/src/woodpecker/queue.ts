import type { AgentPool } from './agents.ts';
import { finalStates, type WpPipeline, type WpWorkflow } from './model.ts';
import { isReady, type WpServer } from './server.ts';

interface QueueInfo {
  pending: object[];
  waiting_on_deps: object[];
  running: object[];
  stats: {
    worker_count: number;
    pending_count: number;
    waiting_on_deps_count: number;
    running_count: number;
  };
  paused: boolean;
}

/**
 * The queue as administrators see it. A task that no agent's labels fit stays among the pending ones, and nothing says
 * why; a promotion that matched nothing is in none of the lists.
 */
export function queueInfo(server: WpServer, agents: AgentPool, shape: (task: object) => object): QueueInfo {
  const lists = { pending: [] as object[], waiting: [] as object[], running: [] as object[] };
  for (const pipeline of server.state.openPipelines()) {
    for (const workflow of pipeline.workflows) {
      if (finalStates.has(workflow.state)) continue;
      if (agents.lost.some((one) => one.workflow === workflow && one.gone)) continue;
      const list = workflow.agentId !== 0 ? 'running' : isReady(pipeline, workflow) ? 'pending' : 'waiting';
      lists[list].push(shape(taskOf(server, pipeline, workflow)));
    }
  }
  return {
    pending: lists.pending,
    waiting_on_deps: lists.waiting,
    running: lists.running,
    stats: {
      worker_count: agents.idle(),
      pending_count: lists.pending.length,
      waiting_on_deps_count: lists.waiting.length,
      running_count: lists.running.length,
    },
    paused: server.queuePaused,
  };
}

function taskOf(server: WpServer, pipeline: WpPipeline, workflow: WpWorkflow): object {
  const agent = server.state.agents.find((row) => row.id === workflow.agentId);
  return {
    id: String(workflow.id),
    pid: workflow.pid,
    name: workflow.name,
    labels: workflow.labels,
    dependencies: workflow.dependsOn.length > 0 ? workflow.dependsOn.map(String) : null,
    run_on: workflow.runsOn.length > 0 ? workflow.runsOn : null,
    dep_status: statusOf(pipeline, workflow),
    agent_id: workflow.agentId,
    pipeline_id: pipeline.id,
    repo_id: pipeline.repoId,
    concurrency_limit: 0,
    concurrency_group: '',
    created: pipeline.created,
    pipeline_number: pipeline.number,
    agent_name: agent?.name ?? '',
  };
}

/** Of dependencies that have ended, by the id of their task. */
function statusOf(pipeline: WpPipeline, workflow: WpWorkflow): Record<string, string> {
  const ended = pipeline.workflows.filter(
    (one) => workflow.dependsOn.includes(one.id) && finalStates.has(one.state),
  );
  return Object.fromEntries(ended.map((one) => [String(one.id), one.state]));
}
