import type { BuildHead, Preferences, Promotion } from '@flightdeck/api-client/model';
import type { ForgeTokens } from './forge.ts';

/** A person: (forge, forgeUserId). Labels are as last seen. */
export interface PersonRecord {
  forge: string;
  forgeUserId: string;
  login: string;
  name: string;
  email: string | null;
  avatarUrl: string | null;
}

export type PersonKey = Pick<PersonRecord, 'forge' | 'forgeUserId'>;

/** Keyed by SHA-256 of the cookie's value: the store never holds a usable session id. */
export interface SessionRecord {
  hash: string;
  data: string;
  person: PersonKey | null;
  createdAt: number;
  /** Last input of the person, not of background traffic. */
  touchedAt: number;
  expiresAt: number;
}

export interface LinkedAccountRecord {
  server: string;
  token: string;
  login: string;
  administrator: boolean;
  linkedAt: number;
  state: 'linked' | 'expired' | 'other-person';
}

export interface AuditRecord {
  id: string;
  at: number;
  person: PersonKey;
  login: string;
  sessionHash: string;
  address: string;
  action: string;
  server: string | null;
  path: string | null;
  forgeRepoId: string | null;
  /** JSON facts of the request; secrets by name only. */
  request: string;
  as: 'service' | 'account' | 'console';
  outcome: 'intent' | 'done' | 'refused' | 'uncertain';
  /** JSON facts of the answer. */
  answer: string | null;
}

/**
 * A repository in the console's own tables: by the forge's id, because a path can pass to another repository. `path` is
 * where it was when the row was written.
 */
export interface StoredPlace {
  server: string;
  path: string;
  forgeRepoId: string;
}

export interface RegistryDescription extends StoredPlace {
  host: string;
  username: string;
  secretName: string;
  changedAt: number;
  changedBy: string;
}

export interface SecretNote extends StoredPlace {
  name: string;
  changedAt: number;
  changedBy: string;
}

export interface IndexReach {
  oldest: number | null;
  newest: number | null;
  complete: boolean;
  asOf: number | null;
}

export interface BuildQuery {
  branch?: string;
  event?: string;
  status?: string;
  author?: string;
  environment?: string;
  /** Only builds with an environment. */
  deploymentsOnly?: boolean;
  before?: number;
  limit: number;
}

/**
 * What outlives the process. Values are portable between the engines: text, integers, JSON text.
 * Throws Failure `store_unavailable` when the engine refuses.
 */
export interface Store {
  people: {
    upsert(person: PersonRecord): Promise<void>;
    get(key: PersonKey): Promise<PersonRecord | null>;
    preferences(key: PersonKey): Promise<Preferences | null>;
    setPreferences(key: PersonKey, value: Preferences): Promise<void>;
    favourites(key: PersonKey): Promise<{ server: string; path: string }[]>;
    setFavourite(key: PersonKey, server: string, path: string, on: boolean): Promise<void>;
    dismissed(key: PersonKey): Promise<string[]>;
    setDismissed(key: PersonKey, server: string): Promise<void>;
  };
  /**
   * Several accounts of one person: each is known by itself (labels, tokens, linked accounts, favourites), and those
   * that were added point to the one the person began with.
   */
  identities: {
    /** Whom an added account belongs to; null: it was not added to another. */
    ownerOf(key: PersonKey): Promise<PersonKey | null>;
    /** Those added to a person, in order of adding. */
    addedTo(owner: PersonKey): Promise<PersonRecord[]>;
    /**
     * Adds one nobody here has. false, with nothing changed: it belongs to somebody (also by having signed in by
     * itself), or the owner has one on that forge, or is itself an added one.
     */
    add(owner: PersonKey, identity: PersonRecord, now: number): Promise<boolean>;
    /** Everything that is kept for one: labels, choices, tokens, linked accounts, sessions. Audit and intents stay. */
    forget(key: PersonKey): Promise<void>;
  };
  sessions: {
    get(hash: string): Promise<SessionRecord | null>;
    put(record: SessionRecord): Promise<void>;
    touch(hash: string, touchedAt: number, expiresAt: number): Promise<void>;
    remove(hash: string): Promise<void>;
    ofPerson(key: PersonKey): Promise<SessionRecord[]>;
    removeOfPerson(key: PersonKey): Promise<void>;
    removeExpired(now: number): Promise<number>;
  };
  /** Sealed at rest; what goes in and out here is plain. A pair belongs to the person, not to a session. */
  forgeTokens: {
    get(key: PersonKey): Promise<(ForgeTokens & { revision: number }) | null>;
    put(key: PersonKey, tokens: ForgeTokens): Promise<void>;
    /** Only if the stored pair is still `revision`; false when another refresh won. */
    replace(key: PersonKey, revision: number, tokens: ForgeTokens): Promise<boolean>;
    /** With `revision`: only if the stored pair is still that one. */
    remove(key: PersonKey, revision?: number): Promise<void>;
  };
  accounts: {
    get(key: PersonKey, server: string): Promise<LinkedAccountRecord | null>;
    list(key: PersonKey): Promise<LinkedAccountRecord[]>;
    put(key: PersonKey, record: LinkedAccountRecord): Promise<void>;
    setState(key: PersonKey, server: string, state: LinkedAccountRecord['state']): Promise<void>;
    remove(key: PersonKey, server: string): Promise<void>;
  };
  /** Idempotency of promotions, starts and restarts, 24 h. */
  intents: {
    /**
     * Claims the key. `fresh`: nobody used it, the caller may act. Otherwise the one that stands.
     * One person's key is another's unknown: keys are scoped by person.
     */
    claim(
      key: PersonKey,
      intent: Promotion | StartIntent,
      now: number,
      forgeRepoId: string,
    ): Promise<{ fresh: boolean; standing: StoredIntent }>;
    settle(
      key: PersonKey,
      intentKey: string,
      patch: { state: Promotion['state']; build: number | null; raw: string | null },
    ): Promise<void>;
    get(key: PersonKey, intentKey: string): Promise<StoredIntent | null>;
    /**
     * Promotions of a repository with whose they are, newest first: those since `since`, and those still `sending` or
     * `uncertain` however old.
     */
    promotions(
      place: Omit<StoredPlace, 'path'>,
      since: number,
    ): Promise<{ person: PersonKey; promotion: StoredPromotion }[]>;
    /** Promotions of everybody that are still `sending` or `uncertain`, newest first, however old. */
    openPromotions(): Promise<{ person: PersonKey; promotion: StoredPromotion }[]>;
    removeBefore(time: number): Promise<void>;
  };
  audit: {
    /** Throws when it cannot be written: the action is refused then. */
    intent(record: AuditRecord): Promise<void>;
    outcome(id: string, outcome: AuditRecord['outcome'], answer: string | null): Promise<void>;
    recent(limit: number): Promise<AuditRecord[]>;
    /** Who cancelled, approved… a build through the console. */
    ofBuild(place: Omit<StoredPlace, 'path'>, number: number): Promise<AuditRecord[]>;
    /** Login of who started each of these builds through the console, by number; one question for all. */
    starters(
      place: Omit<StoredPlace, 'path'>,
      numbers: readonly number[],
    ): Promise<ReadonlyMap<number, string>>;
  };
  registries: {
    list(place: Omit<StoredPlace, 'path'>): Promise<RegistryDescription[]>;
    put(description: RegistryDescription): Promise<void>;
    remove(place: Omit<StoredPlace, 'path'>, host: string): Promise<void>;
  };
  secretNotes: {
    list(place: Omit<StoredPlace, 'path'>): Promise<SecretNote[]>;
    put(note: SecretNote): Promise<void>;
    remove(place: Omit<StoredPlace, 'path'>, name: string): Promise<void>;
  };
  /** Heads of builds per repository (by the forge's repository id): can be rebuilt at any time. */
  builds: {
    put(server: string, forgeRepoId: string, heads: readonly BuildHead[]): Promise<void>;
    query(server: string, forgeRepoId: string, query: BuildQuery): Promise<BuildHead[]>;
    get(server: string, forgeRepoId: string, number: number): Promise<BuildHead | null>;
    neighbours(
      server: string,
      forgeRepoId: string,
      number: number,
    ): Promise<{ older: number | null; newer: number | null }>;
    values(
      server: string,
      forgeRepoId: string,
    ): Promise<{ branches: string[]; authors: string[]; environments: string[] }>;
    reach(server: string, forgeRepoId: string): Promise<IndexReach>;
    setReach(server: string, forgeRepoId: string, reach: IndexReach): Promise<void>;
    remove(server: string, forgeRepoId: string, numbers: readonly number[]): Promise<void>;
    clear(server: string, forgeRepoId: string): Promise<void>;
    /** Evidence of runners: machine, platform and type with the last time each took a stage. */
    noteRunner(server: string, sight: RunnerSight): Promise<void>;
    runners(server: string): Promise<RunnerSight[]>;
  };
  ping(): Promise<void>;
  close(): Promise<void>;
}

export interface RunnerSight {
  runner: string;
  type: string;
  os: string;
  arch: string;
  labels: string;
  lastTakenAt: number;
}

export interface StartIntent {
  key: string;
  kind: 'start' | 'restart';
  server: string;
  path: string;
  from: number | null;
  commit: string;
  parameters: Record<string, string>;
  by: string;
  requestedAt: number;
  state: Promotion['state'];
  build: number | null;
  raw: string | null;
}
/**
 * As it stands in the store, with the forge's id of its repository: `path` is where that was when it was asked. '' in
 * rows from before the id was kept.
 */
export type StoredIntent = (Promotion | StartIntent) & { forgeRepoId: string };
export type StoredPromotion = Extract<StoredIntent, { kind: Promotion['kind'] }>;
