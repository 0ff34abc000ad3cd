import {
  type Build,
  type BuildEvent,
  type BuildHead,
  isFinished,
  noSettings,
  type Settings,
  type Stage,
  type Status,
  type Step,
} from '@flightdeck/api-client/model';
import type { CiPerson, CiRepository } from '../../../ports/ci-server.ts';
import { firstLine, instant, named, orNull, pictureOf, refFacts, visibilityOf, wordIn } from '../parts.ts';
import { exitOf, familyStatuses } from '../statuses.ts';
import type { BuildWire, RepositoryWire, StageWire, StepWire, UserWire } from './wire.ts';

export const defaultPipelineFile = '.drone.yml';

const statuses = { ...familyStatuses, waiting_on_dependencies: 'waiting' } as const;
const statusOf = (word: string): Status => wordIn(statuses, word) ?? 'unknown';

/** What its builds come from, in its own words, which are ours. */
export const events: readonly BuildEvent[] = [
  'push',
  'pull_request',
  'tag',
  'promote',
  'rollback',
  'cron',
  'custom',
];
const eventOf = (word: string): BuildEvent => events.find((event) => event === word) ?? 'unknown';

export function stepOf(wire: StepWire): Step {
  const status = statusOf(wire.status);
  return {
    number: wire.number,
    name: wire.name,
    status,
    ignoresFailure: wire.errignore,
    // A skipped step never exited; what stands there is 0, or 130 after a cancel that no runner took part in.
    exitCode: isFinished(status) && status !== 'skipped' ? wire.exit_code : null,
    error: orNull(wire.error),
    startedAt: instant(wire.started),
    finishedAt: instant(wire.stopped),
    dependsOn: wire.depends_on,
    image: orNull(wire.image),
    detached: wire.detached,
    version: wire.version,
  };
}

/** Runners ask for `kind: pipeline`. Another kind, a misspelt one too, is accepted (2.25.0) and taken by nobody. */
const typeOf = ({ kind, type }: StageWire): string =>
  kind === '' || kind === 'pipeline' ? type : `${kind}/${type}`;

export function stageOf(wire: StageWire): Stage {
  const status = statusOf(wire.status);
  return {
    number: wire.number,
    name: wire.name,
    axes: {},
    status,
    waitsForDependencies: wire.status === 'waiting_on_dependencies',
    error: orNull(wire.error),
    type: typeOf(wire),
    platform:
      wire.os === '' && wire.arch === ''
        ? null
        : { os: wire.os, arch: wire.arch, variant: orNull(wire.variant), kernel: orNull(wire.kernel) },
    labels: wire.labels,
    runner: orNull(wire.machine),
    concurrencyLimit: wire.limit > 0 ? wire.limit : null,
    dependsOn: wire.depends_on,
    createdAt: instant(wire.created),
    startedAt: instant(wire.started),
    finishedAt: instant(wire.stopped),
    // A failed stage says 0, its step has the code; a skipped one never exited.
    exitCode: exitOf(status, wire.exit_code),
    steps: wire.steps.map(stepOf).sort((a, b) => a.number - b.number),
    version: wire.version,
  };
}

/** `path` is the repository's own, to tell a fork's pull request from one's own. */
export function headOf(wire: BuildWire, path: string): BuildHead {
  const { ref } = wire;
  const event = eventOf(wire.event);
  const isPullRequest = event === 'pull_request';
  return {
    number: wire.number,
    status: buildStatus(wire),
    event,
    action: wire.action,
    error: orNull(wire.error),
    title: firstLine(wire.title) || firstLine(wire.message),
    message: wire.message.trimEnd(),
    commit: wire.after,
    // A branch's first push has no commit before it.
    before: /^0*$/.test(wire.before) ? null : wire.before,
    ref,
    branch: wire.target || (/^refs\/heads\/(.+)$/.exec(ref)?.[1] ?? ''),
    sourceBranch: isPullRequest ? orNull(wire.source) : null,
    // Named also when it is the repository itself (2.25.0).
    fork:
      isPullRequest && wire.source_repo !== '' && wire.source_repo.toLowerCase() !== path.toLowerCase()
        ? wire.source_repo
        : null,
    ...refFacts(ref),
    author: {
      login: wire.author_login,
      name: wire.author_name || wire.author_login,
      avatarUrl: pictureOf(wire.author_avatar),
    },
    // `@hook` and `@cron` are no people; empty on a build that only says why the pipeline file is wrong. `sender` is
    // copied from the parent and tells nothing about this build.
    startedBy: wire.trigger === '' || wire.trigger.startsWith('@') ? null : wire.trigger,
    cron: orNull(wire.cron),
    parent: wire.parent > 0 ? wire.parent : null,
    environment: orNull(wire.deploy_to),
    parameters: wire.params,
    debug: wire.debug,
    createdAt: instant(wire.created) ?? 0,
    startedAt: instant(wire.started),
    finishedAt: instant(wire.finished),
    version: wire.version,
  };
}

const translated = new WeakMap<BuildWire, { path: string; build: Build }>();

/** The same answer gives the same object: who merges builds sees at a glance that nothing is new. */
export function buildOf(wire: BuildWire, path: string): Build {
  const before = translated.get(wire);
  if (before?.path === path) return before.build;
  const build = {
    ...headOf(wire, path),
    stages: wire.stages.map(stageOf).sort((a, b) => a.number - b.number),
  };
  translated.set(wire, { path, build });
  return build;
}

/** A build held for approval says `pending`; only its stages say `blocked`, and lists bring no stages. */
function buildStatus(wire: BuildWire): Status {
  const status = statusOf(wire.status);
  const held = wire.stages.some((stage) => stage.status === 'blocked');
  return held && !isFinished(status) ? 'approval' : status;
}

export function repositoryOf(wire: RepositoryWire): CiRepository {
  return {
    path: wire.slug,
    forgeRepoId: wire.uid,
    active: wire.active,
    visibility: visibilityOf(wire.visibility),
    private: wire.private,
    archived: wire.archived,
    defaultBranch: wire.default_branch,
    pipelineFile: wire.config_path || defaultPipelineFile,
    counter: wire.counter,
    settings: settingsOf(wire),
    lastBuild: wire.build ? headOf(wire.build, wire.slug) : null,
    permission: permissionOf(wire.permissions ?? null),
  };
}

function permissionOf(
  rights: { read: boolean; write: boolean; admin: boolean } | null,
): CiRepository['permission'] {
  if (!rights) return null;
  if (rights.admin) return 'admin';
  if (rights.write) return 'write';
  return rights.read ? 'read' : 'none';
}

export function settingsOf(wire: RepositoryWire): Settings {
  return {
    ...noSettings,
    visibility: visibilityOf(wire.visibility),
    pipelineFile: wire.config_path || defaultPipelineFile,
    protected: wire.protected,
    ignoreForks: wire.ignore_forks,
    ignorePullRequests: wire.ignore_pull_requests,
    cancelPullRequests: wire.auto_cancel_pull_requests,
    cancelPushes: wire.auto_cancel_pushes,
    cancelRunning: wire.auto_cancel_running ?? null,
    trusted: wire.trusted,
    timeoutMinutes: wire.timeout,
    // 0 = as many as there are runners for.
    concurrentBuilds: wire.throttle,
    buildCounter: wire.counter,
  };
}

/**
 * Only the fields that are named. `trusted`, `timeout`, `throttle` and `counter` are ignored from a repository's
 * administrator and obeyed from a server's, whose token may be ours: they never go along unasked.
 */
export function changeOf(change: Partial<Settings>): Record<string, unknown> {
  return named({
    visibility: change.visibility,
    config_path: change.pipelineFile,
    protected: change.protected,
    ignore_forks: change.ignoreForks,
    ignore_pull_requests: change.ignorePullRequests,
    auto_cancel_pull_requests: change.cancelPullRequests,
    auto_cancel_pushes: change.cancelPushes,
    auto_cancel_running: change.cancelRunning,
    trusted: change.trusted,
    timeout: change.timeoutMinutes,
    throttle: change.concurrentBuilds,
    counter: change.buildCounter,
  });
}

export const personOf = (wire: UserWire): CiPerson => ({
  login: wire.login,
  administrator: wire.admin,
  machine: wire.machine,
  syncing: wire.syncing,
});
