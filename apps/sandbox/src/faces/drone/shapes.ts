import type { Core } from '../../core.ts';
import type {
  CiBuild,
  CiCron,
  CiPermission,
  CiRepository,
  CiSecret,
  CiStage,
  CiStep,
  CiTemplate,
  CiUser,
} from '../../world/model.ts';

/** The server's JSON, keys in its order. `undefined` stands for a key that is left out. */
const some = <T extends string | number | boolean>(value: T): T | undefined =>
  value === '' || value === 0 || value === false ? undefined : value;

export function userShape(user: CiUser, token?: string): object {
  return {
    id: user.id,
    login: user.login,
    email: user.email,
    machine: user.machine,
    admin: user.admin,
    active: user.active,
    avatar: user.avatar,
    syncing: user.syncing,
    synced: user.synced,
    created: user.created,
    updated: user.updated,
    last_login: user.lastLogin,
    token,
  };
}

export function repoShape(
  core: Core,
  repo: CiRepository,
  more: { build?: object; permissions?: object } = {},
): object {
  const { addresses, sshHost } = core.world;
  return {
    id: repo.id,
    uid: repo.uid,
    user_id: repo.userId,
    namespace: repo.namespace,
    name: repo.name,
    slug: repo.slug,
    scm: '',
    git_http_url: `${addresses.gitea}/${repo.slug}.git`,
    git_ssh_url: `${sshHost}:${repo.slug}.git`,
    link: `${addresses.gitea}/${repo.slug}`,
    default_branch: repo.defaultBranch,
    private: repo.private,
    visibility: repo.visibility,
    active: repo.active,
    config_path: repo.configPath,
    trusted: repo.trusted,
    protected: repo.protected,
    ignore_forks: repo.ignoreForks,
    ignore_pull_requests: repo.ignorePullRequests,
    auto_cancel_pull_requests: repo.autoCancelPullRequests,
    auto_cancel_pushes: repo.autoCancelPushes,
    auto_cancel_running: core.server.isOld ? undefined : repo.autoCancelRunning,
    timeout: repo.timeout,
    throttle: some(repo.throttle),
    counter: repo.counter,
    synced: repo.synced,
    created: repo.created,
    updated: repo.updated,
    version: repo.version,
    build: more.build,
    permissions: more.permissions,
    archived: core.server.isOld ? undefined : false,
  };
}

export function permissionShape(row: CiPermission): object {
  return { read: row.read, write: row.write, admin: row.admin };
}

export function buildShape(build: CiBuild, withStages = false): object {
  return {
    id: build.id,
    repo_id: build.repoId,
    trigger: build.trigger,
    number: build.number,
    parent: some(build.parent),
    status: build.status,
    error: some(build.error),
    event: build.event,
    action: build.action,
    link: build.link,
    timestamp: 0,
    title: some(build.title),
    message: build.message,
    before: build.before,
    after: build.after,
    ref: build.ref,
    source_repo: build.sourceRepo,
    source: build.source,
    target: build.target,
    author_login: build.authorLogin,
    author_name: build.authorName,
    author_email: build.authorEmail,
    author_avatar: build.authorAvatar,
    sender: build.sender,
    params: Object.keys(build.params).length > 0 ? sorted(build.params) : undefined,
    cron: some(build.cron),
    deploy_to: some(build.deployTo),
    deploy_id: some(build.deployId),
    debug: some(build.debug),
    started: build.started,
    finished: build.finished,
    created: build.created,
    updated: build.updated,
    version: build.version,
    stages:
      withStages && build.stages.length > 0 ? build.stages.map((stage) => stageShape(stage)) : undefined,
  };
}

/** Go writes maps in the order of their keys. */
function sorted(map: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)));
}

export function stageShape(stage: CiStage, withSteps = true): object {
  return {
    id: stage.id,
    repo_id: stage.repoId,
    build_id: stage.buildId,
    number: stage.number,
    name: stage.name,
    kind: some(stage.kind),
    type: some(stage.type),
    status: stage.status,
    error: some(stage.error),
    errignore: stage.errignore,
    exit_code: stage.exitCode,
    machine: some(stage.machine),
    os: stage.os,
    arch: stage.arch,
    variant: some(stage.variant),
    kernel: some(stage.kernel),
    limit: some(stage.limit),
    throttle: some(stage.throttle),
    started: stage.started,
    stopped: stage.stopped,
    created: stage.created,
    updated: stage.updated,
    version: stage.version,
    on_success: stage.onSuccess,
    on_failure: stage.onFailure,
    depends_on: stage.dependsOn.length > 0 ? stage.dependsOn : undefined,
    labels: Object.keys(stage.labels).length > 0 ? sorted(stage.labels) : undefined,
    steps: withSteps && stage.steps.length > 0 ? stage.steps.map(stepShape) : undefined,
  };
}

export function stepShape(step: CiStep): object {
  return {
    id: step.id,
    step_id: step.stageId,
    number: step.number,
    name: step.name,
    status: step.status,
    error: some(step.error),
    errignore: some(step.errignore),
    exit_code: step.exitCode,
    started: some(step.started),
    stopped: some(step.stopped),
    version: step.version,
    depends_on: step.dependsOn && step.dependsOn.length > 0 ? step.dependsOn : undefined,
    image: some(step.image ?? ''),
    detached: some(step.detached ?? false),
  };
}

export function secretShape(secret: CiSecret): object {
  return {
    id: some(secret.id),
    repo_id: some(secret.repoId),
    namespace: some(secret.namespace),
    name: some(secret.name),
    pull_request: some(secret.pullRequest),
    pull_request_push: some(secret.pullRequestPush),
  };
}

export function cronShape(cron: CiCron): object {
  return {
    id: cron.id,
    repo_id: cron.repoId,
    name: cron.name,
    expr: cron.expr,
    next: cron.next,
    prev: cron.prev,
    event: 'push',
    branch: cron.branch,
    target: some(cron.target),
    disabled: cron.disabled,
    created: 0,
    updated: 0,
    version: cron.version,
  };
}

export function templateShape(template: CiTemplate): object {
  return {
    id: some(template.id),
    name: some(template.name),
    namespace: some(template.namespace),
    data: some(template.data),
  };
}
