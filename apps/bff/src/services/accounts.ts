import type { LinkedAccount, SyncState } from '@flightdeck/api-client/model';
import { sameLogin } from '../domain/access.ts';
import { Failure, isFailure } from '../domain/failure.ts';
import type { CiPerson } from '../ports/ci-server.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { LinkedAccountRecord, Store } from '../ports/store.ts';
import { createAccountLinks, type LinkEnd } from './account-links.ts';
import { createAccountSyncs } from './account-syncs.ts';
import type { Audit } from './audit.ts';
import { type Connection, type Connections, connectionOf } from './connections.ts';
import type { Caller, Gate } from './context.ts';
import type { ForgePeople } from './forge-tokens.ts';
import { asEach, callerOn } from './identities.ts';

/** People's own accounts on CI servers. A token goes in and never comes out. */
export interface AccountsService {
  /** One entry per CI server of the person's forges, linked or not. */
  list(caller: Caller): Promise<LinkedAccount[]>;
  /** With a pasted token. `ci_token_refused`, or `link_other_person` (nothing is stored). */
  link(caller: Caller, server: string, token: string): Promise<LinkedAccount>;
  unlink(caller: Caller, server: string): Promise<void>;
  dismiss(caller: Caller, server: string): Promise<void>;
  /**
   * At sign-in, when `caller.person` is fresh from the forge: marks accounts that the server refuses or that belong to
   * somebody else, and takes the mark away where it no longer holds. Takes at most 5 s and never throws.
   */
  recheck(caller: Caller): Promise<void>;
  /** Begins linking by one click: where to send the browser. `not_supported` where the server has no such way. */
  begin(caller: Caller, server: string, returnTo: string): Promise<string>;
  /** The browser is back at `/auth/server/:id/callback`; `rawQuery` as it came, with or without its `?`. */
  finish(caller: Caller | null, server: string, rawQuery: string): Promise<LinkEnd>;
  /** Starts a sync as the person, never as the service account, and answers at once; one at a time per account. */
  sync(caller: Caller, server: string): Promise<SyncState>;
  syncState(caller: Caller, server: string): Promise<SyncState>;
}

export interface AccountsDeps {
  store: Pick<Store, 'accounts' | 'people'>;
  connections: Connections;
  people: ForgePeople;
  gate: Pick<Gate, 'speaker' | 'forget'>;
  audit: Audit;
  clock: Clock;
  log: Log;
  /** Somebody's repository list was read anew by a CI server. */
  onSynced?: (server: string) => void;
  /** Address for the browser where linking by one click begins. */
  oneClickUrl: (server: string) => string;
}

const RECHECK_LONGEST = 5_000;

export function createAccountsService(deps: AccountsDeps): AccountsService {
  const { store, gate, clock, log } = deps;
  const syncs = createAccountSyncs({ gate, clock, log, onSynced: deps.onSynced ?? (() => {}) });
  const links = createAccountLinks({
    clock,
    log,
    save,
    connect: connectionFor,
    server: (id) => connectionOf(deps.connections, id).server,
  });

  /** The server and the person as their account on its forge; without one it does not exist for them. */
  function connectionFor(asking: Caller, server: string): { connection: Connection; caller: Caller } {
    const connection = connectionOf(deps.connections, server);
    const caller = callerOn(asking, connection.server.declaration.forge);
    if (caller) return { connection, caller };
    throw new Failure('not_found', 'No such CI server.');
  }

  function view(
    connection: Connection,
    record: LinkedAccountRecord | null,
    dismissed: boolean,
  ): LinkedAccount {
    const { server } = connection;
    return {
      server: server.id,
      state: record?.state ?? 'none',
      login: record?.login ?? null,
      administrator: record?.state === 'linked' && record.administrator,
      linkedAt: record?.linkedAt ?? null,
      oneClickUrl: server.oneClick ? deps.oneClickUrl(server.id) : null,
      tokenPageUrl: server.tokenPageUrl,
      dismissed,
    };
  }

  async function viewOf(caller: Caller, connection: Connection): Promise<LinkedAccount> {
    const [record, dismissed] = await Promise.all([
      store.accounts.get(caller.person, connection.server.id),
      store.people.dismissed(caller.person),
    ]);
    return view(connection, record, dismissed.includes(connection.server.id));
  }

  /** Stores a token after both sides said, just now, who it belongs to. */
  async function save(caller: Caller, connection: Connection, token: string, on: CiPerson): Promise<void> {
    const instance = connection.server.id;
    const me = await deps.people.as(caller.person).me();
    if (me.id !== caller.person.forgeUserId || on.machine || !sameLogin(me.login, on.login)) {
      throw new Failure('link_other_person', 'That account belongs to somebody else on the CI server.', {
        instance,
        raw: on.login,
      });
    }
    const record: LinkedAccountRecord = {
      server: instance,
      token,
      login: on.login,
      administrator: on.administrator,
      linkedAt: clock.now(),
      state: 'linked',
    };
    const where = { server: instance, as: 'console' as const };
    await deps.audit.runAs(caller, 'account.link', where, { login: on.login }, () =>
      store.accounts.put(caller.person, record),
    );
    gate.forget(caller.person);
    // The server shows an account only what its last sync read: without a new one, linking could hide repositories.
    await syncs.start(caller, instance).catch((error: unknown) => {
      log.warn({ server: instance, reason: String(error) }, 'the repository list was not read after linking');
    });
  }

  async function recheckOne(caller: Caller, record: LinkedAccountRecord): Promise<void> {
    const connection = deps.connections.get(record.server);
    if (connection?.server.declaration.forge !== caller.person.forge) return;
    let now: Pick<LinkedAccountRecord, 'state' | 'login' | 'administrator'>;
    try {
      const on = await connection.server.as(record.token).me();
      const state = !on.machine && sameLogin(on.login, caller.person.login) ? 'linked' : 'other-person';
      now = { state, login: on.login, administrator: on.administrator };
    } catch (error) {
      if (!isFailure(error, 'ci_token_refused')) throw error;
      now = { state: 'expired', login: record.login, administrator: record.administrator };
    }
    const same =
      now.state === record.state && now.login === record.login && now.administrator === record.administrator;
    if (same) return;
    // Linked anew or unlinked while the server was asked: that counts.
    const stands = await store.accounts.get(caller.person, record.server);
    if (stands?.token !== record.token) return;
    await store.accounts.put(caller.person, { ...record, ...now });
    gate.forget(caller.person);
    log.info(
      { server: record.server, person: caller.person.login, state: now.state },
      'linked account compared',
    );
  }

  return {
    async list(asking) {
      const known = await Promise.all(
        asEach(asking).map(async ({ person }) => {
          const [records, dismissed] = await Promise.all([
            store.accounts.list(person),
            store.people.dismissed(person),
          ]);
          return { forge: person.forge, records, dismissed };
        }),
      );
      return [...deps.connections.values()].flatMap((connection) => {
        const { id, declaration } = connection.server;
        const of = known.find((one) => one.forge === declaration.forge);
        if (!of) return [];
        const record = of.records.find((one) => one.server === id) ?? null;
        return [view(connection, record, of.dismissed.includes(id))];
      });
    },

    async link(asking, id, pasted) {
      const { connection, caller } = connectionFor(asking, id);
      const token = pasted.trim();
      if (!/^[\x21-\x7e]+$/.test(token)) {
        throw new Failure('invalid', 'That is not a token.', {
          instance: id,
          fields: { token: 'not a token' },
        });
      }
      await save(caller, connection, token, await connection.server.as(token).me());
      return viewOf(caller, connection);
    },

    async unlink(asking, id) {
      const { caller } = connectionFor(asking, id);
      await deps.audit.runAs(caller, 'account.unlink', { server: id, as: 'console' }, {}, () =>
        store.accounts.remove(caller.person, id),
      );
      gate.forget(caller.person);
    },

    async dismiss(asking, id) {
      const { caller } = connectionFor(asking, id);
      await store.people.setDismissed(caller.person, id);
    },

    async recheck(caller) {
      const done = new AbortController();
      const all = async () => {
        for (const outcome of await Promise.allSettled(
          (await store.accounts.list(caller.person)).map((record) => recheckOne(caller, record)),
        )) {
          if (outcome.status === 'rejected') {
            log.warn({ reason: String(outcome.reason) }, 'a linked account could not be compared');
          }
        }
      };
      const work = all()
        .catch((error: unknown) =>
          log.warn({ reason: String(error) }, 'linked accounts could not be compared'),
        )
        .finally(() => done.abort());
      await Promise.race([work, clock.sleep(RECHECK_LONGEST, done.signal)]);
    },

    begin: links.begin,
    finish: links.finish,
    sync: async (asking, id) => syncs.start(connectionFor(asking, id).caller, id),
    syncState: async (asking, id) => syncs.state(connectionFor(asking, id).caller, id),
  };
}
