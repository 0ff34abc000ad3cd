import { createHash } from 'node:crypto';
import { conditionsMatch, statusRuns } from '../ci/match.ts';
import {
  type EnvironmentValue,
  type Pipeline,
  type PipelineStep,
  parsePipelineFile,
} from '../ci/pipeline.ts';
import type { CiBuild, CiRepository, CiStage } from '../world/model.ts';
import type { World } from '../world/world.ts';
import type { StepRecipe } from './step-script.ts';

/** One step as the runner will do it. */
export interface PlannedStep {
  name: string;
  image: string;
  detached: boolean;
  dependsOn: string[];
  ignoreFailure: boolean;
  onSuccess: boolean;
  onFailure: boolean;
  recipe: StepRecipe;
}

/** The runner's compilation of a stage: which steps, with what environment, secrets and masks. */
export function planStage(
  world: World,
  repo: CiRepository,
  build: CiBuild,
  stage: CiStage,
  coalesce: boolean,
): PlannedStep[] {
  const pipeline = parsePipelineFile(build.config).pipelines.find((one) => one.name === stage.name);
  if (!pipeline) return [];
  const facts = {
    event: build.event,
    branch: build.target || build.source,
    ref: build.ref,
    target: build.deployTo,
    repo: repo.slug,
    cron: build.cron,
    action: build.action,
  };
  const secrets = secretsFor(world, repo, build);
  const files =
    world.forge.repositoryById(Number(repo.uid))?.commits.get(build.after)?.files ??
    new Map<string, string>();
  const general = environment(world, repo, build, stage);
  const steps: PlannedStep[] = [];
  if (!pipeline.clone.disable) steps.push(cloneStep(repo, build, stage, general));
  for (const one of pipeline.steps) {
    if (!conditionsMatch(one.when, facts)) continue;
    steps.push(planStep(pipeline, one, stage, general, secrets, files, coalesce));
  }
  return steps;
}

function planStep(
  pipeline: Pipeline,
  one: PipelineStep,
  stage: CiStage,
  general: Record<string, string>,
  secrets: Map<string, string>,
  files: ReadonlyMap<string, string>,
  coalesce: boolean,
): PlannedStep {
  const env = { ...general };
  const masks: StepRecipe['masks'] = [];
  const give = (name: string, value: EnvironmentValue): void => {
    if (typeof value === 'string') {
      env[name] = value;
      return;
    }
    const found = secrets.get(value.from_secret.toLowerCase());
    if (found === undefined) return;
    env[name] = found;
    // One mask per line of the value, as the runner replaces line by line.
    for (const line of found.split('\n')) {
      masks.push({ value: line, by: stage.type === 'docker' ? '******' : `[secret:${value.from_secret}]` });
    }
  };
  for (const [name, value] of Object.entries(pipeline.environment)) give(name, value);
  for (const [name, value] of Object.entries(one.environment)) give(name, value);
  return {
    name: one.name,
    image: one.image,
    detached: one.detach,
    dependsOn: one.depends_on,
    ignoreFailure: one.failure === 'ignore',
    ...statusRuns(one.when),
    recipe: { commands: one.commands, env, files, masks, salt: saltOf(`${stage.id}/${one.name}`), coalesce },
  };
}

/** The runner names each stage's folder by 16 random letters and digits; here the stage decides them. */
function folderName(stage: CiStage): string {
  return createHash('sha256')
    .update(`stage ${stage.id}`)
    .digest('base64url')
    .replace(/[-_]/g, 'x')
    .slice(0, 16);
}

function saltOf(text: string): number {
  let salt = 7;
  for (const char of text) salt = (Math.imul(salt, 31) + (char.codePointAt(0) ?? 0)) >>> 0;
  return salt;
}

/** Repository secrets before organisation secrets; pull requests get only those that allow it. */
function secretsFor(world: World, repo: CiRepository, build: CiBuild): Map<string, string> {
  const found = new Map<string, string>();
  const own = world.ci.secrets.filter((secret) => secret.repoId === repo.id);
  const shared = world.ci.secrets.filter(
    (secret) => secret.repoId === 0 && secret.namespace === repo.namespace,
  );
  for (const secret of [...own, ...shared]) {
    if (build.event === 'pull_request' && !secret.pullRequest) continue;
    const key = secret.name.toLowerCase();
    if (!found.has(key)) found.set(key, secret.data);
  }
  return found;
}

function cloneStep(
  repo: CiRepository,
  build: CiBuild,
  stage: CiStage,
  env: Record<string, string>,
): PlannedStep {
  const remote = env.DRONE_REMOTE_URL ?? '';
  const branch = build.target || build.source || repo.defaultBranch;
  return {
    name: 'clone',
    image: stage.type === 'docker' ? 'drone/git:latest' : '',
    detached: false,
    dependsOn: [],
    ignoreFailure: false,
    onSuccess: true,
    onFailure: false,
    recipe: {
      commands: [
        'git init',
        `git remote add origin ${remote}`,
        `git fetch  origin +${build.ref}:`,
        `git checkout ${build.after} -b ${branch}`,
      ],
      env: { ...env, DRONE_COMMIT_BRANCH: branch },
      files: new Map(),
      masks: [],
      salt: 0,
      coalesce: false,
    },
  };
}

function environment(
  world: World,
  repo: CiRepository,
  build: CiBuild,
  stage: CiStage,
): Record<string, string> {
  const branch = build.target || build.source;
  return {
    CI: 'true',
    DRONE: 'true',
    DRONE_REPO: repo.slug,
    DRONE_REPO_NAME: repo.name,
    DRONE_REPO_NAMESPACE: repo.namespace,
    DRONE_REPO_BRANCH: repo.defaultBranch,
    DRONE_REMOTE_URL: `${world.addresses.gitea}/${repo.slug}.git`,
    DRONE_BRANCH: branch,
    DRONE_COMMIT: build.after,
    DRONE_COMMIT_SHA: build.after,
    DRONE_COMMIT_BRANCH: branch,
    DRONE_COMMIT_BEFORE: build.before,
    DRONE_COMMIT_REF: build.ref,
    DRONE_COMMIT_MESSAGE: build.message,
    DRONE_COMMIT_AUTHOR: build.authorLogin,
    DRONE_BUILD_NUMBER: String(build.number),
    DRONE_BUILD_EVENT: build.event,
    DRONE_BUILD_ACTION: build.action,
    DRONE_BUILD_PARENT: build.parent === 0 ? '' : String(build.parent),
    DRONE_BUILD_STATUS: build.stages.some((one) => one.status === 'failure') ? 'failure' : 'success',
    DRONE_DEPLOY_TO: build.deployTo,
    DRONE_TAG: build.event === 'tag' ? build.ref.replace('refs/tags/', '') : '',
    DRONE_PULL_REQUEST: build.event === 'pull_request' ? (/\d+/.exec(build.ref)?.[0] ?? '') : '',
    DRONE_STAGE_NAME: stage.name,
    DRONE_STAGE_NUMBER: String(stage.number),
    DRONE_STAGE_MACHINE: stage.machine,
    DRONE_WORKSPACE: `/srv/runner/drone-${folderName(stage)}/drone/src`,
    ...build.params,
  };
}
