import type { Kysely, Migration, MigrationProvider } from 'kysely';
import { guardAudit } from './audit-guard.ts';

export type Engine = 'sqlite' | 'postgres';

type Db = Kysely<unknown>;

/**
 * Append only: a released entry never changes, a later need is a later entry. Only types that SQLite and PostgreSQL
 * both have (text, integer, bigint for instants), so that one list serves both engines.
 */
const steps: Record<string, (db: Db, engine: Engine) => Promise<void>> = {
  '0001-people-and-sessions': async (db) => {
    await db.schema
      .createTable('people')
      .addColumn('forge', 'text', (c) => c.notNull())
      .addColumn('forge_user_id', 'text', (c) => c.notNull())
      .addColumn('login', 'text', (c) => c.notNull())
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('email', 'text')
      .addColumn('avatar_url', 'text')
      .addColumn('preferences', 'text')
      .addPrimaryKeyConstraint('people_key', ['forge', 'forge_user_id'])
      .execute();
    await db.schema
      .createTable('favourites')
      .addColumn('forge', 'text', (c) => c.notNull())
      .addColumn('forge_user_id', 'text', (c) => c.notNull())
      .addColumn('server', 'text', (c) => c.notNull())
      .addColumn('path', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint('favourites_key', ['forge', 'forge_user_id', 'server', 'path'])
      .execute();
    await db.schema
      .createTable('dismissals')
      .addColumn('forge', 'text', (c) => c.notNull())
      .addColumn('forge_user_id', 'text', (c) => c.notNull())
      .addColumn('server', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint('dismissals_key', ['forge', 'forge_user_id', 'server'])
      .execute();
    await db.schema
      .createTable('sessions')
      .addColumn('hash', 'text', (c) => c.primaryKey())
      .addColumn('data', 'text', (c) => c.notNull())
      .addColumn('forge', 'text')
      .addColumn('forge_user_id', 'text')
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('touched_at', 'bigint', (c) => c.notNull())
      .addColumn('expires_at', 'bigint', (c) => c.notNull())
      .execute();
    await db.schema
      .createIndex('sessions_of_person')
      .on('sessions')
      .columns(['forge', 'forge_user_id'])
      .execute();
    await db.schema.createIndex('sessions_by_end').on('sessions').column('expires_at').execute();
  },

  '0002-tokens-and-accounts': async (db) => {
    await db.schema
      .createTable('forge_tokens')
      .addColumn('forge', 'text', (c) => c.notNull())
      .addColumn('forge_user_id', 'text', (c) => c.notNull())
      .addColumn('sealed_access', 'text', (c) => c.notNull())
      .addColumn('sealed_refresh', 'text')
      .addColumn('expires_at', 'bigint')
      .addColumn('redirect_uri', 'text', (c) => c.notNull())
      .addColumn('revision', 'bigint', (c) => c.notNull())
      .addPrimaryKeyConstraint('forge_tokens_key', ['forge', 'forge_user_id'])
      .execute();
    await db.schema
      .createTable('linked_accounts')
      .addColumn('forge', 'text', (c) => c.notNull())
      .addColumn('forge_user_id', 'text', (c) => c.notNull())
      .addColumn('server', 'text', (c) => c.notNull())
      .addColumn('sealed_token', 'text', (c) => c.notNull())
      .addColumn('login', 'text', (c) => c.notNull())
      .addColumn('administrator', 'integer', (c) => c.notNull())
      .addColumn('linked_at', 'bigint', (c) => c.notNull())
      .addColumn('state', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint('linked_accounts_key', ['forge', 'forge_user_id', 'server'])
      .execute();
  },

  '0003-intents-and-audit': async (db, engine) => {
    await db.schema
      .createTable('intents')
      .addColumn('forge', 'text', (c) => c.notNull())
      .addColumn('forge_user_id', 'text', (c) => c.notNull())
      .addColumn('key', 'text', (c) => c.notNull())
      .addColumn('kind', 'text', (c) => c.notNull())
      .addColumn('server', 'text', (c) => c.notNull())
      .addColumn('path', 'text', (c) => c.notNull())
      .addColumn('requested_at', 'bigint', (c) => c.notNull())
      .addColumn('claimed_at', 'bigint', (c) => c.notNull())
      .addColumn('state', 'text', (c) => c.notNull())
      .addColumn('build', 'bigint')
      .addColumn('raw', 'text')
      .addColumn('body', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint('intents_key', ['forge', 'forge_user_id', 'key'])
      .execute();
    await db.schema
      .createIndex('intents_of_repository')
      .on('intents')
      .columns(['server', 'path', 'requested_at'])
      .execute();
    await db.schema.createIndex('intents_by_state').on('intents').column('state').execute();
    await db.schema
      .createTable('audit')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('at', 'bigint', (c) => c.notNull())
      .addColumn('forge', 'text', (c) => c.notNull())
      .addColumn('forge_user_id', 'text', (c) => c.notNull())
      .addColumn('login', 'text', (c) => c.notNull())
      .addColumn('session_hash', 'text', (c) => c.notNull())
      .addColumn('address', 'text', (c) => c.notNull())
      .addColumn('action', 'text', (c) => c.notNull())
      .addColumn('server', 'text')
      .addColumn('path', 'text')
      .addColumn('build_number', 'bigint')
      .addColumn('answer_number', 'bigint')
      .addColumn('request', 'text', (c) => c.notNull())
      .addColumn('acts_as', 'text', (c) => c.notNull())
      .addColumn('outcome', 'text', (c) => c.notNull())
      .addColumn('answer', 'text')
      .execute();
    await db.schema.createIndex('audit_by_time').on('audit').column('at').execute();
    await db.schema
      .createIndex('audit_of_build')
      .on('audit')
      .columns(['server', 'path', 'build_number'])
      .execute();
    await guardAudit(db, engine);
  },

  '0004-credentials': async (db) => {
    await db.schema
      .createTable('registries')
      .addColumn('server', 'text', (c) => c.notNull())
      .addColumn('path', 'text', (c) => c.notNull())
      .addColumn('host', 'text', (c) => c.notNull())
      .addColumn('username', 'text', (c) => c.notNull())
      .addColumn('secret_name', 'text', (c) => c.notNull())
      .addColumn('changed_at', 'bigint', (c) => c.notNull())
      .addColumn('changed_by', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint('registries_key', ['server', 'path', 'host'])
      .execute();
    await db.schema
      .createTable('secret_notes')
      .addColumn('server', 'text', (c) => c.notNull())
      .addColumn('path', 'text', (c) => c.notNull())
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('changed_at', 'bigint', (c) => c.notNull())
      .addColumn('changed_by', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint('secret_notes_key', ['server', 'path', 'name'])
      .execute();
  },

  '0005-build-index': async (db) => {
    await db.schema
      .createTable('build_heads')
      .addColumn('server', 'text', (c) => c.notNull())
      .addColumn('forge_repo_id', 'text', (c) => c.notNull())
      .addColumn('number', 'bigint', (c) => c.notNull())
      .addColumn('status', 'text', (c) => c.notNull())
      .addColumn('event', 'text', (c) => c.notNull())
      .addColumn('branch', 'text', (c) => c.notNull())
      .addColumn('author', 'text', (c) => c.notNull())
      .addColumn('environment', 'text')
      .addColumn('version', 'bigint', (c) => c.notNull())
      .addColumn('body', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint('build_heads_key', ['server', 'forge_repo_id', 'number'])
      .execute();
    await db.schema
      .createTable('index_reach')
      .addColumn('server', 'text', (c) => c.notNull())
      .addColumn('forge_repo_id', 'text', (c) => c.notNull())
      .addColumn('oldest', 'bigint')
      .addColumn('newest', 'bigint')
      .addColumn('complete', 'integer', (c) => c.notNull())
      .addColumn('as_of', 'bigint')
      .addPrimaryKeyConstraint('index_reach_key', ['server', 'forge_repo_id'])
      .execute();
    await db.schema
      .createTable('runner_sights')
      .addColumn('server', 'text', (c) => c.notNull())
      .addColumn('runner', 'text', (c) => c.notNull())
      .addColumn('type', 'text', (c) => c.notNull())
      .addColumn('os', 'text', (c) => c.notNull())
      .addColumn('arch', 'text', (c) => c.notNull())
      .addColumn('labels', 'text', (c) => c.notNull())
      .addColumn('last_taken_at', 'bigint', (c) => c.notNull())
      .addPrimaryKeyConstraint('runner_sights_key', ['server', 'runner', 'type', 'os', 'arch', 'labels'])
      .execute();
  },

  // A path can pass to another repository, whose people must not see what was noted about the one before. What was noted
  // without the id cannot be given to anybody: its credentials are found by their secrets' names again.
  '0006-repositories-by-id': async (db) => {
    for (const table of ['intents', 'audit']) {
      await db.schema
        .alterTable(table)
        .addColumn('forge_repo_id', 'text', (c) => c.notNull().defaultTo(''))
        .execute();
    }
    await db.schema
      .createIndex('intents_of_repository_by_id')
      .on('intents')
      .columns(['server', 'forge_repo_id', 'requested_at'])
      .execute();
    await db.schema
      .createIndex('audit_of_build_by_id')
      .on('audit')
      .columns(['server', 'forge_repo_id', 'build_number'])
      .execute();
    await db.schema.dropTable('registries').execute();
    await db.schema
      .createTable('registries')
      .addColumn('server', 'text', (c) => c.notNull())
      .addColumn('forge_repo_id', 'text', (c) => c.notNull())
      .addColumn('path', 'text', (c) => c.notNull())
      .addColumn('host', 'text', (c) => c.notNull())
      .addColumn('username', 'text', (c) => c.notNull())
      .addColumn('secret_name', 'text', (c) => c.notNull())
      .addColumn('changed_at', 'bigint', (c) => c.notNull())
      .addColumn('changed_by', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint('registries_by_id', ['server', 'forge_repo_id', 'host'])
      .execute();
    await db.schema.dropTable('secret_notes').execute();
    await db.schema
      .createTable('secret_notes')
      .addColumn('server', 'text', (c) => c.notNull())
      .addColumn('forge_repo_id', 'text', (c) => c.notNull())
      .addColumn('path', 'text', (c) => c.notNull())
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('changed_at', 'bigint', (c) => c.notNull())
      .addColumn('changed_by', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint('secret_notes_by_id', ['server', 'forge_repo_id', 'name'])
      .execute();
  },

  // Who has one account is as before: only those added to another have a row.
  '0007-identities': async (db) => {
    await db.schema
      .createTable('identities')
      .addColumn('forge', 'text', (c) => c.notNull())
      .addColumn('forge_user_id', 'text', (c) => c.notNull())
      .addColumn('owner_forge', 'text', (c) => c.notNull())
      .addColumn('owner_user_id', 'text', (c) => c.notNull())
      .addColumn('added_at', 'bigint', (c) => c.notNull())
      .addPrimaryKeyConstraint('identities_key', ['forge', 'forge_user_id'])
      .addUniqueConstraint('identities_one_per_forge', ['owner_forge', 'owner_user_id', 'forge'])
      .execute();
  },
};

/** For Kysely's Migrator. There is no way down: an older console on a newer file refuses to start. */
export function migrationsFor(engine: Engine): MigrationProvider {
  const migrations: Record<string, Migration> = {};
  for (const [name, step] of Object.entries(steps)) {
    migrations[name] = { up: (db) => step(db as Db, engine) };
  }
  return { getMigrations: async () => migrations };
}
