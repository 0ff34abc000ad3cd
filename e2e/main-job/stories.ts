import { tellOfAccounts } from './account.ts';
import { tellOfBuilds } from './builds.ts';
import { tellOfCredentials } from './credentials.ts';
import { tellOfLogs } from './logs.ts';
import { tellOfPromotions } from './promote.ts';
import type { StoryServer } from './server.ts';
import { tellTheWholeJob } from './whole.ts';

/** What the product exists for, on one CI server: the same stories for each of them. */
export function tellMainJob(server: StoryServer): void {
  tellTheWholeJob(server);
  tellOfAccounts(server);
  tellOfBuilds(server);
  tellOfLogs(server);
  tellOfPromotions(server);
  tellOfCredentials(server);
}
