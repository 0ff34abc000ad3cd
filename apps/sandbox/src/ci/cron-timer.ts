import { runCron } from './actions.ts';
import { CiError } from './build-input.ts';
import { nextRun } from './cron-time.ts';
import type { CiServer } from './server.ts';

/** The cron timer: wakes every half hour, so that what is finer comes late. Owners or branches gone: nothing. */
export function startCrons(server: CiServer, every = 30 * 60_000): void {
  server.world.clock.after(every, () => {
    runCrons(server);
    startCrons(server, every);
  });
}

function runCrons(server: CiServer): void {
  const { ci, clock } = server.world;
  if (!server.up) return;
  for (const cron of ci.crons) {
    if (cron.disabled || cron.next > clock.seconds()) continue;
    cron.prev = cron.next;
    cron.next = nextRun(cron.expr, clock.seconds()) ?? 0;
    const repo = ci.repositoryById(cron.repoId);
    if (!repo?.active) continue;
    try {
      runCron(server, repo, cron);
    } catch (error) {
      if (!(error instanceof CiError)) throw error;
    }
  }
}
