import type { Kysely } from 'kysely';
import type { Log } from '../../../ports/log.ts';
import type { PersonKey } from '../../../ports/store.ts';
import type { Schema } from '../schema.ts';
import { SealBroken, type Sealer } from '../sealed.ts';

/** What every part of the store is made of. */
export interface Parts {
  db: Kysely<Schema>;
  sealer: Sealer;
  log: Log;
}

/** A person's columns. */
export const ofPerson = (key: PersonKey) => ({ forge: key.forge, forge_user_id: key.forgeUserId });

export const keyOf = (row: { forge: string; forge_user_id: string }): PersonKey => ({
  forge: row.forge,
  forgeUserId: row.forge_user_id,
});

/** Which cell a sealed text belongs to: table, column, person, and what else makes the row's key. */
export const cellOf = (table: string, column: string, key: PersonKey, ...more: string[]): string[] => [
  table,
  column,
  key.forge,
  key.forgeUserId,
  ...more,
];

/**
 * The plain text of a cell, or null when it does not open: the person signs in or links again. Said once in the log
 * with the cell, never with its content.
 */
export function openCell(parts: Parts, sealed: string, where: string[]): string | null {
  try {
    return parts.sealer.open(sealed, where);
  } catch (error) {
    if (!(error instanceof SealBroken)) throw error;
    parts.log.error(
      { cell: where, reason: error.message },
      'a stored token does not open and counts as absent',
    );
    return null;
  }
}
