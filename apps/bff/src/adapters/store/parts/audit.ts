import type { AuditRecord, Store } from '../../../ports/store.ts';
import type { Schema } from '../schema.ts';
import { keyOf, type Parts } from './context.ts';

export function auditIn({ db }: Parts): Store['audit'] {
  return {
    async intent(record) {
      await db
        .insertInto('audit')
        .values({
          id: record.id,
          at: record.at,
          forge: record.person.forge,
          forge_user_id: record.person.forgeUserId,
          login: record.login,
          session_hash: record.sessionHash,
          address: record.address,
          action: record.action,
          server: record.server,
          path: record.path,
          forge_repo_id: record.forgeRepoId ?? '',
          build_number: buildIn(record.request),
          answer_number: buildIn(record.answer),
          request: record.request,
          acts_as: record.as,
          outcome: record.outcome,
          answer: record.answer,
        })
        .execute();
    },

    async outcome(id, outcome, answer) {
      await db
        .updateTable('audit')
        .set({ outcome, answer, answer_number: buildIn(answer) })
        .where('id', '=', id)
        .execute();
    },

    async recent(limit) {
      const rows = await db
        .selectFrom('audit')
        .selectAll()
        .orderBy('at', 'desc')
        .orderBy('id', 'desc')
        .limit(limit)
        .execute();
      return rows.map(read);
    },

    async ofBuild({ server, forgeRepoId }, number) {
      const rows = await db
        .selectFrom('audit')
        .selectAll()
        .where((eb) => eb.and({ server, forge_repo_id: forgeRepoId }))
        .where((eb) => eb.or([eb('build_number', '=', number), eb('answer_number', '=', number)]))
        .orderBy('at')
        .orderBy('id')
        .execute();
      return rows.map(read);
    },

    async starters({ server, forgeRepoId }, numbers) {
      if (numbers.length === 0) return new Map();
      const rows = await db
        .selectFrom('audit')
        .select(['answer_number', 'login'])
        .where((eb) => eb.and({ server, forge_repo_id: forgeRepoId }))
        .where('answer_number', 'in', [...numbers])
        .where('action', 'in', starting)
        .execute();
      return new Map(
        rows.flatMap((row) => (row.answer_number === null ? [] : [[row.answer_number, row.login]])),
      );
    },
  };
}

const starting = ['build.start', 'build.restart', 'build.promote', 'build.rollback'];

/** The `build` among JSON facts: the one acted on (request), the one that was started (answer). */
function buildIn(facts: string | null): number | null {
  if (facts === null) return null;
  try {
    const value: unknown = (JSON.parse(facts) as { build?: unknown } | null)?.build;
    return Number.isSafeInteger(value) ? (value as number) : null;
  } catch {
    return null;
  }
}

function read(row: Schema['audit']): AuditRecord {
  return {
    id: row.id,
    at: row.at,
    person: keyOf(row),
    login: row.login,
    sessionHash: row.session_hash,
    address: row.address,
    action: row.action,
    server: row.server,
    path: row.path,
    forgeRepoId: row.forge_repo_id || null,
    request: row.request,
    as: row.acts_as as AuditRecord['as'],
    outcome: row.outcome as AuditRecord['outcome'],
    answer: row.answer,
  };
}
