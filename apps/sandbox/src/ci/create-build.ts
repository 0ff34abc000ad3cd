import type { BuildStatus, CiBuild, CiStage } from '../world/model.ts';
import { type BuildInput, CiError, MissingPipelineFile } from './build-input.ts';
import { conditionsMatch, statusRuns } from './match.ts';
import { type Pipeline, PipelineError, type PipelineFile, parsePipelineFile } from './pipeline.ts';
import type { CiServer } from './server.ts';
import { signature } from './sign.ts';

const skip = /\[ci skip\]|\[skip ci\]|\*\*\*no_ci\*\*\*/i;

/** Nothing of the message decides about builds that somebody asked for by hand; in 1.10 it does about promotions. */
function isSkipped(input: BuildInput, isOld: boolean): boolean {
  const asked = isOld ? ['tag', 'cron', 'custom'] : ['tag', 'cron', 'custom', 'promote', 'rollback'];
  if (asked.includes(input.event)) return false;
  if (skip.test(input.message) || skip.test(input.title)) return true;
  if (input.event !== 'pull_request') return false;
  return input.repo.ignorePullRequests || (input.repo.ignoreForks && input.sourceRepo !== input.repo.slug);
}

/**
 * Makes a build, as a hook or a call does. `null` when no build comes of it: skipped, owner inactive, nothing matched.
 * @throws CiError 404 without an owner; MissingPipelineFile when the commit has no pipeline file.
 */
export function createBuild(server: CiServer, input: BuildInput): CiBuild | null {
  const { world } = server;
  const { repo } = input;
  if (isSkipped(input, server.isOld)) return null;
  const owner = world.ci.userById(repo.userId);
  if (!owner) throw new CiError(404, 'Not Found');
  if (!owner.active) return null;
  const forgeRepo = world.forge.repositoryById(Number(repo.uid));
  const commit = forgeRepo ? world.forge.resolve(forgeRepo, input.after) : undefined;
  if (!forgeRepo || !commit) throw new CiError(404, 'Not Found');
  const text = commit.files.get(repo.configPath);
  if (text === undefined) throw new MissingPipelineFile();

  let file: PipelineFile;
  try {
    file = parsePipelineFile(text);
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error;
    return failedBuild(server, input, text, error.message);
  }
  const facts = {
    event: input.event,
    branch: input.target || input.source,
    ref: input.ref,
    target: input.deployTo,
    repo: repo.slug,
    cron: input.cron,
    action: input.action,
  };
  const matched = file.pipelines.filter((one) => conditionsMatch(one.trigger, facts));
  if (matched.length === 0) return null;
  const guarded = repo.protected && input.trigger === '@hook' && file.signature !== signature(repo, text);

  const build = newBuild(server, input, text);
  build.stages = matched.map((one, index) =>
    newStage(server, build, one, index + 1, file.pipelines, matched, guarded),
  );
  server.register(build);
  return build;
}

function newBuild(server: CiServer, input: BuildInput, config: string): CiBuild {
  const { world } = server;
  input.repo.counter += 1;
  input.repo.version += 1;
  const now = world.clock.seconds();
  return {
    id: world.ci.nextId('build'),
    repoId: input.repo.id,
    trigger: input.trigger,
    number: input.repo.counter,
    parent: input.parent,
    status: 'pending',
    error: '',
    event: input.event,
    action: input.action,
    link: input.link,
    title: input.title.slice(0, 2000),
    message: input.message.slice(0, 2000),
    before: input.before,
    after: input.after,
    ref: input.ref,
    sourceRepo: input.sourceRepo,
    source: input.source,
    target: input.target,
    authorLogin: input.authorLogin,
    authorName: input.authorName,
    authorEmail: input.authorEmail,
    authorAvatar: input.authorAvatar,
    sender: input.sender,
    params: { ...input.params },
    cron: input.cron,
    deployTo: input.deployTo,
    deployId: 0,
    debug: input.debug,
    started: 0,
    finished: 0,
    created: now,
    updated: now,
    version: 1,
    stages: [],
    config,
  };
}

/** A pipeline file that cannot be used still makes a build: final at once, without trigger, parameters, stages. */
function failedBuild(server: CiServer, input: BuildInput, config: string, error: string): CiBuild {
  const build = newBuild(server, { ...input, trigger: '', params: {}, cron: '', debug: false }, config);
  build.status = 'error';
  build.error = error;
  build.started = build.created;
  build.finished = build.created;
  server.register(build);
  return build;
}

function newStage(
  server: CiServer,
  build: CiBuild,
  pipeline: Pipeline,
  number: number,
  all: Pipeline[],
  matched: Pipeline[],
  guarded: boolean,
): CiStage {
  const dependsOn = remaining(pipeline, all, matched);
  const status: BuildStatus = guarded
    ? 'blocked'
    : dependsOn.length > 0
      ? 'waiting_on_dependencies'
      : 'pending';
  const now = server.world.clock.seconds();
  const repo = server.world.ci.repositoryById(build.repoId);
  return {
    id: server.world.ci.nextId('stage'),
    repoId: build.repoId,
    buildId: build.id,
    number,
    name: pipeline.name,
    kind: pipeline.kind,
    type: pipeline.type,
    status,
    error: '',
    errignore: false,
    exitCode: 0,
    machine: '',
    os: pipeline.platform.os || 'linux',
    arch: pipeline.platform.arch || 'amd64',
    variant: pipeline.platform.variant,
    kernel: '',
    limit: pipeline.concurrency.limit,
    throttle: repo?.throttle ?? 0,
    started: 0,
    stopped: 0,
    created: now,
    updated: now,
    version: 1,
    ...statusRuns(pipeline.trigger),
    dependsOn,
    labels: { ...pipeline.node },
    steps: [],
  };
}

/** Dependencies that are part of this build; those that do not run are replaced by what they depend on. */
function remaining(pipeline: Pipeline, all: Pipeline[], matched: Pipeline[]): string[] {
  const names = new Set<string>();
  const visit = (name: string): void => {
    if (matched.some((one) => one.name === name)) names.add(name);
    else for (const next of all.find((one) => one.name === name)?.depends_on ?? []) visit(next);
  };
  for (const name of pipeline.depends_on) visit(name);
  return [...names];
}
