import type { Store } from '../../../ports/store.ts';
import type { Parts } from './context.ts';

export function runnersIn({ db }: Parts): Pick<Store['builds'], 'noteRunner' | 'runners'> {
  return {
    async noteRunner(server, sight) {
      const { lastTakenAt, ...what } = sight;
      await db
        .insertInto('runner_sights')
        .values({ server, ...what, last_taken_at: lastTakenAt })
        // Sights arrive in any order (history is read backwards): the latest stands.
        .onConflict((c) =>
          c
            .columns(['server', 'runner', 'type', 'os', 'arch', 'labels'])
            .doUpdateSet({ last_taken_at: lastTakenAt })
            .where('runner_sights.last_taken_at', '<', lastTakenAt),
        )
        .execute();
    },

    async runners(server) {
      const rows = await db
        .selectFrom('runner_sights')
        .selectAll()
        .where('server', '=', server)
        .orderBy('last_taken_at', 'desc')
        .orderBy('runner')
        .execute();
      return rows.map((row) => ({
        runner: row.runner,
        type: row.type,
        os: row.os,
        arch: row.arch,
        labels: row.labels,
        lastTakenAt: row.last_taken_at,
      }));
    },
  };
}
