import { type Build, type BuildHead, stageLabel } from '@flightdeck/api-client/model';
import { isFailure } from '../domain/failure.ts';
import type {
  CiRepository,
  IncompleteBuild,
  LogRecord,
  PipelineFile,
  QueuedStage,
} from '../ports/ci-server.ts';

/** What a call gave, in one line that a test can spell out: facts of the model and nothing of the wire. */
export function inWords(value: unknown): string {
  if (value === undefined) return 'done';
  if (value === null) return 'nothing';
  if (typeof value === 'string') return value;
  if (isFailure(value)) return `${value.code}: ${value.facts.raw}`;
  if (Array.isArray(value)) return list(value);
  if (isBuild(value)) return build(value);
  return 'path' in (value as object) ? repository(value as CiRepository) : JSON.stringify(value, known);
}

/** What a server has no word for is left out. */
const known = (_: string, value: unknown) => (value === null ? undefined : value);

const isBuild = (value: unknown): value is BuildHead | Build =>
  typeof value === 'object' && value !== null && 'commit' in value;

function list(values: unknown[]): string {
  const [first] = values;
  if (first && typeof first === 'object' && 'out' in first) return log(values as LogRecord[]);
  if (first && typeof first === 'object' && 'build' in first) {
    return (values as IncompleteBuild[]).map((one) => `${one.path} ${build(one.build)}`).join('; ');
  }
  if (first && typeof first === 'object' && 'running' in first) {
    return (values as QueuedStage[]).map(queued).join('; ');
  }
  if (first && typeof first === 'object' && 'text' in first) {
    return (values as PipelineFile[]).map((one) => `${one.name}: ${JSON.stringify(one.text)}`).join('; ');
  }
  if (isBuild(first)) {
    const heads = values as BuildHead[];
    return heads.length > 6 ? heads.map(brief).join('; ') : heads.map(build).join(' || ');
  }
  return `[${values.map((one) => inWords(one)).join('; ')}]`;
}

const brief = (head: BuildHead) => `#${head.number} ${head.event} ${head.status}`;

function build(one: BuildHead | Build): string {
  const facts = [
    brief(one),
    one.action,
    `${one.ref}@${one.commit.slice(0, 7)}`,
    one.branch && `for ${one.branch}`,
    one.sourceBranch && `out of ${one.sourceBranch}`,
    one.pullRequest && `PR ${one.pullRequest}`,
    one.tag && `tag ${one.tag}`,
    one.fork && `fork ${one.fork}`,
    `"${one.title}"`,
    `of ${one.author.login}`,
    one.startedBy && `by ${one.startedBy}`,
    one.cron && `cron ${one.cron}`,
    one.parent && `from #${one.parent}`,
    one.environment && `to ${one.environment}`,
    Object.keys(one.parameters).length > 0 && JSON.stringify(one.parameters),
    one.debug && 'debug',
    one.error && `error "${one.error}"`,
    one.cancelledBy && `cancelled by ${one.cancelledBy}`,
    one.supersededBy && `superseded by #${one.supersededBy}`,
    times(one.createdAt, one.startedAt, one.finishedAt),
    `v${one.version}`,
  ];
  const stages = 'stages' in one ? one.stages.map(stage) : [];
  return [facts.filter(Boolean).join(' '), ...stages].join(' | ');
}

/** Seconds after the build's creation. */
function times(created: number, started: number | null, finished: number | null): string {
  const after = (time: number | null) => (time === null ? '–' : `+${(time - created) / 1000}`);
  return `${created / 1000}${after(started)}${after(finished)}`;
}

function stage(one: Build['stages'][number]): string {
  const facts = [
    `${one.number} ${stageLabel(one)} ${one.status}`,
    one.exitCode !== null && `(${one.exitCode})`,
    one.type,
    one.platform && `${one.platform.os}/${one.platform.arch}`,
    one.runner && `on ${one.runner}`,
    one.dependsOn.length > 0 && `after ${one.dependsOn.join(',')}`,
    one.waitsForDependencies && 'waits for them',
  ];
  const steps = one.steps.map(
    (step) =>
      `${step.name} ${step.status}${step.exitCode === null ? '' : `(${step.exitCode})`}${step.ignoresFailure ? ' ignored' : ''}`,
  );
  return `${facts.filter(Boolean).join(' ')}${steps.length ? `: ${steps.join(', ')}` : ''}`;
}

function repository(one: CiRepository): string {
  const { settings } = one;
  const facts = [
    `${one.path} =${one.forgeRepoId}`,
    one.active ? 'active' : 'inactive',
    one.visibility,
    one.private && 'private',
    `${one.defaultBranch} ${one.pipelineFile}`,
    `may ${one.permission ?? '?'}`,
    settings.protected && 'protected',
    settings.trusted && 'trusted',
    settings.ignoreForks && 'ignores forks',
    settings.ignorePullRequests && 'ignores pull requests',
    settings.ignorePushes && 'ignores pushes',
    settings.ignoreTags && 'ignores tags',
    settings.ignoreDeployments && 'ignores deployments',
    settings.approvals && `approval ${settings.approvals}`,
    settings.promotions && 'promotions',
    `${settings.timeoutMinutes} min`,
    `#${one.counter ?? 0}`,
    one.lastBuild && `last ${brief(one.lastBuild)}`,
  ];
  return facts.filter(Boolean).join(' ');
}

const queued = (one: QueuedStage) =>
  `${one.path ?? '?'}#${one.number ?? '?'} ${one.stage} ${one.type} ${one.os}/${one.arch} ${
    one.running ? `runs on ${one.runner}` : 'waits'
  } since ${(one.since ?? 0) / 1000}`;

function log(records: LogRecord[]): string {
  const first = records[0];
  const last = records.at(-1);
  const show = (record: LogRecord | undefined) =>
    record ? `${record.pos}@${record.time} ${JSON.stringify(record.out.slice(0, 60))}` : '–';
  return `${records.length} records: ${show(first)} … ${show(last)}`;
}
