import type { Policy } from '@flightdeck/api-client/contract';
import type { Level } from '@flightdeck/api-client/model';
import type { CiClient, CiRepository, CiServer } from '../ports/ci-server.ts';
import type { Forge, ForgeClient, ForgeRepository } from '../ports/forge.ts';
import type { LinkedAccountRecord, PersonRecord } from '../ports/store.ts';

/** The signed-in person who asks. */
export interface Caller {
  /** The account on a forge they are looked at as: what a session gives is the one this person began with. */
  person: PersonRecord;
  /** Their accounts on other forges; `services/identities.ts` chooses among them. */
  others?: readonly PersonRecord[];
  sessionHash: string;
  /** Network address, for the audit. */
  address: string;
  requestId: string;
}

/** Who the CI server sees. */
export interface Speaker {
  client: CiClient;
  as: 'account' | 'service';
  /** Login the CI server will name. */
  login: string;
  /** The speaker's token is one of an administrator there. */
  administrator: boolean;
}

/**
 * A repository whose door the person has passed: the forge was asked with the person's own token, ids were compared,
 * the CI server's visibility counted. Only `Gate` makes one.
 */
export interface GatedRepo {
  caller: Caller;
  server: CiServer;
  forge: Forge;
  /** Canonical path as the forge spells it. */
  path: string;
  forgeRepoId: string;
  onForge: ForgeRepository;
  forgeClient: ForgeClient;
  /** null: the CI server has never heard of it. */
  onServer: CiRepository | null;
  /** The stricter of both sides. */
  level: Level;
  /** Set where the CI server's older knowledge of the person's role makes `level` less than the forge's answer. */
  forgeLevel?: Level;
  /** The person's own account on the server when linked and good, else the service account. */
  speaker: Speaker;
  account: LinkedAccountRecord | null;
}

/**
 * Decision 1. Order: forge permission of this person (cached by class, `policy.fresh` asks anew) → level check →
 * only then the CI server → id comparison → visibility → linked account where `policy.link`.
 * Throws `not_found` for absent and for hidden alike, `needs_*` when the person may read but not do this.
 * A denial makes no call to the CI server.
 *
 * What concerns a CI server is done as the caller's account on that server's forge, and a `GatedRepo` carries the caller
 * as that account; a server of a forge where they have none does not exist for them.
 */
export interface Gate {
  open(caller: Caller, server: string, path: string, policy: Policy): Promise<GatedRepo>;
  /** Forge ids (forgeRepoId → repository) `caller.person` has a role in, on that account's forge; cached 60 s. */
  mine(caller: Caller): Promise<Map<string, ForgeRepository>>;
  /** Which of these repositories the person may read (lists, Deck, events): asks the forge where the cache does not know. */
  readable(
    caller: Caller,
    server: string,
    repos: readonly { path: string; forgeRepoId: string; visibility: CiRepository['visibility'] }[],
  ): Promise<Set<string>>;
  /** The forge of `caller.person` as that account, with a token refreshed when needed. */
  forgeAs(caller: Caller): Promise<ForgeClient>;
  /** The CI server as this person: own account, else service account (only reads that are not about one repository). */
  speaker(caller: Caller, server: string, need: { link: boolean }): Promise<Speaker>;
  /** Forget what is cached for a person (after sign-in, sync, activation). */
  forget(person: { forge: string; forgeUserId: string }): void;
}
