import { type Kysely, sql } from 'kysely';
import type { Engine } from './migrations.ts';

/** What an entry said when the action was about to happen. Only the outcome and the answer come later. */
const intentColumns = [
  'id',
  'at',
  'forge',
  'forge_user_id',
  'login',
  'session_hash',
  'address',
  'action',
  'server',
  'path',
  'build_number',
  'request',
  'acts_as',
] as const;

/**
 * The audit is append-only by the engine itself: nothing is deleted, an intent never changes, and an outcome is
 * written once (an uncertain one may still be settled).
 */
export async function guardAudit(db: Kysely<unknown>, engine: Engine): Promise<void> {
  if (engine === 'postgres') return guardPostgres(db);
  const changed = sql.raw(intentColumns.map((name) => `new.${name} is not old.${name}`).join(' or '));
  await sql`create trigger audit_keeps_intent before update on audit
    when ${changed} or old.outcome not in ('intent', 'uncertain')
    begin select raise(abort, 'audit entries are append-only'); end`.execute(db);
  await sql`create trigger audit_keeps_rows before delete on audit
    begin select raise(abort, 'audit entries are append-only'); end`.execute(db);
}

async function guardPostgres(db: Kysely<unknown>): Promise<void> {
  const changed = sql.raw(
    intentColumns.map((name) => `new.${name} is distinct from old.${name}`).join(' or '),
  );
  await sql`create function audit_refuse() returns trigger language plpgsql as $$
    begin raise exception 'audit entries are append-only'; end $$`.execute(db);
  await sql`create trigger audit_keeps_intent before update on audit for each row
    when (${changed} or old.outcome not in ('intent', 'uncertain')) execute function audit_refuse()`.execute(
    db,
  );
  await sql`create trigger audit_keeps_rows before delete on audit
    for each statement execute function audit_refuse()`.execute(db);
}
