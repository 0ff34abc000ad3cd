import { needsApproval } from './approval.ts';
import { cancelOlder } from './cancel.ts';
import { reportStatuses } from './commit-status.ts';
import { compile, type PlannedWorkflow } from './compile.ts';
import { WpConfigError } from './config.ts';
import { findConfigs } from './config-files.ts';
import { pipelineEnvironment } from './environment.ts';
import type { WpConfig, WpPipeline, WpRepo, WpSecret, WpStatus } from './model.ts';
import type { WpServer } from './server.ts';
import { giveWorkflows } from './workflow-rows.ts';

/** What a new pipeline is made of; the rest the server adds. */
export type PipelineInput = Omit<
  WpPipeline,
  | 'id'
  | 'number'
  | 'status'
  | 'errors'
  | 'created'
  | 'updated'
  | 'started'
  | 'finished'
  | 'workflows'
  | 'version'
  | 'configs'
>;

export function emptyInput(repo: WpRepo): PipelineInput {
  return {
    repoId: repo.id,
    author: '',
    parent: 0,
    event: 'push',
    eventReason: null,
    deployTo: '',
    deployTask: '',
    commit: '',
    branch: '',
    rerunCount: 0,
    ref: '',
    refspec: '',
    avatar: '',
    forgeUrl: '',
    reviewedBy: '',
    reviewed: 0,
    cancelInfo: undefined,
    changedFiles: [],
    variables: {},
    cron: '',
    fromFork: false,
    tagTitle: '',
    title: '',
    message: '',
    timestamp: 0,
    sender: '',
    email: '',
    extra: {},
  };
}

/** A row without workflows: it takes the next number, which is free again when nothing comes of it. */
export function newRow(server: WpServer, repo: WpRepo, input: PipelineInput, status: WpStatus): WpPipeline {
  const now = server.seconds();
  repo.counter += 1;
  const pipeline: WpPipeline = {
    ...input,
    id: server.state.nextId('pipeline'),
    number: repo.counter,
    status,
    errors: null,
    created: now,
    updated: now,
    started: 0,
    finished: 0,
    workflows: [],
    version: server.release,
    configs: [],
  };
  server.state.addPipeline(pipeline);
  return pipeline;
}

/** Ms after a webhook until each of the two messages that follow `created`. */
const settling = [70, 60] as const;

/**
 * Makes a pipeline as a webhook or a call does. Null when nothing comes of it: no configuration, nothing matched.
 * @param at `once` where the caller waits for the outcome: its messages come before the answer
 */
export function createPipeline(
  server: WpServer,
  input: PipelineInput,
  at: 'once' | 'soon',
): WpPipeline | null {
  const repo = server.state.repo(input.repoId);
  if (!repo) return null;
  const pipeline = newRow(server, repo, input, 'created');
  const drop = (): null => {
    server.state.removePipeline(pipeline);
    // The number is used again, the id is not.
    repo.counter -= 1;
    return null;
  };
  pipeline.configs = findConfigs(server, repo, pipeline.commit);
  if (pipeline.configs.length === 0) return drop();
  const planned = planFor(server, repo, pipeline);
  if (planned === 'error') {
    server.publish(pipeline);
    return pipeline;
  }
  if (planned.length === 0) return drop();
  if (needsApproval(repo, pipeline)) {
    giveWorkflows(server, pipeline, planned, 'blocked');
    server.setStatus(pipeline, 'blocked');
    server.publish(pipeline);
    reportStatuses(server, pipeline);
    return pipeline;
  }
  giveWorkflows(server, pipeline, planned, 'pending');
  server.publish(pipeline);
  const wait = at === 'soon' && !server.quiet;
  start(server, pipeline, wait ? settling : [0, 0]);
  return pipeline;
}

/** The two `pending` messages, and the work into the queue. */
export function start(server: WpServer, pipeline: WpPipeline, waits: readonly [number, number]): void {
  const { clock } = server.world;
  const after = (ms: number, run: () => void): void => {
    if (ms === 0) run();
    else clock.after(ms, run);
  };
  after(waits[0], () => {
    if (pipeline.status === 'created') server.setStatus(pipeline, 'pending');
    if (pipeline.status !== 'pending') return;
    server.publish(pipeline);
    after(waits[1], () => {
      cancelOlder(server, pipeline);
      if (pipeline.status !== 'pending') return;
      server.publish(pipeline);
      reportStatuses(server, pipeline);
      server.wake();
    });
  });
}

/** Compiles a pipeline; one that cannot be is final at once, with its reasons. */
function planFor(server: WpServer, repo: WpRepo, pipeline: WpPipeline): PlannedWorkflow[] | 'error' {
  try {
    const { workflows, warnings } = compileFor(server, repo, pipeline);
    if (warnings.length > 0) pipeline.errors = warnings;
    return workflows;
  } catch (error) {
    if (!(error instanceof WpConfigError)) throw error;
    fail(server, pipeline, error);
    return 'error';
  }
}

export function fail(server: WpServer, pipeline: WpPipeline, error: WpConfigError): void {
  pipeline.errors = error.errors;
  server.setStatus(pipeline, 'error');
  pipeline.started = pipeline.created;
  pipeline.finished = pipeline.created;
}

export function compileFor(server: WpServer, repo: WpRepo, pipeline: WpPipeline): ReturnType<typeof compile> {
  const env = pipelineEnvironment(repo, pipeline, server.settings.host());
  const commit = server.world.forge.repositoryById(Number(repo.forgeRemoteId))?.commits.get(pipeline.commit);
  return compile({
    configs: pipeline.configs,
    facts: {
      event: pipeline.event,
      branch: pipeline.branch,
      ref: pipeline.ref,
      repo: `${repo.owner}/${repo.name}`,
      cron: pipeline.cron,
      changedFiles:
        pipeline.event === 'push' || pipeline.event.startsWith('pull_request')
          ? pipeline.changedFiles
          : undefined,
      environ: new Map(Object.entries(env)),
    },
    secrets: secretsOf(server, repo),
    files: commit?.files ?? new Map(),
    commit: pipeline.commit,
  });
}

/** The repository's own before its organisation's before those of the whole server. */
function secretsOf(server: WpServer, repo: WpRepo): WpSecret[] {
  const { secrets } = server.state;
  return [
    ...secrets.filter((one) => one.repoId === repo.id),
    ...secrets.filter((one) => one.orgId === repo.orgId && one.orgId !== 0),
    ...secrets.filter((one) => one.repoId === 0 && one.orgId === 0),
  ];
}

export const copyConfigs = (configs: readonly WpConfig[]): WpConfig[] => configs.map((one) => ({ ...one }));
