/** What people and programs did on the git host. */

export type Role = 'read' | 'write' | 'admin';

export interface ForgeUser {
  id: number;
  login: string;
  fullName: string;
  email: string;
  password: string;
  /** 32 hex digits, the last segment of the avatar's address. */
  avatar: string;
  isAdmin: boolean;
  active: boolean;
  language: string;
  createdAt: number;
  lastLoginAt: number;
  /** Personal access tokens (not OAuth), for tests that need one without a browser. */
  accessTokens: string[];
  /** Names of those that were made with one. */
  tokenNames?: Map<string, string>;
}

export interface ForgeOrganisation {
  id: number;
  name: string;
  fullName: string;
  avatar: string;
  visibility: 'public' | 'private';
  /** Members of the team Owners: administrators of every repository of the organisation. */
  owners: string[];
  /** Members without ownership. */
  members: string[];
}

export interface CommitPerson {
  name: string;
  email: string;
  /** The forge account, when the address belongs to one. */
  login: string | undefined;
}

export interface Commit {
  sha: string;
  /** Whole message, with its final newline as git stores it. */
  message: string;
  author: CommitPerson;
  committer: CommitPerson;
  at: number;
  parents: string[];
  /** Every file of the tree at this commit. */
  files: ReadonlyMap<string, string>;
}

export interface PullRequest {
  number: number;
  title: string;
  author: string;
  head: { repo: string; branch: string; sha: string };
  base: { branch: string };
  state: 'open' | 'closed';
  createdAt: number;
}

export interface CommitStatus {
  id: number;
  status: 'pending' | 'success' | 'failure' | 'error' | 'warning';
  context: string;
  targetUrl: string;
  description: string;
  creator: string;
  createdAt: number;
  updatedAt: number;
}

export interface Webhook {
  id: number;
  url: string;
  events: string[];
  active: boolean;
  createdAt: number;
}

export interface ForgeRepository {
  id: number;
  /** Names it had before, as `owner/name`: the forge redirects them. */
  formerNames?: string[];
  /** Login of a person or name of an organisation. */
  owner: string;
  name: string;
  description: string;
  private: boolean;
  /** Private, yet readable by everybody who has an account (forges that know such a thing). */
  internal?: boolean;
  /** People who see it and not its code (forges that know such a thing). */
  guests?: string[];
  /** Groups that were given a role in it beside its own. */
  invited?: { group: string; role: Role }[];
  archived: boolean;
  defaultBranch: string;
  /** Direct roles (collaborators), by login. Owners of the organisation are not listed here. */
  collaborators: Map<string, Role>;
  /** Branch name to head sha. */
  branches: Map<string, string>;
  tags: Map<string, string>;
  commits: Map<string, Commit>;
  pulls: PullRequest[];
  hooks: Webhook[];
  /** By commit sha, newest last. */
  statuses: Map<string, CommitStatus[]>;
  createdAt: number;
  updatedAt: number;
}

export interface OAuthApplication {
  id: number;
  name: string;
  clientId: string;
  clientSecret: string;
  redirectUris: string[];
  confidential: boolean;
  owner: string;
  createdAt: number;
}

/** A person's consent for one application. `counter` rises with each refresh (it forbids reuse when switched on). */
export interface OAuthGrant {
  id: number;
  userId: number;
  clientId: string;
  scope: string;
  counter: number;
  createdAt: number;
}

export interface OAuthCode {
  code: string;
  grantId: number;
  redirectUri: string;
  codeChallenge: string | undefined;
  codeChallengeMethod: string | undefined;
  /** False when the code came out of a consent page: Gitea 1.25 then does not check the verifier. */
  enforcePkce: boolean;
  expiresAt: number;
  used: boolean;
}

export interface OAuthToken {
  token: string;
  kind: 'access' | 'refresh';
  grantId: number;
  /** The grant's counter when the token was made. */
  counter: number;
  expiresAt: number;
  revoked: boolean;
  /** Where a refresh has to name the address of the sign-in again. */
  redirectUri?: string;
}

export interface ForgeSession {
  id: string;
  login: string | undefined;
  csrf: string;
  /** Where to go after the sign-in form. */
  redirectTo: string | undefined;
}
