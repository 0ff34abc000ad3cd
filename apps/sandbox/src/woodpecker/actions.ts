import { endPipeline } from './cancel.ts';
import { reportStatuses } from './commit-status.ts';
import { WpConfigError } from './config.ts';
import {
  compileFor,
  copyConfigs,
  createPipeline,
  emptyInput,
  fail,
  newRow,
  type PipelineInput,
  start,
} from './create.ts';
import { nextCron } from './cron-time.ts';
import { commitUrl } from './hooks.ts';
import type { WpCron, WpPipeline, WpRepo, WpUser } from './model.ts';
import type { WpServer } from './server.ts';
import { giveWorkflows } from './workflow-rows.ts';

/** A refusal with the status and words of the real server; an empty text is an empty body. */
export class WpRefusal extends Error {
  constructor(
    readonly status: number,
    message = '',
  ) {
    super(message);
  }
}

export interface Promotion {
  /** Undefined: a plain restart, which keeps event, target and task. */
  event: string | undefined;
  deployTo: string | undefined;
  deployTask: string | undefined;
  /** Every other key of the query: environment of the steps, stored nowhere. */
  extra: Record<string, string>;
}

/**
 * A pipeline again, or as a promotion: the stored files filtered anew. Nothing holds it for approval, nothing records
 * who asked, and where nothing matches it stays pending for ever.
 * @throws WpRefusal
 */
export function restart(server: WpServer, repo: WpRepo, parent: WpPipeline, wanted: Promotion): WpPipeline {
  const refused = server.settings.version === '2.8' ? ['blocked', 'declined'] : ['blocked'];
  if (refused.includes(parent.status))
    throw new WpRefusal(400, `cannot restart a pipeline with status ${parent.status}`);
  if (wanted.event !== undefined) {
    if (wanted.event !== 'deployment') throw new WpRefusal(400);
    if (!repo.allowDeploy) throw new WpRefusal(403);
  }
  const {
    id: _id,
    number: _number,
    status: _status,
    errors: _errors,
    workflows: _workflows,
    ...rest
  } = parent;
  const input: PipelineInput = {
    ...rest,
    parent: parent.number,
    rerunCount: parent.rerunCount + 1,
    event: wanted.event === undefined ? parent.event : 'deployment',
    deployTo: wanted.deployTo ?? parent.deployTo,
    deployTask: wanted.deployTask ?? parent.deployTask,
    variables: { ...parent.variables },
    extra: wanted.extra,
  };
  const pipeline = newRow(server, repo, input, 'pending');
  pipeline.configs = copyConfigs(parent.configs);
  try {
    const { workflows, warnings } = compileFor(server, repo, pipeline);
    if (warnings.length > 0) pipeline.errors = warnings;
    giveWorkflows(server, pipeline, workflows, 'pending');
  } catch (error) {
    if (!(error instanceof WpConfigError)) throw error;
    // No message tells of it, and the call has failed: yet it is there.
    fail(server, pipeline, error);
    throw new WpRefusal(500);
  }
  start(server, pipeline, [0, 0]);
  return pipeline;
}

/** @throws WpRefusal 500 for a branch that is not there; null when nothing matches. */
export function startManual(
  server: WpServer,
  repo: WpRepo,
  caller: WpUser,
  branch: string,
  variables: Record<string, string>,
): WpPipeline | null {
  const forgeRepo = server.world.forge.repositoryById(Number(repo.forgeRemoteId));
  const head = forgeRepo && server.world.forge.head(forgeRepo, branch);
  if (!head || server.forgeFails(`GET /api/v1/repos/${repo.owner}/${repo.name}/branches/${branch}`))
    throw new WpRefusal(500);
  return createPipeline(
    server,
    {
      ...emptyInput(repo),
      event: 'manual',
      author: caller.login,
      avatar: caller.avatar,
      email: caller.email,
      commit: head.sha,
      branch,
      ref: branch,
      forgeUrl: commitUrl(server, repo, head.sha),
      message: `MANUAL PIPELINE @ ${branch}`,
      timestamp: server.seconds(),
      variables,
    },
    'once',
  );
}

/** A cron's run; its `timestamp` is when it would have been due, so in the future when somebody asks for it now. */
export function runCron(server: WpServer, repo: WpRepo, cron: WpCron): WpPipeline | null {
  const branch = cron.branch || repo.defaultBranch;
  const forgeRepo = server.world.forge.repositoryById(Number(repo.forgeRemoteId));
  const head = forgeRepo && server.world.forge.head(forgeRepo, branch);
  if (!head) throw new WpRefusal(500);
  return createPipeline(
    server,
    {
      ...emptyInput(repo),
      event: 'cron',
      commit: head.sha,
      branch,
      ref: `refs/heads/${branch}`,
      forgeUrl: commitUrl(server, repo, head.sha),
      timestamp: cron.nextExec,
      cron: cron.name,
      variables: { ...(cron.variables ?? {}) },
    },
    'once',
  );
}

/** The scheduler wakes each minute; what is due runs, and its next time is set. */
export function startCrons(server: WpServer): void {
  server.world.clock.after(60_000, () => {
    const now = server.seconds();
    for (const cron of server.state.crons) {
      const repo = server.state.repo(cron.repoId);
      if (!server.up || !cron.enabled || cron.nextExec > now || !repo?.active) continue;
      try {
        runCron(server, repo, cron);
      } catch (error) {
        if (!(error instanceof WpRefusal)) throw error;
      }
      cron.nextExec = nextCron(cron.schedule, now) ?? now + 3600;
    }
    startCrons(server);
  });
}

/** @throws WpRefusal 400 in the server's words. */
export function cancel(server: WpServer, pipeline: WpPipeline, caller: WpUser): void {
  if (!['pending', 'running', 'blocked'].includes(pipeline.status))
    throw new WpRefusal(400, 'Cannot cancel a non-running or non-pending or non-blocked pipeline');
  endPipeline(server, pipeline, { canceled_by_user: caller.login });
}

/** Its workflows and steps are made anew: they get other ids and keep their `pid`s. */
export function approve(server: WpServer, pipeline: WpPipeline, caller: WpUser): void {
  if (pipeline.status !== 'blocked')
    throw new WpRefusal(400, `cannot approve a pipeline with status ${pipeline.status}`);
  const repo = server.repoOf(pipeline);
  server.setStatus(pipeline, 'pending');
  pipeline.reviewedBy = caller.login;
  pipeline.reviewed = pipeline.updated;
  giveWorkflows(server, pipeline, compileFor(server, repo, pipeline).workflows, 'pending');
  start(server, pipeline, [0, 0]);
}

/** @throws WpRefusal 500, without a word, for one that does not wait. */
export function decline(server: WpServer, pipeline: WpPipeline, caller: WpUser): void {
  if (pipeline.status !== 'blocked') throw new WpRefusal(500);
  server.setStatus(pipeline, 'declined');
  pipeline.reviewedBy = caller.login;
  pipeline.reviewed = pipeline.updated;
  for (const workflow of pipeline.workflows) {
    workflow.state = 'declined';
    for (const step of workflow.steps) step.state = 'declined';
  }
  server.publish(pipeline);
  reportStatuses(server, pipeline);
}
