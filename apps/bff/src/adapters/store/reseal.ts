import type { Kysely } from 'kysely';
import { tokenCell } from './parts/accounts.ts';
import { keyOf } from './parts/context.ts';
import { accessCell, refreshCell } from './parts/forge-tokens.ts';
import type { Schema } from './schema.ts';
import { SealBroken, type Sealer } from './sealed.ts';

/**
 * Seals with the first key what an older one sealed, so that the older one can be taken away after one start.
 * What does not open stays as it is: its key may come back. Returns how many texts were sealed anew.
 */
export async function resealAll(db: Kysely<Schema>, sealer: Sealer): Promise<number> {
  let count = 0;
  const renew = (sealed: string, where: string[]): string => {
    if (!sealer.isStale(sealed)) return sealed;
    try {
      const fresh = sealer.seal(sealer.open(sealed, where), where);
      count += 1;
      return fresh;
    } catch (error) {
      if (error instanceof SealBroken) return sealed;
      throw error;
    }
  };

  await db.transaction().execute(async (tx) => {
    for (const row of await tx.selectFrom('forge_tokens').selectAll().execute()) {
      const key = keyOf(row);
      const access = renew(row.sealed_access, accessCell(key));
      const refresh = row.sealed_refresh && renew(row.sealed_refresh, refreshCell(key));
      if (access === row.sealed_access && refresh === row.sealed_refresh) continue;
      await tx
        .updateTable('forge_tokens')
        .set({ sealed_access: access, sealed_refresh: refresh })
        .where((eb) => eb.and({ forge: row.forge, forge_user_id: row.forge_user_id }))
        .where('revision', '=', row.revision)
        .execute();
    }
    for (const row of await tx.selectFrom('linked_accounts').selectAll().execute()) {
      const token = renew(row.sealed_token, tokenCell(keyOf(row), row.server));
      if (token === row.sealed_token) continue;
      await tx
        .updateTable('linked_accounts')
        .set({ sealed_token: token })
        .where((eb) => eb.and({ forge: row.forge, forge_user_id: row.forge_user_id, server: row.server }))
        .where('sealed_token', '=', row.sealed_token)
        .execute();
    }
  });
  return count;
}
