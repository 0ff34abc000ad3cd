import type { Bus } from '../ports/bus.ts';
import type { Clock } from '../ports/clock.ts';
import type { PersonRecord, SessionRecord, Store } from '../ports/store.ts';

export interface LiveSession {
  record: SessionRecord;
  /** null while somebody is signing in. */
  person: PersonRecord | null;
  /** The person's accounts on other forges. */
  others: readonly PersonRecord[];
}

/** Another process may end a session without our hearing of it: it lives on here for at most this long. */
const KEEP_MS = 2_000;
const MOST = 20_000;

/**
 * Sessions with their people, by the hash of the id. A page asks a dozen questions at once, the store is asked once;
 * what ends a session in this process is known here at the same moment.
 */
export interface SessionCache {
  /** What is known without asking the store. */
  known(hash: string): LiveSession | null;
  get(hash: string): Promise<LiveSession | null>;
  forget(hash: string): void;
}

export function createSessionCache(deps: {
  store: Pick<Store, 'sessions' | 'people' | 'identities'>;
  clock: Clock;
  bus: Bus;
}): SessionCache {
  const { store, clock } = deps;
  const kept = new Map<string, { at: number; session: LiveSession }>();

  /** How many sessions ended: one that was read meanwhile may be among them, and is not kept. */
  let ends = 0;

  deps.bus.subscribe((event) => {
    if (event.type === 'session-ended') forget(event.sessionHash);
    if (event.type !== 'person-signed-out' && event.type !== 'person-changed') return;
    ends += 1;
    for (const [hash, { session }] of kept) {
      const { person } = session.record;
      if (person?.forge === event.forge && person.forgeUserId === event.forgeUserId) kept.delete(hash);
    }
  });

  async function load(hash: string): Promise<LiveSession | null> {
    const record = await store.sessions.get(hash);
    if (!record) return null;
    const key = record.person;
    if (!key) return { record, person: null, others: [] };
    const [person, others] = await Promise.all([store.people.get(key), store.identities.addedTo(key)]);
    return { record, person, others };
  }

  function forget(hash: string): void {
    ends += 1;
    kept.delete(hash);
  }

  function known(hash: string): LiveSession | null {
    const found = kept.get(hash);
    if (!found) return null;
    const now = clock.now();
    const age = now - found.at;
    return age >= 0 && age < KEEP_MS && found.session.record.expiresAt > now ? found.session : null;
  }

  return {
    known,
    async get(hash) {
      const fresh = known(hash);
      if (fresh) return fresh;
      const now = clock.now();
      const before = ends;
      const session = await load(hash);
      kept.delete(hash);
      if (!session || session.record.expiresAt <= now) return null;
      if (ends === before) kept.set(hash, { at: now, session });
      if (kept.size > MOST) kept.delete(kept.keys().next().value ?? '');
      return session;
    },
    forget,
  };
}
