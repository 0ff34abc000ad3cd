import type { PersonKey, PersonRecord, Store } from '../../../ports/store.ts';
import type { Schema } from '../schema.ts';
import { ofPerson, type Parts } from './context.ts';

const ownedBy = (owner: PersonKey) => ({ owner_forge: owner.forge, owner_user_id: owner.forgeUserId });

export function identitiesIn({ db }: Parts): Store['identities'] {
  return {
    async ownerOf(key) {
      const row = await db
        .selectFrom('identities')
        .select(['owner_forge', 'owner_user_id'])
        .where((eb) => eb.and(ofPerson(key)))
        .executeTakeFirst();
      return row ? { forge: row.owner_forge, forgeUserId: row.owner_user_id } : null;
    },

    async addedTo(owner) {
      const rows = await db
        .selectFrom('identities')
        .innerJoin('people', (join) =>
          join
            .onRef('people.forge', '=', 'identities.forge')
            .onRef('people.forge_user_id', '=', 'identities.forge_user_id'),
        )
        .selectAll('people')
        .where((eb) => eb.and(ownedBy(owner)))
        .orderBy('identities.added_at')
        .orderBy('identities.forge')
        .execute();
      return rows.map(recordOf);
    },

    add(owner, identity, now) {
      return db.transaction().execute(async (inside) => {
        if (owner.forge === identity.forge) return false;
        const taken = await inside
          .selectFrom('people')
          .select('forge')
          .where((eb) => eb.and(ofPerson(identity)))
          .executeTakeFirst();
        if (taken) return false;
        const added = await inside
          .selectFrom('identities')
          .select('forge')
          .where((eb) => eb.and(ofPerson(owner)))
          .executeTakeFirst();
        if (added) return false;
        const done = await inside
          .insertInto('identities')
          .values({ ...ofPerson(identity), ...ownedBy(owner), added_at: now })
          .onConflict((c) => c.doNothing())
          .executeTakeFirst();
        if (done.numInsertedOrUpdatedRows !== 1n) return false;
        const { login, name, email, avatarUrl } = identity;
        await inside
          .insertInto('people')
          .values({ ...ofPerson(identity), login, name, email, avatar_url: avatarUrl })
          .execute();
        return true;
      });
    },

    async forget(key) {
      await db.transaction().execute(async (inside) => {
        for (const table of tables) {
          await inside
            .deleteFrom(table)
            .where((eb) => eb.and(ofPerson(key)))
            .execute();
        }
      });
    },
  };
}

const tables = [
  'identities',
  'sessions',
  'forge_tokens',
  'linked_accounts',
  'favourites',
  'dismissals',
  'people',
] as const satisfies (keyof Schema)[];

const recordOf = (row: Schema['people']): PersonRecord => ({
  forge: row.forge,
  forgeUserId: row.forge_user_id,
  login: row.login,
  name: row.name,
  email: row.email,
  avatarUrl: row.avatar_url,
});
