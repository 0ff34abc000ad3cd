import type { WpPipeline, WpRepo } from './model.ts';

/** Whether a new pipeline waits for consent. Manual and cron runs never do, nor restarts and promotions. */
export function needsApproval(repo: WpRepo, pipeline: WpPipeline): boolean {
  if (pipeline.event === 'manual' || pipeline.event === 'cron') return false;
  if (repo.approvalAllowedUsers?.includes(pipeline.author)) return false;
  const pull = pipeline.event.startsWith('pull_request');
  switch (repo.approval) {
    case 'none':
      return false;
    case 'forks':
      return pull && pipeline.fromFork;
    case 'pull_requests':
      return pull;
    case 'all_events':
      return true;
  }
}
