import type { Store } from '../../../ports/store.ts';
import type { Parts } from './context.ts';

export function registriesIn({ db }: Parts): Store['registries'] {
  return {
    async list({ server, forgeRepoId }) {
      const rows = await db
        .selectFrom('registries')
        .selectAll()
        .where((eb) => eb.and({ server, forge_repo_id: forgeRepoId }))
        .orderBy('host')
        .execute();
      return rows.map((row) => ({
        server,
        path: row.path,
        forgeRepoId,
        host: row.host,
        username: row.username,
        secretName: row.secret_name,
        changedAt: row.changed_at,
        changedBy: row.changed_by,
      }));
    },

    async put(description) {
      const { server, forgeRepoId: forge_repo_id, host } = description;
      const values = {
        path: description.path,
        username: description.username,
        secret_name: description.secretName,
        changed_at: description.changedAt,
        changed_by: description.changedBy,
      };
      await db
        .insertInto('registries')
        .values({ server, forge_repo_id, host, ...values })
        .onConflict((c) => c.columns(['server', 'forge_repo_id', 'host']).doUpdateSet(values))
        .execute();
    },

    async remove({ server, forgeRepoId }, host) {
      await db
        .deleteFrom('registries')
        .where((eb) => eb.and({ server, forge_repo_id: forgeRepoId, host }))
        .execute();
    },
  };
}

export function secretNotesIn({ db }: Parts): Store['secretNotes'] {
  return {
    async list({ server, forgeRepoId }) {
      const rows = await db
        .selectFrom('secret_notes')
        .selectAll()
        .where((eb) => eb.and({ server, forge_repo_id: forgeRepoId }))
        .orderBy('name')
        .execute();
      return rows.map((row) => ({
        server,
        path: row.path,
        forgeRepoId,
        name: row.name,
        changedAt: row.changed_at,
        changedBy: row.changed_by,
      }));
    },

    async put(note) {
      const { server, forgeRepoId: forge_repo_id, name } = note;
      const values = {
        path: note.path,
        changed_at: note.changedAt,
        changed_by: note.changedBy,
      };
      await db
        .insertInto('secret_notes')
        .values({ server, forge_repo_id, name, ...values })
        .onConflict((c) => c.columns(['server', 'forge_repo_id', 'name']).doUpdateSet(values))
        .execute();
    },

    async remove({ server, forgeRepoId }, name) {
      await db
        .deleteFrom('secret_notes')
        .where((eb) => eb.and({ server, forge_repo_id: forgeRepoId, name }))
        .execute();
    },
  };
}
