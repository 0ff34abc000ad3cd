import type { Bus } from '../ports/bus.ts';
import type { Clock } from '../ports/clock.ts';
import type { PersonRecord, SessionRecord, Store } from '../ports/store.ts';

export interface LiveSession {
  record: SessionRecord;
  /** null while somebody is signing in. */
  person: PersonRecord | null;
}

/** Another process may end a session without our hearing of it: it lives on here for at most this long. */
const KEEP_MS = 2_000;
const MOST = 20_000;

/**
 * Sessions with their people, by the hash of the id. A page asks a dozen questions at once, the store is asked once;
 * what ends a session in this process is known here at the same moment.
 */
export interface SessionCache {
  get(hash: string): Promise<LiveSession | null>;
  forget(hash: string): void;
}

export function createSessionCache(deps: {
  store: Pick<Store, 'sessions' | 'people'>;
  clock: Clock;
  bus: Bus;
}): SessionCache {
  const { store, clock } = deps;
  const kept = new Map<string, { at: number; session: LiveSession }>();

  deps.bus.subscribe((event) => {
    if (event.type === 'session-ended') kept.delete(event.sessionHash);
    if (event.type !== 'person-signed-out') return;
    for (const [hash, { session }] of kept) {
      const { person } = session.record;
      if (person?.forge === event.forge && person.forgeUserId === event.forgeUserId) kept.delete(hash);
    }
  });

  async function load(hash: string): Promise<LiveSession | null> {
    const record = await store.sessions.get(hash);
    return record && { record, person: record.person ? await store.people.get(record.person) : null };
  }

  return {
    async get(hash) {
      const now = clock.now();
      const known = kept.get(hash);
      const age = known ? now - known.at : Number.POSITIVE_INFINITY;
      const session = known && age >= 0 && age < KEEP_MS ? known.session : await load(hash);
      if (!session || session.record.expiresAt <= now) {
        kept.delete(hash);
        return null;
      }
      if (session !== known?.session) {
        kept.delete(hash);
        kept.set(hash, { at: now, session });
        for (const oldest of kept.keys()) {
          if (kept.size <= MOST) break;
          kept.delete(oldest);
        }
      }
      return session;
    },
    forget: (hash) => void kept.delete(hash),
  };
}
