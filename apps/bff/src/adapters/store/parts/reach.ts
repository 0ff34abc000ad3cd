import type { Store } from '../../../ports/store.ts';
import type { Parts } from './context.ts';

export function reachIn({ db }: Parts): Pick<Store['builds'], 'reach' | 'setReach'> {
  return {
    async reach(server, forgeRepoId) {
      const row = await db
        .selectFrom('index_reach')
        .selectAll()
        .where((eb) => eb.and({ server, forge_repo_id: forgeRepoId }))
        .executeTakeFirst();
      if (!row) return { oldest: null, newest: null, complete: false, asOf: null };
      return { oldest: row.oldest, newest: row.newest, complete: row.complete === 1, asOf: row.as_of };
    },

    async setReach(server, forgeRepoId, reach) {
      const values = {
        oldest: reach.oldest,
        newest: reach.newest,
        complete: reach.complete ? 1 : 0,
        as_of: reach.asOf,
      };
      await db
        .insertInto('index_reach')
        .values({ server, forge_repo_id: forgeRepoId, ...values })
        .onConflict((c) => c.columns(['server', 'forge_repo_id']).doUpdateSet(values))
        .execute();
    },
  };
}
