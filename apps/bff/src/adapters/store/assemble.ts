import { sql } from 'kysely';
import { Failure, isFailure } from '../../domain/failure.ts';
import type { Store } from '../../ports/store.ts';
import { accountsIn } from './parts/accounts.ts';
import { auditIn } from './parts/audit.ts';
import { buildsIn } from './parts/builds.ts';
import type { Parts } from './parts/context.ts';
import { registriesIn, secretNotesIn } from './parts/credentials.ts';
import { forgeTokensIn } from './parts/forge-tokens.ts';
import { identitiesIn } from './parts/identities.ts';
import { intentsIn } from './parts/intents.ts';
import { peopleIn } from './parts/people.ts';
import { sessionsIn } from './parts/sessions.ts';

/** The store over any engine that Kysely speaks to and `migrations.ts` has prepared. */
export function assembleStore(parts: Parts): Store {
  const { ping, close } = guarded(parts, {
    ping: async () => {
      await sql`select 1`.execute(parts.db);
    },
    close: () => parts.db.destroy(),
  });
  return {
    people: guarded(parts, peopleIn(parts)),
    identities: guarded(parts, identitiesIn(parts)),
    sessions: guarded(parts, sessionsIn(parts)),
    forgeTokens: guarded(parts, forgeTokensIn(parts)),
    accounts: guarded(parts, accountsIn(parts)),
    intents: guarded(parts, intentsIn(parts)),
    audit: guarded(parts, auditIn(parts)),
    registries: guarded(parts, registriesIn(parts)),
    secretNotes: guarded(parts, secretNotesIn(parts)),
    builds: guarded(parts, buildsIn(parts)),
    ping,
    close,
  };
}

type Methods = Record<string, (...args: never[]) => Promise<unknown>>;

/** What the engine refuses (full, locked, gone, forbidden by a trigger) becomes the one failure the port names. */
function guarded<T extends { [K in keyof T]: Methods[string] }>(parts: Parts, methods: T): T {
  const out: Partial<T> = {};
  for (const name of Object.keys(methods) as (keyof T & string)[]) {
    const method = methods[name] as unknown as (...args: unknown[]) => Promise<unknown>;
    const wrapped = async (...args: unknown[]) => {
      try {
        return await method(...args);
      } catch (error) {
        if (isFailure(error)) throw error;
        const raw = error instanceof Error ? error.message : String(error);
        parts.log.error({ call: name, reason: raw }, 'the store refused a call');
        throw new Failure('store_unavailable', 'The console’s own store refused this.', {
          raw,
          cause: error,
        });
      }
    };
    out[name] = wrapped as unknown as T[typeof name];
  }
  return out as T;
}
