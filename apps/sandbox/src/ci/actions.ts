import type { CiBuild, CiCron, CiRepository, CiStage, CiUser } from '../world/model.ts';
import { type BuildInput, CiError } from './build-input.ts';
import { createBuild } from './create-build.ts';
import { emptyInput, fromCommit } from './hooks.ts';
import { type CiServer, finalStatuses } from './server.ts';

function copied(repo: CiRepository, build: CiBuild, caller: CiUser): BuildInput {
  return {
    ...emptyInput(repo),
    event: build.event,
    trigger: caller.login,
    action: build.action,
    link: build.link,
    ref: build.ref,
    before: build.before,
    after: build.after,
    source: build.source,
    target: build.target,
    sourceRepo: build.sourceRepo,
    title: build.title,
    message: build.message,
    authorLogin: build.authorLogin,
    authorName: build.authorName,
    authorEmail: build.authorEmail,
    authorAvatar: build.authorAvatar,
    // The old build's, not the caller's: who pressed the button is in `trigger` alone.
    sender: build.sender,
    params: { ...build.params },
    cron: build.cron,
    deployTo: build.deployTo,
    parent: build.number,
  };
}

/** A build again. Its own parameters win over new ones; a build that waits for approval runs unapproved. */
export function restart(
  server: CiServer,
  repo: CiRepository,
  build: CiBuild,
  caller: CiUser,
  params: Record<string, string>,
  debug: boolean,
): CiBuild | null {
  // The build's own status never is `blocked`, only its stages': so this guards nothing but declined builds.
  if (build.status === 'blocked' || build.status === 'declined') {
    throw new CiError(400, `cannot start a ${build.status} build`);
  }
  const input = copied(repo, build, caller);
  // 1.10 does not say which build it was.
  const parent = server.isOld ? 0 : input.parent;
  return createBuild(server, { ...input, parent, params: { ...params, ...input.params }, debug });
}

/** A build again for an environment. New parameters win over the old ones, which cannot be removed. */
export function deploy(
  server: CiServer,
  repo: CiRepository,
  build: CiBuild,
  caller: CiUser,
  event: 'promote' | 'rollback',
  target: string,
  params: Record<string, string>,
): CiBuild | null {
  if (target === '') throw new CiError(400, 'Missing target environment');
  const input = copied(repo, build, caller);
  return createBuild(server, {
    ...input,
    event,
    deployTo: target,
    cron: '',
    params: { ...input.params, ...params },
  });
}

export interface CustomRequest {
  branch: string;
  commit: string;
  message: string;
  action: string;
  params: Record<string, string>;
}

/** A build of a branch's head or of a commit, asked for by a person. */
export function startCustom(
  server: CiServer,
  repo: CiRepository,
  caller: CiUser,
  request: CustomRequest,
): CiBuild | null {
  const { world } = server;
  const forgeRepo = world.forge.repositoryById(Number(repo.uid));
  const branch = request.branch || repo.defaultBranch;
  const ref = branch.startsWith('refs/') ? branch : `refs/heads/${branch}`;
  const commit = forgeRepo ? world.forge.resolve(forgeRepo, request.commit || ref) : undefined;
  if (
    !forgeRepo ||
    !commit ||
    (request.commit === '' && !branch.startsWith('refs/') && !forgeRepo.branches.has(branch))
  ) {
    throw new CiError(404, 'Not Found');
  }
  return createBuild(server, {
    ...emptyInput(repo),
    ...fromCommit(world, commit),
    event: 'custom',
    trigger: caller.login,
    action: request.action,
    link: `${world.addresses.gitea}/api/v1/repos/${repo.slug}/git/commits/${commit.sha}`,
    ref,
    before: commit.sha,
    after: commit.sha,
    source: branch,
    target: branch,
    ...(request.message === '' ? {} : { message: request.message }),
    sender: caller.login,
    params: request.params,
  });
}

/** A cron job's build; by hand or by the timer, the trigger is the same and names nobody. */
export function runCron(server: CiServer, repo: CiRepository, cron: CiCron): CiBuild | null {
  const { world } = server;
  const forgeRepo = world.forge.repositoryById(Number(repo.uid));
  const commit = forgeRepo ? world.forge.head(forgeRepo, cron.branch) : undefined;
  if (!commit) throw new CiError(404, 'Not Found');
  return createBuild(server, {
    ...emptyInput(repo),
    ...fromCommit(world, commit),
    event: 'cron',
    trigger: '@cron',
    link: `${world.addresses.gitea}/api/v1/repos/${repo.slug}/git/commits/${commit.sha}`,
    ref: `refs/heads/${cron.branch}`,
    target: cron.branch,
    sender: world.ci.userById(repo.userId)?.login ?? '',
    cron: cron.name,
  });
}

/** Ends a build. What the caller gets depends on whether a living runner hears of it (drone.md 1.5). */
export function cancel(server: CiServer, build: CiBuild): void {
  if (finalStatuses.has(build.status)) return;
  const running = build.stages.filter((stage) => stage.status === 'running');
  if (running.length > 0 && server.cancelReaches) for (const stage of running) server.tellCancelled(stage);
  if (!finalStatuses.has(build.status)) server.endByServer(build, 'killed');
}

export function approve(server: CiServer, build: CiBuild, stage: CiStage): void {
  if (stage.status !== 'blocked') {
    throw new CiError(400, `Cannot approve a Pipeline with Status "${stage.status}"`);
  }
  // 1.10 lets it run at once, whatever it depends on.
  const waits = stage.dependsOn.length > 0 && !server.isOld;
  stage.status = waits ? 'waiting_on_dependencies' : 'pending';
  stage.version += 1;
  // A dependency may have ended meanwhile.
  if (waits) server.settle(build);
  server.wake();
}

/** Ends one stage, and with it the build; its other stages stay as they are. Nothing announces it. */
export function decline(build: CiBuild, stage: CiStage): void {
  if (stage.status !== 'blocked') {
    throw new CiError(400, `Cannot decline a Pipeline with Status "${stage.status}"`);
  }
  stage.status = 'declined';
  stage.version += 1;
  if (build.status !== 'declined') {
    build.status = 'declined';
    build.version += 1;
  }
}
