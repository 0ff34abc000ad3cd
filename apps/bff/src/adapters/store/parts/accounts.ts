import type { LinkedAccountRecord, PersonKey, Store } from '../../../ports/store.ts';
import type { Schema } from '../schema.ts';
import { cellOf, keyOf, ofPerson, openCell, type Parts } from './context.ts';

export const tokenCell = (key: PersonKey, server: string) => cellOf('linked_accounts', 'token', key, server);

export function accountsIn(parts: Parts): Store['accounts'] {
  const { db, sealer } = parts;

  const read = (row: Schema['linked_accounts']): LinkedAccountRecord | null => {
    const token = openCell(parts, row.sealed_token, tokenCell(keyOf(row), row.server));
    if (token === null) return null;
    return {
      server: row.server,
      token,
      login: row.login,
      administrator: row.administrator === 1,
      linkedAt: row.linked_at,
      state: row.state as LinkedAccountRecord['state'],
    };
  };

  return {
    async get(key, server) {
      const row = await db
        .selectFrom('linked_accounts')
        .selectAll()
        .where((eb) => eb.and({ ...ofPerson(key), server }))
        .executeTakeFirst();
      return row ? read(row) : null;
    },

    async list(key) {
      const rows = await db
        .selectFrom('linked_accounts')
        .selectAll()
        .where((eb) => eb.and(ofPerson(key)))
        .orderBy('server')
        .execute();
      return rows.map(read).filter((record) => record !== null);
    },

    async put(key, record) {
      const values = {
        sealed_token: sealer.seal(record.token, tokenCell(key, record.server)),
        login: record.login,
        administrator: record.administrator ? 1 : 0,
        linked_at: record.linkedAt,
        state: record.state,
      };
      await db
        .insertInto('linked_accounts')
        .values({ ...ofPerson(key), server: record.server, ...values })
        .onConflict((c) => c.columns(['forge', 'forge_user_id', 'server']).doUpdateSet(values))
        .execute();
    },

    async setState(key, server, state) {
      await db
        .updateTable('linked_accounts')
        .set({ state })
        .where((eb) => eb.and({ ...ofPerson(key), server }))
        .execute();
    },

    async remove(key, server) {
      await db
        .deleteFrom('linked_accounts')
        .where((eb) => eb.and({ ...ofPerson(key), server }))
        .execute();
    },
  };
}
