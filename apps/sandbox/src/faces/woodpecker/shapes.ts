import { lastContact } from '../../woodpecker/agents.ts';
import type {
  LogEntry,
  WpAgentRow,
  WpCron,
  WpOrg,
  WpPerm,
  WpPipeline,
  WpRegistry,
  WpSecret,
  WpStep,
  WpUser,
  WpWorkflow,
} from '../../woodpecker/model.ts';

/** The server's JSON, keys in its order. `undefined` stands for a key that is left out. */
const some = <T extends string | number | boolean>(value: T): T | undefined =>
  value === '' || value === 0 || value === false ? undefined : value;
const someList = <T>(list: readonly T[]): readonly T[] | undefined => (list.length > 0 ? list : undefined);

/** Go writes maps in the order of their keys. */
export const sorted = (map: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)));
const someMap = (map: Record<string, string>): Record<string, string> | undefined =>
  Object.keys(map).length > 0 ? sorted(map) : undefined;

export function userShape(user: WpUser, listed = false): object {
  return {
    id: user.id,
    forge_id: 1,
    forge_remote_id: user.forgeRemoteId,
    login: user.login,
    email: user.email,
    avatar_url: user.avatar,
    admin: some(user.admin),
    // Administrators of the sandbox are named by its settings.
    admin_env: listed ? some(user.admin) : undefined,
    org_id: user.orgId,
  };
}

export const permShape = (
  rights: Pick<WpPerm, 'pull' | 'push' | 'admin'>,
  row: WpPerm | undefined,
): object => ({
  pull: rights.pull,
  push: rights.push,
  admin: rights.admin,
  synced: row?.synced ?? 0,
  created: row?.created ?? 0,
  updated: row?.updated ?? 0,
});

export const orgShape = (org: WpOrg): object => ({
  id: org.id,
  forge_id: 1,
  name: org.name,
  is_user: org.isUser,
});

/** @param raw as the event stream and a cron's run have it: texts that the REST answers make up are empty */
export function pipelineShape(
  pipeline: WpPipeline,
  { raw = false, workflows = false }: { raw?: boolean; workflows?: boolean } = {},
): object {
  const made = raw ? {} : madeUp(pipeline);
  return {
    id: pipeline.id,
    number: pipeline.number,
    author: pipeline.author,
    parent: pipeline.parent,
    event: pipeline.event,
    event_reason: pipeline.eventReason,
    status: pipeline.status,
    errors: pipeline.errors,
    created: pipeline.created,
    updated: pipeline.updated,
    started: pipeline.started,
    finished: pipeline.finished,
    deploy_to: pipeline.deployTo,
    deploy_task: pipeline.deployTask,
    commit: pipeline.commit,
    branch: pipeline.branch,
    rerun_count: pipeline.rerunCount,
    ref: pipeline.ref,
    refspec: pipeline.refspec,
    author_avatar: pipeline.avatar,
    forge_url: pipeline.forgeUrl,
    reviewed_by: pipeline.reviewedBy,
    reviewed: pipeline.reviewed,
    cancel_info: pipeline.cancelInfo,
    workflows: workflows ? someList(pipeline.workflows)?.map(workflowShape) : undefined,
    changed_files: someList(pipeline.changedFiles),
    variables: someMap(pipeline.variables),
    cron: some(pipeline.cron),
    from_fork: some(pipeline.fromFork),
    version: pipeline.version,
    tag_title: some(pipeline.tagTitle),
    title: pipeline.title,
    message: made.message ?? pipeline.message,
    timestamp: pipeline.timestamp,
    sender: made.sender ?? pipeline.sender,
    author_email: pipeline.email,
  };
}

function madeUp(pipeline: WpPipeline): { message?: string; sender?: string } {
  if (pipeline.event === 'cron') return { message: pipeline.cron, sender: pipeline.cron };
  if (pipeline.event === 'tag') return { message: `created tag ${pipeline.tagTitle}` };
  return {};
}

function workflowShape(workflow: WpWorkflow): object {
  return {
    id: workflow.id,
    pipeline_id: workflow.pipelineId,
    pid: workflow.pid,
    name: workflow.name,
    state: workflow.state,
    error: some(workflow.error),
    started: some(workflow.started),
    finished: some(workflow.finished),
    agent_id: some(workflow.agentId),
    platform: some(workflow.platform),
    environ: someMap(workflow.environ),
    children: someList(workflow.steps)?.map((step) => stepShape(step, workflow.pipelineId)),
  };
}

const stepShape = (step: WpStep, pipelineId: number): object => ({
  id: step.id,
  uuid: step.uuid,
  pipeline_id: pipelineId,
  pid: step.pid,
  ppid: step.ppid,
  name: step.name,
  state: step.state,
  error: some(step.error),
  exit_code: step.exitCode,
  started: some(step.started),
  finished: some(step.finished),
  type: some(step.type),
});

/** @param slug `owner/name` of its repository */
export function feedShape(pipeline: WpPipeline, slug: string, raw = false): object {
  const made = raw ? {} : madeUp(pipeline);
  return {
    repo_id: pipeline.repoId,
    full_name: slug,
    id: pipeline.id,
    number: pipeline.number,
    event: pipeline.event,
    status: pipeline.status,
    created: some(pipeline.created),
    started: some(pipeline.started),
    finished: some(pipeline.finished),
    commit: some(pipeline.commit),
    branch: some(pipeline.branch),
    ref: some(pipeline.ref),
    refspec: some(pipeline.refspec),
    title: some(pipeline.title),
    author: some(pipeline.author),
    author_avatar: some(pipeline.avatar),
    author_email: some(pipeline.email),
    tag_title: some(pipeline.tagTitle),
    // A cron's has none here, though its pipeline has.
    message: pipeline.event === 'cron' ? undefined : some(made.message ?? pipeline.message),
  };
}

export const logShape = (entry: LogEntry, stepId: number): object => ({
  id: entry.id,
  step_id: stepId,
  time: entry.time,
  line: entry.line,
  data: entry.data === null ? null : entry.data.toString('base64'),
  type: 0,
});

export const secretShape = (secret: WpSecret): object => ({
  id: secret.id,
  org_id: secret.orgId,
  repo_id: secret.repoId,
  name: secret.name,
  images: secret.images,
  events: [...secret.events].sort(),
  note: secret.note,
});

export const registryShape = (registry: WpRegistry): object => ({
  id: registry.id,
  org_id: registry.orgId,
  repo_id: registry.repoId,
  address: registry.address,
  username: registry.username,
  password: '',
  readonly: false,
});

export const cronShape = (cron: WpCron): object => ({
  id: cron.id,
  name: cron.name,
  repo_id: cron.repoId,
  creator_id: cron.creatorId,
  next_exec: cron.nextExec,
  schedule: cron.schedule,
  timezone: cron.timezone,
  created: cron.created,
  branch: cron.branch,
  enabled: cron.enabled,
  variables: cron.variables === null ? null : sorted(cron.variables),
});

/** @param version of the agent, which is the server's */
export function agentShape(row: WpAgentRow, now: number, version: string): object {
  const contact = lastContact(row, now);
  return {
    id: row.id,
    created: row.created,
    updated: contact,
    name: row.name,
    owner_id: -1,
    token: row.token,
    last_contact: contact,
    last_work: row.lastWork,
    platform: row.platform,
    backend: row.backend,
    capacity: row.capacity,
    version,
    no_schedule: row.noSchedule,
    custom_labels: row.customLabels,
    org_id: -1,
  };
}
