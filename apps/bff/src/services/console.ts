import type {
  ForgeInfo,
  Identity,
  Language,
  Preferences,
  ServerInfo,
  Viewer,
} from '@flightdeck/api-client/model';
import { Failure } from '../domain/failure.ts';
import type { CiServer } from '../ports/ci-server.ts';
import type { Forge } from '../ports/forge.ts';
import type { Store } from '../ports/store.ts';
import { type AccountList, isAdministrator } from './administrators.ts';
import type { Caller } from './context.ts';
import { identitiesOf } from './identities.ts';
import type { ReadinessService } from './readiness.ts';

export interface SandboxPerson {
  login: string;
  name: string;
  password: string;
  what: string;
}

export interface ConsoleDescription {
  version: string;
  forges: ForgeInfo[];
  servers: ServerInfo[];
  defaultLanguage: Language;
  sandbox: SandboxPerson[] | null;
}

export interface ConsoleService {
  describe(): ConsoleDescription;
  viewer(caller: Caller, sessionExpiresAt: number | null): Promise<Viewer>;
  setPreferences(caller: Caller, preferences: Preferences): Promise<Preferences>;
}

export const defaultPreferences: Preferences = { language: null, theme: 'system', singleKeys: true };

export function createConsoleService(deps: {
  version: string;
  publicUrl: string;
  defaultLanguage: Language;
  sandbox: SandboxPerson[] | null;
  forges: readonly Forge[];
  servers: readonly CiServer[];
  readiness: Pick<ReadinessService, 'version'>;
  accounts: AccountList;
  store: Store;
  /** The sealing keys lie beside what they seal. */
  defaultKey: boolean;
}): ConsoleService {
  const { publicUrl, store } = deps;

  const notices = (): Viewer['notices'] => [
    ...(publicUrl.startsWith('http:') ? (['plain-http'] as const) : []),
    ...(deps.defaultKey ? (['default-key'] as const) : []),
  ];

  const identities = (caller: Caller): Promise<Identity[]> =>
    Promise.all(
      identitiesOf(caller).map(async (one) => ({
        forge: one.forge,
        login: one.login,
        name: one.name,
        avatarUrl: one.avatarUrl,
        first: one === caller.person,
        signedIn: (await store.forgeTokens.get(one)) !== null,
      })),
    );

  return {
    describe: () => ({
      version: deps.version,
      forges: deps.forges.map(({ id, name, product, publicUrl: address, oauth, credentials }) => ({
        id,
        name,
        product,
        version: deps.readiness.version(id),
        publicUrl: address,
        signInUrl: oauth ? `${publicUrl}auth/forge/${id}` : null,
        credentials: credentials && { tokenPageUrl: credentials.tokenPageUrl },
      })),
      servers: deps.servers.map(({ id, declaration }) => ({
        id,
        name: declaration.name,
        product: declaration.product,
        version: deps.readiness.version(id),
        publicUrl: declaration.publicUrl,
        forge: declaration.forge,
        capabilities: [...declaration.capabilities],
        events: [...declaration.events],
        runnerSettings: declaration.runnerSettings,
      })),
      defaultLanguage: deps.defaultLanguage,
      sandbox: deps.sandbox,
    }),

    async viewer(caller, sessionExpiresAt) {
      const { person } = caller;
      if (sessionExpiresAt === null) throw new Failure('signed_out', 'Sign in first.');
      const accounts = await deps.accounts.list(caller);
      const administrator = isAdministrator(accounts);
      return {
        forge: person.forge,
        forgeUserId: person.forgeUserId,
        person: { login: person.login, name: person.name, avatarUrl: person.avatarUrl },
        email: person.email,
        identities: await identities(caller),
        administrator,
        preferences: (await store.people.preferences(person)) ?? defaultPreferences,
        accounts,
        notices: administrator ? notices() : [],
        sessionExpiresAt,
      };
    },

    async setPreferences(caller, preferences) {
      await store.people.setPreferences(caller.person, preferences);
      return preferences;
    },
  };
}
