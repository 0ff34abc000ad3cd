import type { Store, StoredIntent, StoredPromotion } from '../../../ports/store.ts';
import type { Schema } from '../schema.ts';
import { keyOf, ofPerson, type Parts } from './context.ts';

const promotionKinds = ['promote', 'rollback'];
const openStates = ['sending', 'uncertain'];

export function intentsIn({ db }: Parts): Store['intents'] {
  return {
    async claim(key, intent, now, forgeRepoId) {
      // The primary key decides who was first, also between two processes: no reading before writing.
      const done = await db
        .insertInto('intents')
        .values({
          ...ofPerson(key),
          key: intent.key,
          kind: intent.kind,
          server: intent.server,
          path: intent.path,
          forge_repo_id: forgeRepoId,
          requested_at: intent.requestedAt,
          claimed_at: now,
          state: intent.state,
          build: intent.build,
          raw: intent.raw,
          body: JSON.stringify(intent),
        })
        .onConflict((c) => c.columns(['forge', 'forge_user_id', 'key']).doNothing())
        .executeTakeFirst();
      if (done.numInsertedOrUpdatedRows === 1n) return { fresh: true, standing: { ...intent, forgeRepoId } };
      const row = await db
        .selectFrom('intents')
        .selectAll()
        .where((eb) => eb.and({ ...ofPerson(key), key: intent.key }))
        .executeTakeFirstOrThrow();
      return { fresh: false, standing: read(row) };
    },

    async settle(key, intentKey, patch) {
      await db
        .updateTable('intents')
        .set(patch)
        .where((eb) => eb.and({ ...ofPerson(key), key: intentKey }))
        .execute();
    },

    async get(key, intentKey) {
      const row = await db
        .selectFrom('intents')
        .selectAll()
        .where((eb) => eb.and({ ...ofPerson(key), key: intentKey }))
        .executeTakeFirst();
      return row ? read(row) : null;
    },

    async promotions({ server, forgeRepoId }, since) {
      const rows = await db
        .selectFrom('intents')
        .selectAll()
        .where((eb) => eb.and({ server, forge_repo_id: forgeRepoId }))
        .where('kind', 'in', promotionKinds)
        .where((eb) => eb.or([eb('requested_at', '>=', since), eb('state', 'in', openStates)]))
        .orderBy('requested_at', 'desc')
        .orderBy('key')
        .execute();
      return rows.map((row) => ({ person: keyOf(row), promotion: read(row) as StoredPromotion }));
    },

    async openPromotions() {
      const rows = await db
        .selectFrom('intents')
        .selectAll()
        .where('kind', 'in', promotionKinds)
        .where('state', 'in', openStates)
        .orderBy('requested_at', 'desc')
        .orderBy('key')
        .execute();
      return rows.map((row) => ({ person: keyOf(row), promotion: read(row) as StoredPromotion }));
    },

    async removeBefore(time) {
      // A promotion nobody knows the end of is not forgotten: somebody has to settle it.
      await db
        .deleteFrom('intents')
        .where('claimed_at', '<', time)
        .where((eb) => eb.or([eb('kind', 'not in', promotionKinds), eb('state', 'not in', openStates)]))
        .execute();
    },
  };
}

function read(row: Schema['intents']): StoredIntent {
  const claimed = JSON.parse(row.body) as StoredIntent;
  return {
    ...claimed,
    forgeRepoId: row.forge_repo_id,
    state: row.state as StoredIntent['state'],
    build: row.build,
    raw: row.raw,
  };
}
