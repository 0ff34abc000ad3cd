import { preferencesSchema } from '@flightdeck/api-client/model';
import type { Store } from '../../../ports/store.ts';
import { ofPerson, type Parts } from './context.ts';

export function peopleIn({ db }: Parts): Store['people'] {
  return {
    async upsert(person) {
      const labels = {
        login: person.login,
        name: person.name,
        email: person.email,
        avatar_url: person.avatarUrl,
      };
      await db
        .insertInto('people')
        .values({ ...ofPerson(person), ...labels })
        .onConflict((c) => c.columns(['forge', 'forge_user_id']).doUpdateSet(labels))
        .execute();
    },

    async get(key) {
      const row = await db
        .selectFrom('people')
        .selectAll()
        .where((eb) => eb.and(ofPerson(key)))
        .executeTakeFirst();
      if (!row) return null;
      return {
        forge: row.forge,
        forgeUserId: row.forge_user_id,
        login: row.login,
        name: row.name,
        email: row.email,
        avatarUrl: row.avatar_url,
      };
    },

    async preferences(key) {
      const row = await db
        .selectFrom('people')
        .select('preferences')
        .where((eb) => eb.and(ofPerson(key)))
        .executeTakeFirst();
      if (!row?.preferences) return null;
      // Written by another version of the console: what cannot be read counts as not chosen.
      const read = preferencesSchema.safeParse(JSON.parse(row.preferences));
      return read.success ? read.data : null;
    },

    async setPreferences(key, value) {
      const preferences = JSON.stringify(value);
      await db
        .updateTable('people')
        .set({ preferences })
        .where((eb) => eb.and(ofPerson(key)))
        .execute();
    },

    async favourites(key) {
      return db
        .selectFrom('favourites')
        .select(['server', 'path'])
        .where((eb) => eb.and(ofPerson(key)))
        .orderBy('server')
        .orderBy('path')
        .execute();
    },

    async setFavourite(key, server, path, on) {
      const row = { ...ofPerson(key), server, path };
      if (on) {
        await db
          .insertInto('favourites')
          .values(row)
          .onConflict((c) => c.doNothing())
          .execute();
      } else {
        await db
          .deleteFrom('favourites')
          .where((eb) => eb.and(row))
          .execute();
      }
    },

    async dismissed(key) {
      const rows = await db
        .selectFrom('dismissals')
        .select('server')
        .where((eb) => eb.and(ofPerson(key)))
        .execute();
      return rows.map((row) => row.server);
    },

    async setDismissed(key, server) {
      await db
        .insertInto('dismissals')
        .values({ ...ofPerson(key), server })
        .onConflict((c) => c.doNothing())
        .execute();
    },
  };
}
