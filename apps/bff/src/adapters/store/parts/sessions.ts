import type { SessionRecord, Store } from '../../../ports/store.ts';
import type { Schema } from '../schema.ts';
import { keyOf, ofPerson, type Parts } from './context.ts';

export function sessionsIn({ db }: Parts): Store['sessions'] {
  return {
    async get(hash) {
      const row = await db.selectFrom('sessions').selectAll().where('hash', '=', hash).executeTakeFirst();
      return row ? read(row) : null;
    },

    async put(record) {
      const values = {
        data: record.data,
        forge: record.person?.forge ?? null,
        forge_user_id: record.person?.forgeUserId ?? null,
        created_at: record.createdAt,
        touched_at: record.touchedAt,
        expires_at: record.expiresAt,
      };
      await db
        .insertInto('sessions')
        .values({ hash: record.hash, ...values })
        .onConflict((c) => c.column('hash').doUpdateSet(values))
        .execute();
    },

    async touch(hash, touchedAt, expiresAt) {
      await db
        .updateTable('sessions')
        .set({ touched_at: touchedAt, expires_at: expiresAt })
        .where('hash', '=', hash)
        .execute();
    },

    async remove(hash) {
      await db.deleteFrom('sessions').where('hash', '=', hash).execute();
    },

    async ofPerson(key) {
      const rows = await db
        .selectFrom('sessions')
        .selectAll()
        .where((eb) => eb.and(ofPerson(key)))
        .orderBy('created_at')
        .execute();
      return rows.map(read);
    },

    async removeOfPerson(key) {
      await db
        .deleteFrom('sessions')
        .where((eb) => eb.and(ofPerson(key)))
        .execute();
    },

    async removeExpired(now) {
      const done = await db.deleteFrom('sessions').where('expires_at', '<=', now).executeTakeFirst();
      return Number(done.numDeletedRows);
    },
  };
}

function read(row: Schema['sessions']): SessionRecord {
  const { forge, forge_user_id } = row;
  return {
    hash: row.hash,
    data: row.data,
    person: forge !== null && forge_user_id !== null ? keyOf({ forge, forge_user_id }) : null,
    createdAt: row.created_at,
    touchedAt: row.touched_at,
    expiresAt: row.expires_at,
  };
}
