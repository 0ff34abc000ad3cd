import type { Level } from '@flightdeck/api-client/model';
import type { ForgeExamination } from './examination.ts';

/** Person as the forge answers for a token. Identity is (forge, id); login and name are labels. */
export interface ForgePerson {
  id: string;
  login: string;
  name: string;
  email: string | null;
  avatarUrl: string | null;
  /** false: blocked or not allowed to sign in. */
  active: boolean;
}

/** Repository as the forge answers for a token. */
export interface ForgeRepository {
  id: string;
  /** With every group: two segments or more. */
  path: string;
  /** Not open to the whole world. */
  private: boolean;
  /** Private, yet readable by everybody who has an account there: reading it is no role in it. */
  internal: boolean;
  archived: boolean;
  defaultBranch: string;
  description: string;
  /** Unix ms; absent where the forge does not tell. A move or a new name leaves it as it is. */
  createdAt?: number | null;
  /** Page for browsers, by the forge's public address. */
  url: string;
  /** What the token's owner may do. `none` where pull is not granted, also with HTTP 200. */
  level: Level;
}

export interface ForgeTokens {
  accessToken: string;
  refreshToken: string | null;
  /** Unix ms; null = does not expire. */
  expiresAt: number | null;
  /** Address used at authorize: some forges want it again at refresh. */
  redirectUri: string;
}

/** A repository's webhook. Its address carries a secret: it is compared, and never told. */
export interface ForgeHook {
  url: string;
  active: boolean;
  /** It tells of pushes. */
  push: boolean;
}

export interface ForgeBranch {
  name: string;
  commit: string;
}

/** A forge's OAuth provider: what passport-oauth2 needs to know of it, and the trade of a code for tokens. */
export interface ForgeOAuth {
  /** For the browser: public address. */
  authorizeUrl: string;
  /** For this process: internal address. */
  tokenUrl: string;
  clientId: string;
  clientSecret: string;
  scope: string[];
  /**
   * Trades the code of a sign-in for tokens: once, 10 s, an answer of at most 64 KiB. Only a 2xx JSON object with a
   * non-empty `access_token` counts as success; anything else is `forge_refused` with the forge's words in `raw`.
   */
  exchange(grant: { code: string; verifier: string; redirectUri: string }): Promise<ForgeTokens>;
}

/**
 * Signing in where a forge has no OAuth provider: with an access token its owner made there, or with a password that is
 * used once to make one.
 */
export interface ForgeCredentials {
  /** Page of the forge, by its public address, where people make access tokens and end them. */
  tokenPageUrl: string;
  /** A token its owner pasted, as tokens to be kept: it neither ends by itself nor can be traded. */
  pasted(token: string): ForgeTokens;
  /**
   * Makes a token that bears the console's name and a part by chance. The password goes into this one call and nowhere
   * else. Throws `forge_signed_out` when login and password do not fit.
   */
  byPassword(login: string, password: string): Promise<ForgeTokens>;
}

/**
 * A git host. All methods throw Failure with codes `forge_unreachable`, `forge_timeout`, `forge_refused`,
 * `forge_signed_out` (token refused), `not_found`.
 */
export interface Forge {
  readonly id: string;
  readonly name: string;
  readonly product: string;
  readonly publicUrl: string;
  /** The address this process uses: for telling which one failed. */
  readonly internalUrl: string;
  /** null: it has no OAuth provider, and `credentials` is there. */
  readonly oauth: ForgeOAuth | null;
  /** null: people sign in through `oauth` alone. */
  readonly credentials: ForgeCredentials | null;
  /** Trades a refresh token. `forge_signed_out` when the forge says it is used up or unknown. */
  refresh(tokens: ForgeTokens): Promise<ForgeTokens>;
  /** Version as the forge tells it; also the reachability check (no token needed). */
  probe(signal?: AbortSignal): Promise<{ version: string | null }>;
  as(accessToken: string): ForgeClient;
  /** For the check of the configuration. */
  readonly examination: ForgeExamination;
  /** Pages for browsers, by the public address. */
  links: {
    commit(path: string, sha: string): string;
    branch(path: string, name: string): string;
    tag(path: string, name: string): string;
    pullRequest(path: string, number: number): string;
    file(path: string, ref: string, file: string): string;
    repository(path: string): string;
  };
}

/** A forge as one person's token sees it. */
export interface ForgeClient {
  me(): Promise<ForgePerson>;
  /** Repositories the person owns or was added to, all pages. */
  repositories(signal?: AbortSignal): Promise<ForgeRepository[]>;
  /** By path; null when absent or hidden (a forge does not tell which). Redirects (renames) are not followed. */
  repository(path: string): Promise<ForgeRepository | null>;
  search(text: string): Promise<ForgeRepository[]>;
  branches(path: string): Promise<ForgeBranch[]>;
  /** Text of a file at a ref; null when there is none. */
  file(path: string, ref: string, file: string): Promise<string | null>;
  /** Names of the files right in a folder at a ref; null when there is none. Absent, or undefined: it is not asked. */
  folder?(path: string, ref: string, folder: string): Promise<string[] | null | undefined>;
  /** null where this person is not told (no administrator), or the forge is not asked. */
  hooks?(path: string): Promise<ForgeHook[] | null>;
  /** People with admin permission, for "who may approve"; null where the forge does not tell this person. */
  admins(path: string): Promise<{ login: string; name: string; avatarUrl: string | null }[] | null>;
}
