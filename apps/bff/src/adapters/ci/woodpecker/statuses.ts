import type { BuildEvent, Status } from '@flightdeck/api-client/model';
import { wordIn } from '../parts.ts';
import { familyStatuses } from '../statuses.ts';

/** One list for pipelines, workflows and steps. `created`: the row is there, its files are being fetched. */
const statuses: Readonly<Record<string, Status>> = {
  ...familyStatuses,
  created: 'waiting',
  started: 'running',
  canceled: 'cancelled',
};
export const statusOf = (word: string): Status => wordIn(statuses, word) ?? 'unknown';

const eventWords: Readonly<Record<string, BuildEvent>> = {
  push: 'push',
  pull_request: 'pull_request',
  pull_request_closed: 'pull_request',
  pull_request_metadata: 'pull_request',
  tag: 'tag',
  release: 'release',
  deployment: 'promote',
  cron: 'cron',
  manual: 'custom',
};
/** What its pipelines come from: a rollback is a promotion there. */
export const events: readonly BuildEvent[] = [...new Set(Object.values(eventWords))];
export const eventOf = (word: string): BuildEvent => wordIn(eventWords, word) ?? 'unknown';

/** The server's word for one of ours. */
export function wordOf(event: BuildEvent, action = ''): string {
  if (event === 'pull_request') {
    if (action === 'closed') return 'pull_request_closed';
    return action === '' ? 'pull_request' : 'pull_request_metadata';
  }
  if (event === 'promote' || event === 'rollback') return 'deployment';
  return event === 'custom' ? 'manual' : event;
}
