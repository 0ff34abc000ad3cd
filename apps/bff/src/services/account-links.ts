import { Failure, isFailure } from '../domain/failure.ts';
import type { CiPerson, CiServer } from '../ports/ci-server.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Connection } from './connections.ts';
import type { Caller } from './context.ts';

/** How a link by one click ended. */
export type LinkEnd =
  | { kind: 'linked'; returnTo: string }
  /** The console did not start it: the CI server's own sign-in goes on there. */
  | { kind: 'hand-on'; location: string }
  | { kind: 'failed'; failure: Failure; returnTo: string | null };

interface Pending {
  server: string;
  sessionHash: string;
  /** The CI server's own, kept here: the browser never gets one. */
  cookie: string;
  returnTo: string;
  expiresAt: number;
}

const LIFE = 10 * 60_000;
const PER_SESSION = 5;
const IN_ALL = 10_000;

/**
 * Linking through the CI server's own sign-in (drone.md 3.3 D). A state belongs to the session that began and is good
 * once. Held by this process: several replicas need a place that they share.
 */
export function createAccountLinks(deps: {
  clock: Clock;
  log: Log;
  /** The server and the caller as their account on its forge. Throws `not_found`. */
  connect: (caller: Caller, server: string) => { connection: Connection; caller: Caller };
  /** Without anybody's rights: only for handing on. Throws `not_found`. */
  server: (id: string) => CiServer;
  save: (caller: Caller, connection: Connection, token: string, on: CiPerson) => Promise<void>;
}) {
  const { clock, log, connect, save } = deps;
  /** By server and state, in order of beginning. */
  const pending = new Map<string, Pending>();

  function keep(key: string, one: Pending): void {
    pending.set(key, one);
    const own = [...pending].filter(([, other]) => other.sessionHash === one.sessionHash);
    for (const [old] of own.slice(0, -PER_SESSION)) pending.delete(old);
    for (const [old, other] of pending) {
      if (other.expiresAt > clock.now() && pending.size <= IN_ALL) break;
      pending.delete(old);
    }
  }

  async function begin(caller: Caller, id: string, returnTo: string): Promise<string> {
    const { server } = connect(caller, id).connection;
    if (!server.oneClick) {
      throw new Failure('not_supported', 'This CI server links by a pasted token.', { instance: id });
    }
    const { location, state, cookie } = await server.oneClick.begin().catch((error: unknown) => {
      // The page gets the code alone: the words are for who runs the console.
      if (isFailure(error)) log.warn({ server: id, code: error.code, raw: error.facts.raw }, error.message);
      throw error;
    });
    const { sessionHash } = caller;
    keep(keyOf(id, state), { server: id, sessionHash, cookie, returnTo, expiresAt: clock.now() + LIFE });
    return location;
  }

  async function finish(caller: Caller | null, id: string, rawQuery: string): Promise<LinkEnd> {
    const query = new URLSearchParams(rawQuery);
    const state = query.get('state') ?? '';
    const key = keyOf(id, state);
    const found = pending.get(key);
    if (!found || found.expiresAt <= clock.now()) {
      const { oneClick } = deps.server(id);
      if (!oneClick) throw new Failure('not_found', 'Nothing comes back here.');
      return { kind: 'hand-on', location: oneClick.handOn(rawQuery) };
    }
    if (!caller || caller.sessionHash !== found.sessionHash) {
      // Somebody else's browser with this state: neither linked here nor spent.
      log.warn({ server: id }, 'a link came back to another session than the one that began it');
      const failure = new Failure('forbidden', 'This link was begun in another browser or session.', {
        instance: id,
      });
      return { kind: 'failed', failure, returnTo: null };
    }
    pending.delete(key);
    const { returnTo } = found;
    try {
      const { connection, caller: as } = connect(caller, id);
      const code = query.get('code') ?? '';
      if (code === '') {
        const raw = [query.get('error'), query.get('error_description')].filter(Boolean).join(': ');
        throw new Failure('ci_refused', 'The forge sent no code.', { instance: id, raw: raw.slice(0, 300) });
      }
      if (!connection.server.oneClick) throw new Failure('not_supported', 'Not offered.', { instance: id });
      const { token, person } = await connection.server.oneClick.finish({ code, state }, found.cookie);
      await save(as, connection, token, person);
      return { kind: 'linked', returnTo };
    } catch (error) {
      if (!isFailure(error)) throw error;
      log.warn({ server: id, code: error.code, raw: error.facts.raw }, 'an account was not linked');
      return { kind: 'failed', failure: error, returnTo };
    }
  }

  return { begin, finish };
}

const keyOf = (server: string, state: string): string => `${server}\n${state}`;
