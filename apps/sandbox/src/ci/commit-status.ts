import type { CiBuild, CiRepository, CommitStatus } from '../world/model.ts';
import type { World } from '../world/world.ts';

const words: Record<string, { status: CommitStatus['status']; description: string }> = {
  pending: { status: 'pending', description: 'Build is pending' },
  running: { status: 'pending', description: 'Build is running' },
  success: { status: 'success', description: 'Build is passing' },
  failure: { status: 'failure', description: 'Build is failing' },
  killed: { status: 'failure', description: 'Build was killed' },
  declined: { status: 'failure', description: 'Build was declined' },
  skipped: { status: 'success', description: 'Build was skipped' },
  error: { status: 'error', description: 'Build encountered an error' },
};

function context(build: CiBuild): string {
  const part =
    build.event === 'pull_request' ? 'pr' : build.deployTo !== '' ? `promote/${build.deployTo}` : build.event;
  return `continuous-integration/drone/${part}`;
}

/** What the CI server writes beside the commit on the forge; cron and custom builds report nothing there. */
export function reportStatus(world: World, repo: CiRepository, build: CiBuild): void {
  if (build.event === 'cron' || build.event === 'custom') return;
  const forgeRepo = world.forge.repositoryById(Number(repo.uid));
  const word = words[build.status];
  if (!forgeRepo || !word) return;
  const list = forgeRepo.statuses.get(build.after) ?? [];
  list.push({
    id: world.forge.nextId(),
    ...word,
    context: context(build),
    targetUrl: `${world.addresses.drone}/${repo.slug}/${build.number}`,
    creator: world.ci.userById(repo.userId)?.login ?? '',
    createdAt: world.clock.now(),
    updatedAt: world.clock.now(),
  });
  forgeRepo.statuses.set(build.after, list);
}
