import type { Database, Statement } from 'better-sqlite3';

/** Texts kept; those of lists and of many rows differ with their length. */
const MOST = 300;
const LONGEST = 2_000;

/** The part of the engine that Kysely uses, with its statements kept: preparing one costs more than running it. */
export function withKeptStatements(engine: Database): {
  prepare(sql: string): Statement;
  close(): void;
  /** After a change of tables. */
  forget(): void;
} {
  const kept = new Map<string, Statement>();
  return {
    prepare(sql) {
      const found = kept.get(sql);
      // One that is being walked through must not be started again.
      if (found && !found.busy) return found;
      const made = engine.prepare(sql);
      if (sql.length <= LONGEST && !found) {
        if (kept.size >= MOST) kept.delete(kept.keys().next().value ?? '');
        kept.set(sql, made);
      }
      return made;
    },
    close() {
      kept.clear();
      engine.close();
    },
    forget: () => kept.clear(),
  };
}
