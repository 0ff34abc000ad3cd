import { chmodSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { Kysely, Migrator, SqliteAdapter, SqliteDialect } from 'kysely';
import { Failure } from '../../domain/failure.ts';
import { type Log, silentLog } from '../../ports/log.ts';
import type { Store } from '../../ports/store.ts';
import { assembleStore } from './assemble.ts';
import { migrationsFor } from './migrations.ts';
import { resealAll } from './reseal.ts';
import type { Schema } from './schema.ts';
import type { Sealer } from './sealed.ts';
import { withKeptStatements } from './statements.ts';

/** SQLite can roll back what a migration did; Kysely assumes it cannot. A failed start then leaves the old file. */
class Dialect extends SqliteDialect {
  override createAdapter() {
    return new (class extends SqliteAdapter {
      override get supportsTransactionalDdl() {
        return true;
      }
    })();
  }
}

/**
 * The store in one file (`:memory:` for none), made and migrated when needed. Throws Failure `store_unavailable` when
 * the file cannot be opened, or was written by a newer console.
 */
export async function openSqliteStore(options: { file: string; sealer: Sealer; log?: Log }): Promise<Store> {
  const { file, sealer, log = silentLog } = options;
  let db: Kysely<Schema> | null = null;
  try {
    if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const engine = new Database(file, { timeout: 5_000 });
    // Sealed or not, it is nobody else's to read.
    if (file !== ':memory:') chmodSync(file, 0o600);
    // A power cut must not lose an intent or an audit entry that was already answered for: FULL, not NORMAL.
    engine.pragma('journal_mode = WAL');
    engine.pragma('synchronous = FULL');
    engine.pragma('secure_delete = ON');
    const database = withKeptStatements(engine);
    db = new Kysely<Schema>({ dialect: new Dialect({ database }) });
    const { error } = await new Migrator({ db, provider: migrationsFor('sqlite') }).migrateToLatest();
    if (error) throw error;
    database.forget();
    const resealed = await resealAll(db, sealer);
    if (resealed > 0) log.info({ resealed }, 'stored tokens were sealed anew with the first key');
  } catch (error) {
    await db?.destroy();
    const raw = error instanceof Error ? error.message : String(error);
    throw new Failure('store_unavailable', `The store ${file} cannot be opened: ${raw}`, {
      raw,
      cause: error,
    });
  }
  return assembleStore({ db, sealer, log });
}
