import type { Store } from '../../../ports/store.ts';
import type { Parts } from './context.ts';

export function registriesIn({ db }: Parts): Store['registries'] {
  return {
    async list(server, path) {
      const rows = await db
        .selectFrom('registries')
        .selectAll()
        .where((eb) => eb.and({ server, path }))
        .orderBy('host')
        .execute();
      return rows.map((row) => ({
        server,
        path,
        host: row.host,
        username: row.username,
        secretName: row.secret_name,
        changedAt: row.changed_at,
        changedBy: row.changed_by,
      }));
    },

    async put(description) {
      const { server, path, host } = description;
      const values = {
        username: description.username,
        secret_name: description.secretName,
        changed_at: description.changedAt,
        changed_by: description.changedBy,
      };
      await db
        .insertInto('registries')
        .values({ server, path, host, ...values })
        .onConflict((c) => c.columns(['server', 'path', 'host']).doUpdateSet(values))
        .execute();
    },

    async remove(server, path, host) {
      await db
        .deleteFrom('registries')
        .where((eb) => eb.and({ server, path, host }))
        .execute();
    },
  };
}

export function secretNotesIn({ db }: Parts): Store['secretNotes'] {
  return {
    async list(server, path) {
      const rows = await db
        .selectFrom('secret_notes')
        .selectAll()
        .where((eb) => eb.and({ server, path }))
        .orderBy('name')
        .execute();
      return rows.map((row) => ({
        server,
        path,
        name: row.name,
        changedAt: row.changed_at,
        changedBy: row.changed_by,
      }));
    },

    async put(note) {
      const { server, path, name } = note;
      const values = { changed_at: note.changedAt, changed_by: note.changedBy };
      await db
        .insertInto('secret_notes')
        .values({ server, path, name, ...values })
        .onConflict((c) => c.columns(['server', 'path', 'name']).doUpdateSet(values))
        .execute();
    },

    async remove(server, path, name) {
      await db
        .deleteFrom('secret_notes')
        .where((eb) => eb.and({ server, path, name }))
        .execute();
    },
  };
}
