import { z } from 'zod';
import { dictionary, flag, listOf, text, whole, words } from '../wire-parts.ts';

/**
 * Woodpecker's answers as they come, read permissively: an absent, null or mistyped value is its zero value, an absent
 * or `null` list is empty (3.17.0 sends both for the same thing). Only what names a thing is demanded. Times are Unix
 * seconds, 0 or absent = not set; 2.8 calls them otherwise (`created_at`, `start_time`…), which `renamed` undoes.
 */

/** Takes a key under its older name where the newer one is not there. */
function renamed<S extends z.ZodType>(names: Record<string, string>, schema: S) {
  return z.preprocess((value) => {
    if (typeof value !== 'object' || value === null) return value;
    const fields: Record<string, unknown> = { ...value };
    for (const [older, newer] of Object.entries(names)) fields[newer] ??= fields[older];
    return fields;
  }, schema);
}

const partTimes = { start_time: 'started', end_time: 'finished' };

export const stepWire = renamed(
  partTimes,
  z.object({
    id: whole,
    pid: z.number().int().positive(),
    name: text,
    state: text,
    error: text,
    exit_code: whole,
    started: whole,
    finished: whole,
    type: text,
  }),
);
export type StepWire = z.output<typeof stepWire>;

export const workflowWire = renamed(
  partTimes,
  z.object({
    pid: z.number().int().positive(),
    name: text,
    state: text,
    error: text,
    started: whole,
    finished: whole,
    agent_id: whole,
    platform: text,
    environ: dictionary,
    children: listOf(stepWire).catch([]),
  }),
);
export type WorkflowWire = z.output<typeof workflowWire>;

const errorWire = z.object({ type: text, message: text, is_warning: flag });

export const pipelineWire = renamed(
  {
    created_at: 'created',
    updated_at: 'updated',
    started_at: 'started',
    finished_at: 'finished',
  },
  z.object({
    id: whole,
    number: z.number().int().positive(),
    author: text,
    author_avatar: text,
    parent: whole,
    event: text,
    event_reason: words,
    status: text,
    errors: listOf(errorWire).catch([]),
    created: whole,
    updated: whole,
    started: whole,
    finished: whole,
    /** Of the server that made it; since 3.14. */
    version: text,
    deploy_to: text,
    deploy_task: text,
    commit: text,
    branch: text,
    ref: text,
    refspec: text,
    cancel_info: z.object({ canceled_by_user: text, superseded_by: whole }).nullish().catch(null),
    workflows: listOf(workflowWire).catch([]),
    variables: dictionary,
    cron: text,
    from_fork: flag,
    title: text,
    message: text,
    sender: text,
  }),
);
export type PipelineWire = z.output<typeof pipelineWire>;
export const pipelineListWire = listOf(pipelineWire);
/** 204: no workflow matched, nothing was made. */
export const startedWire = pipelineWire.nullable();

/** Three switches since 3.0, one before. */
const trustedWire = z
  .union([z.boolean(), z.object({ network: flag, volumes: flag, security: flag })])
  .nullish()
  .catch(null);

export const repositoryWire = z.object({
  /** Absent on what was never activated. */
  id: whole,
  /** The forge's id of the repository, as text. */
  forge_remote_id: z.string().min(1),
  full_name: z.string().min(3),
  default_branch: text,
  timeout: whole,
  visibility: text,
  private: flag,
  trusted: trustedWire,
  /** Since 2.8; before and beside it `gated`. */
  require_approval: text,
  gated: flag,
  active: flag,
  allow_pr: flag,
  allow_deploy: flag,
  config_file: text,
  cancel_previous_pipeline_events: words,
  last_pipeline: pipelineWire.nullish().catch(null),
});
export type RepositoryWire = z.output<typeof repositoryWire>;
export const repositoryListWire = listOf(repositoryWire);

export const permissionsWire = z.object({ pull: flag, push: flag, admin: flag });

/** Runs over all repositories; in 2.8 the times have other names, and the repository only its id. */
export const feedWire = listOf(pipelineWire.and(z.object({ repo_id: whole, full_name: text })));

export const userWire = z.object({ login: z.string().min(1), admin: flag });

const taskWire = z.object({
  pid: whole,
  name: text,
  labels: dictionary,
  agent_id: whole,
  agent_name: text,
  pipeline_number: whole,
  created: whole,
});
export type TaskWire = z.output<typeof taskWire>;
export const queueWire = z.object({
  pending: listOf(taskWire),
  waiting_on_deps: listOf(taskWire),
  running: listOf(taskWire),
  stats: z.object({ worker_count: z.number().int().nullable().catch(null) }).catch({ worker_count: null }),
  paused: flag,
});
export type QueueWire = z.output<typeof queueWire>;

/** Without its token, which stands in the administrator's list too (3.17.0). */
export const agentListWire = listOf(
  z.object({
    id: z.number().int(),
    name: text,
    platform: text,
    backend: text,
    capacity: whole,
    no_schedule: flag,
    custom_labels: dictionary,
    org_id: z.number().int().default(-1).catch(-1),
    last_contact: whole,
  }),
);
export type AgentWire = z.output<typeof agentListWire>[number];

export const secretWire = z.object({ name: z.string().min(1), events: words });
export const secretListWire = listOf(secretWire);

export const configListWire = listOf(z.object({ name: text, data: text }));
export const branchListWire = listOf(z.string());
export const versionWire = z.object({ version: text }).catch({ version: '' });

/** Frame of the event stream: a repository with the pipeline that moved. */
export const eventWire = z.object({ repo: repositoryWire, pipeline: pipelineWire });
