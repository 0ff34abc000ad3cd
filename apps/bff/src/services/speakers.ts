import { Failure } from '../domain/failure.ts';
import type { CiPerson } from '../ports/ci-server.ts';
import type { Clock } from '../ports/clock.ts';
import type { LinkedAccountRecord, PersonKey, Store } from '../ports/store.ts';
import { watchedAccount } from './account-client.ts';
import type { Connection } from './connections.ts';
import type { Caller, Speaker } from './context.ts';
import { TimedCache } from './timed-cache.ts';

/** Who speaks to a CI server for a person: their own linked account when it is good, else the service account. */
export interface Speakers {
  account(caller: Caller, server: string): Promise<LinkedAccountRecord | null>;
  /** Throws `needs_link`, `link_expired`, `link_other_person` when the account is needed and not there or not good. */
  choose(
    connection: Connection,
    caller: Caller,
    account: LinkedAccountRecord | null,
    need: { link: boolean },
  ): Promise<Speaker>;
  service(connection: Connection): Promise<Speaker>;
  /** Who would speak, where the CI server cannot be asked who that is. For reading alone. */
  unasked(connection: Connection, caller: Caller, account: LinkedAccountRecord | null): Speaker;
  /** Administrator of the CI server, as it says of the person's own account now (at most 60 s ago). */
  isAdministrator(
    connection: Connection,
    caller: Caller,
    account: LinkedAccountRecord | null,
  ): Promise<boolean>;
  forget(person: PersonKey): void;
}

const ADMINISTRATOR_AGE = 60_000;
const SERVICE_AGE = 600_000;

export function createSpeakers(deps: { store: Pick<Store, 'accounts'>; clock: Clock }): Speakers {
  const { store } = deps;
  const identities = new TimedCache<CiPerson>(deps.clock, 5_000);

  function clientOf({ server }: Connection, caller: Caller, account: LinkedAccountRecord) {
    const markExpired = async () => {
      // A token pasted meanwhile is not the one that was refused.
      const now = await store.accounts.get(caller.person, server.id);
      if (now?.token === account.token) await store.accounts.setState(caller.person, server.id, 'expired');
    };
    return watchedAccount(server.as(account.token), server.id, markExpired);
  }

  async function service(connection: Connection): Promise<Speaker> {
    const { server, service: client } = connection;
    const me = await identities.get(`service\n${server.id}`, {
      maxAge: SERVICE_AGE,
      load: () => client.me(),
    });
    return { client, as: 'service', login: me.login, administrator: me.administrator };
  }

  function ownOf(
    connection: Connection,
    caller: Caller,
    account: LinkedAccountRecord | null,
  ): Speaker | null {
    if (account?.state !== 'linked') return null;
    const { login, administrator } = account;
    return { client: clientOf(connection, caller, account), as: 'account', login, administrator };
  }

  return {
    account: (caller, server) => store.accounts.get(caller.person, server),
    service,
    unasked: (connection, caller, account) =>
      ownOf(connection, caller, account) ?? {
        client: connection.service,
        as: 'service',
        login: '',
        administrator: false,
      },

    async choose(connection, caller, account, { link }) {
      const own = ownOf(connection, caller, account);
      if (own) return own;
      if (link) throw missingLink(connection.server.id, account);
      return service(connection);
    },

    async isAdministrator(connection, caller, account) {
      if (account?.state !== 'linked') return false;
      const key = `${personKey(caller.person)}${connection.server.id}`;
      const client = clientOf(connection, caller, account);
      const me = await identities.get(key, { maxAge: ADMINISTRATOR_AGE, load: () => client.me() });
      return me.administrator;
    },

    forget: (person) => identities.forget((key) => key.startsWith(personKey(person))),
  };
}

const personKey = (person: PersonKey): string => `person\n${person.forge}\n${person.forgeUserId}\n`;

function missingLink(instance: string, account: LinkedAccountRecord | null): Failure {
  if (account?.state === 'expired') {
    return new Failure('link_expired', 'The CI server no longer takes the linked account’s token.', {
      instance,
    });
  }
  if (account?.state === 'other-person') {
    const raw = account.login;
    return new Failure('link_other_person', 'The linked account belongs to somebody else.', {
      instance,
      raw,
    });
  }
  return new Failure('needs_link', 'This needs your own account on the CI server: link it first.', {
    instance,
  });
}
