import type { SignInHop, SignInProblemCode } from '@flightdeck/api-client/contract';
import { isFailure } from '../domain/failure.ts';
import type { Bus } from '../ports/bus.ts';
import type { Clock } from '../ports/clock.ts';
import type { Forge, ForgeOAuth, ForgePerson, ForgeTokens } from '../ports/forge.ts';
import type { Log } from '../ports/log.ts';
import type { PersonKey, PersonRecord, Store } from '../ports/store.ts';
import type { Audit } from './audit.ts';
import type { Caller, Gate } from './context.ts';

/** A sign-in that failed, in the words of the sign-in page. */
export class SignInFailure extends Error {
  override readonly name = 'SignInFailure';
  readonly code: SignInProblemCode;
  readonly hop: SignInHop | null;
  readonly raw: string | null;
  readonly address: string | null;
  constructor(
    code: SignInProblemCode,
    facts: { hop?: SignInHop; raw?: string | undefined; address?: string; cause?: unknown } = {},
  ) {
    super(`sign-in failed: ${code}`, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.code = code;
    this.hop = facts.hop ?? null;
    this.raw = facts.raw || null;
    this.address = facts.address ?? null;
  }
}

/** Part of services/accounts.ts: at each sign-in linked accounts are compared with the person anew. */
export interface AccountCheck {
  recheck(caller: Caller): Promise<void>;
}

export interface Entered {
  /** The account that was shown just now. */
  identity: PersonRecord;
  /** The person it belongs to: itself, or the account it was added to. */
  owner: PersonRecord;
}

export interface SignInService {
  exchange(
    oauth: ForgeOAuth,
    grant: { code: string; verifier: string; redirectUri: string },
  ): Promise<ForgeTokens>;
  who(forge: Forge, accessToken: string): Promise<ForgePerson>;
  /** Writes the account and its tokens. The session is the caller's affair: it is the owner's. */
  enter(forge: Forge, who: ForgePerson, tokens: ForgeTokens): Promise<Entered>;
  /** After the session exists: never makes a sign-in fail. */
  settle(caller: Caller, entered: Entered, by: 'redirect' | 'token' | 'password'): Promise<void>;
  signOut(caller: Caller): Promise<void>;
  signOutEverywhere(caller: Caller): Promise<void>;
}

export function createSignInService(deps: {
  store: Store;
  bus: Bus;
  clock: Clock;
  audit: Audit;
  accounts: AccountCheck;
  gate: Pick<Gate, 'forget'>;
  log: Log;
  sessionsPerPerson: number;
}): SignInService {
  const { store, bus, audit } = deps;

  bus.subscribe((event) => {
    if (event.type !== 'forge-refused-person') return;
    void endWithoutTokens(event).catch((error: unknown) =>
      deps.log.warn({ err: error }, 'a session that has no forge left could not be ended'),
    );
  });

  /** A person whom no forge takes any more is signed out; while one does, only the others' parts are missing. */
  async function endWithoutTokens(key: PersonKey): Promise<void> {
    const owner = (await store.identities.ownerOf(key)) ?? { forge: key.forge, forgeUserId: key.forgeUserId };
    for (const one of [owner, ...(await store.identities.addedTo(owner))]) {
      if (await store.forgeTokens.get(one)) return;
    }
    await store.sessions.removeOfPerson(owner);
    bus.publish({ type: 'person-signed-out', ...owner });
  }

  async function endOldest(caller: Caller): Promise<void> {
    const sessions = await store.sessions.ofPerson(caller.person);
    const spare = [...sessions].sort((a, b) => b.createdAt - a.createdAt).slice(deps.sessionsPerPerson);
    for (const { hash } of spare) {
      await store.sessions.remove(hash);
      bus.publish({ type: 'session-ended', sessionHash: hash });
    }
  }

  return {
    exchange: (oauth, grant) =>
      oauth.exchange(grant).catch((error: unknown) => {
        throw tokenFailure(error, oauth);
      }),

    who: (forge, accessToken) =>
      forge
        .as(accessToken)
        .me()
        .catch((error: unknown) => {
          throw upstreamFailure(error, 'console-forge-api', forge.internalUrl);
        }),

    async enter(forge, who, tokens) {
      if (!who.active) throw new SignInFailure('inactive', { hop: 'console-forge-api' });
      const identity = recordOf(forge, who);
      deps.gate.forget(identity);
      await store.people.upsert(identity);
      await store.forgeTokens.put(identity, tokens);
      const key = await store.identities.ownerOf(identity);
      return { identity, owner: (key && (await store.people.get(key))) ?? identity };
    },

    async settle(caller, { identity }, by) {
      const facts = { forge: identity.forge, login: identity.login, by };
      await audit
        .runAs(caller, 'sign-in', { server: null, as: 'console' }, facts, () => endOldest(caller))
        .catch((error: unknown) =>
          deps.log.warn({ err: error, requestId: caller.requestId }, 'sign-in not settled'),
        );
      await deps.accounts
        .recheck({ ...caller, person: identity })
        .catch((error: unknown) =>
          deps.log.warn({ err: error, requestId: caller.requestId }, 'linked accounts were not compared'),
        );
    },

    async signOut(caller) {
      await store.sessions.remove(caller.sessionHash);
      bus.publish({ type: 'session-ended', sessionHash: caller.sessionHash });
    },

    signOutEverywhere: (caller) =>
      audit.runAs(caller, 'sign-out-everywhere', { server: null, as: 'console' }, {}, async () => {
        await store.sessions.removeOfPerson(caller.person);
        const { forge, forgeUserId } = caller.person;
        bus.publish({ type: 'person-signed-out', forge, forgeUserId });
      }),
  };
}

/** The account as the forge tells of it now. */
export const recordOf = (forge: Forge, who: ForgePerson): PersonRecord => ({
  forge: forge.id,
  forgeUserId: who.id,
  login: who.login,
  name: who.name,
  email: who.email,
  avatarUrl: who.avatarUrl,
});

export const storeFailure = (error: unknown): SignInFailure =>
  error instanceof SignInFailure
    ? error
    : new SignInFailure(isFailure(error, 'store_unavailable') ? 'store_unavailable' : 'internal', {
        hop: 'console-store',
        cause: error,
      });

/** Answers of a server that is no forge, or of a forge asked at a wrong path. */
const wrongPlace = new Set([404, 405, 410]);
const aboutClient = /\b(invalid_client|unauthorized_client|client is not authorized|invalid client)\b/i;
const aboutRedirect = /redirect/i;

function tokenFailure(error: unknown, oauth: ForgeOAuth): SignInFailure {
  const address = oauth.tokenUrl;
  const hop = 'console-forge-token' as const;
  if (
    isFailure(error) &&
    error.facts.status !== undefined &&
    error.facts.status >= 400 &&
    error.facts.status < 500
  ) {
    const raw = error.facts.raw ?? '';
    if (aboutRedirect.test(raw))
      return new SignInFailure('redirect_refused', { hop, raw, address, cause: error });
    if (aboutClient.test(raw) || error.facts.status === 401) {
      return new SignInFailure('client_refused', { hop, raw, address, cause: error });
    }
  }
  return upstreamFailure(error, hop, address);
}

function upstreamFailure(error: unknown, hop: SignInHop, address: string): SignInFailure {
  if (error instanceof SignInFailure) return error;
  if (!isFailure(error)) return new SignInFailure('internal', { hop, address, cause: error });
  const facts = { hop, raw: error.facts.raw, address, cause: error };
  // One that answers 5xx counts as unreachable elsewhere; here the difference helps to find the cause.
  if (error.code === 'forge_unreachable' && error.facts.status === undefined) {
    return new SignInFailure('forge_unreachable', facts);
  }
  if (error.code === 'forge_timeout') return new SignInFailure('forge_timeout', facts);
  // A trade that was sent and never answered: the code is used up, the person has to begin again.
  if (error.code === 'outcome_uncertain') return new SignInFailure('forge_timeout', facts);
  if (error.code === 'store_unavailable')
    return new SignInFailure('store_unavailable', { ...facts, hop: 'console-store' });
  const answered = error.facts.status;
  if (
    (error.code === 'forge_refused' || error.code === 'not_found') &&
    (answered === undefined || answered < 400 || wrongPlace.has(answered))
  ) {
    return new SignInFailure('answer_unreadable', facts);
  }
  return new SignInFailure('forge_refused', facts);
}
