import type { CommitStatus } from '../world/model.ts';
import type { WpPipeline, WpStatus } from './model.ts';
import type { WpServer } from './server.ts';

const words: Partial<Record<WpStatus, { status: CommitStatus['status']; description: string }>> = {
  pending: { status: 'pending', description: 'Pipeline is pending' },
  blocked: { status: 'pending', description: 'Pipeline is pending approval' },
  running: { status: 'pending', description: 'Pipeline is running' },
  success: { status: 'success', description: 'Pipeline was successful' },
  failure: { status: 'failure', description: 'Pipeline failed' },
  killed: { status: 'failure', description: 'Pipeline was killed' },
  canceled: { status: 'failure', description: 'Pipeline was canceled' },
  skipped: { status: 'success', description: 'Pipeline was skipped' },
  declined: { status: 'warning', description: 'Pipeline was rejected' },
  error: { status: 'error', description: 'Pipeline errored' },
};

/** Beside the commit on the forge: one line per workflow, its link ending in the workflow's `pid`. */
export function reportStatuses(server: WpServer, pipeline: WpPipeline): void {
  const { forge, clock } = server.world;
  const repo = server.repoOf(pipeline);
  const forgeRepo = forge.repositoryById(Number(repo.forgeRemoteId));
  if (!forgeRepo || pipeline.commit === '') return;
  const event = pipeline.event === 'pull_request' ? 'pr' : pipeline.event;
  const list = forgeRepo.statuses.get(pipeline.commit) ?? [];
  for (const workflow of pipeline.workflows) {
    const word = words[workflow.state];
    const targetUrl = `${server.settings.host()}/repos/${repo.id}/pipeline/${pipeline.number}/${workflow.pid}`;
    const last = list.findLast((one) => one.targetUrl === targetUrl);
    if (!word || last?.description === word.description) continue;
    list.push({
      id: forge.nextId(),
      ...word,
      context: `ci/woodpecker/${event}/${workflow.name}`,
      targetUrl,
      creator: server.state.users.find((one) => one.id === repo.userId)?.login ?? '',
      createdAt: clock.now(),
      updatedAt: clock.now(),
    });
  }
  forgeRepo.statuses.set(pipeline.commit, list);
}
