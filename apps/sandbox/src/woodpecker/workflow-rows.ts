import type { PlannedWorkflow } from './compile.ts';
import type { WpPipeline, WpStatus } from './model.ts';
import type { WpServer } from './server.ts';

/** Rows for what was planned: workflows are numbered first, their steps after all of them. */
export function giveWorkflows(
  server: WpServer,
  pipeline: WpPipeline,
  planned: readonly PlannedWorkflow[],
  state: WpStatus,
): void {
  const { state: rows, world } = server;
  let pid = planned.length;
  const ids = new Map<string, number[]>();
  pipeline.workflows = planned.map((plan, index) => {
    const id = rows.nextId('workflow');
    ids.set(plan.name, [...(ids.get(plan.name) ?? []), id]);
    server.plans.set(id, plan);
    return {
      id,
      pipelineId: pipeline.id,
      pid: index + 1,
      name: plan.name,
      state,
      error: '',
      started: 0,
      finished: 0,
      agentId: 0,
      platform: '',
      environ: plan.environ,
      dependsOn: [],
      runsOn: plan.runsOn,
      labels: taskLabels(server, pipeline, plan.labels),
      steps: plan.steps.map((one) => {
        pid += 1;
        const stepId = rows.nextId('step');
        return {
          id: stepId,
          uuid: rows.ulid(world.clock.now(), stepId),
          pid,
          ppid: index + 1,
          name: one.name,
          state,
          error: '',
          exitCode: 0,
          started: 0,
          finished: 0,
          type: one.type,
        };
      }),
    };
  });
  for (const [index, workflow] of pipeline.workflows.entries())
    workflow.dependsOn = (planned[index]?.dependsOn ?? []).flatMap((name) => ids.get(name) ?? []);
}

function taskLabels(
  server: WpServer,
  pipeline: WpPipeline,
  own: Record<string, string>,
): Record<string, string> {
  const repo = server.repoOf(pipeline);
  const slug = `${repo.owner}/${repo.name}`;
  const labels: Record<string, string> = {
    ...own,
    'org-id': String(repo.orgId),
    repo: slug,
    'woodpecker-ci.org/branch': pipeline.branch,
    'woodpecker-ci.org/commit-branch': pipeline.branch,
    'woodpecker-ci.org/event': pipeline.event,
    'woodpecker-ci.org/forge-id': 'gitea',
    'woodpecker-ci.org/org-id': String(repo.orgId),
    'woodpecker-ci.org/repo-forge-id': repo.forgeRemoteId,
    'woodpecker-ci.org/repo-full-name': slug,
    'woodpecker-ci.org/repo-id': String(repo.id),
    'woodpecker-ci.org/repo-name': repo.name,
  };
  return Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}
