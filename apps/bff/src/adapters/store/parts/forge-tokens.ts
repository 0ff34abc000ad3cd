import type { ForgeTokens } from '../../../ports/forge.ts';
import type { PersonKey, Store } from '../../../ports/store.ts';
import { cellOf, ofPerson, openCell, type Parts } from './context.ts';

export const accessCell = (key: PersonKey) => cellOf('forge_tokens', 'access', key);
export const refreshCell = (key: PersonKey) => cellOf('forge_tokens', 'refresh', key);

export function forgeTokensIn(parts: Parts): Store['forgeTokens'] {
  const { db, sealer } = parts;
  const sealedValues = (key: PersonKey, tokens: ForgeTokens) => ({
    sealed_access: sealer.seal(tokens.accessToken, accessCell(key)),
    sealed_refresh: tokens.refreshToken === null ? null : sealer.seal(tokens.refreshToken, refreshCell(key)),
    expires_at: tokens.expiresAt,
    redirect_uri: tokens.redirectUri,
  });

  return {
    async get(key) {
      const row = await db
        .selectFrom('forge_tokens')
        .selectAll()
        .where((eb) => eb.and(ofPerson(key)))
        .executeTakeFirst();
      if (!row) return null;
      const accessToken = openCell(parts, row.sealed_access, accessCell(key));
      if (accessToken === null) return null;
      return {
        accessToken,
        refreshToken: row.sealed_refresh && openCell(parts, row.sealed_refresh, refreshCell(key)),
        expiresAt: row.expires_at,
        redirectUri: row.redirect_uri,
        revision: row.revision,
      };
    },

    async put(key, tokens) {
      const values = sealedValues(key, tokens);
      // The revision goes on counting: a refresh begun with the pair before must not win over this one.
      await db
        .insertInto('forge_tokens')
        .values({ ...ofPerson(key), ...values, revision: 1 })
        .onConflict((c) =>
          c.columns(['forge', 'forge_user_id']).doUpdateSet((eb) => ({
            ...values,
            revision: eb('forge_tokens.revision', '+', 1),
          })),
        )
        .execute();
    },

    async replace(key, revision, tokens) {
      const done = await db
        .updateTable('forge_tokens')
        .set({ ...sealedValues(key, tokens), revision: revision + 1 })
        .where((eb) => eb.and(ofPerson(key)))
        .where('revision', '=', revision)
        .executeTakeFirst();
      return done.numUpdatedRows === 1n;
    },

    async remove(key, revision) {
      await db
        .deleteFrom('forge_tokens')
        .where((eb) => eb.and({ ...ofPerson(key), ...(revision === undefined ? {} : { revision }) }))
        .execute();
    },
  };
}
