/**
 * The types of the sandbox's small world. Times are milliseconds of the virtual clock unless a name says
 * seconds. `world.forge` is what people and programs did on the git host, `world.ci` what the CI server knows.
 */

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
}

export interface ForgeSession {
  id: string;
  login: string | undefined;
  csrf: string;
  /** Where to go after the sign-in form. */
  redirectTo: string | undefined;
}

export type BuildStatus =
  | 'skipped'
  | 'blocked'
  | 'declined'
  | 'waiting_on_dependencies'
  | 'pending'
  | 'running'
  | 'success'
  | 'failure'
  | 'killed'
  | 'error';

export type BuildEvent = 'push' | 'pull_request' | 'tag' | 'promote' | 'rollback' | 'cron' | 'custom';

export interface CiUser {
  id: number;
  login: string;
  email: string;
  machine: boolean;
  admin: boolean;
  active: boolean;
  avatar: string;
  syncing: boolean;
  /** Unix seconds, as are the next three. */
  synced: number;
  created: number;
  updated: number;
  lastLogin: number;
  /** The one API token of this person. */
  token: string;
  /** The forge's OAuth tokens the CI server keeps; a machine user has none. */
  forgeToken: { access: string; refresh: string } | undefined;
}

export interface CiRepository {
  id: number;
  /** The forge's id, as text. */
  uid: string;
  /** Owner on the CI server; 0 = never enabled. */
  userId: number;
  namespace: string;
  name: string;
  slug: string;
  defaultBranch: string;
  private: boolean;
  /** Free text: the server does not check it. */
  visibility: string;
  active: boolean;
  configPath: string;
  trusted: boolean;
  protected: boolean;
  ignoreForks: boolean;
  ignorePullRequests: boolean;
  autoCancelPullRequests: boolean;
  autoCancelPushes: boolean;
  autoCancelRunning: boolean;
  /** Minutes. */
  timeout: number;
  throttle: number;
  counter: number;
  /** Unix seconds. */
  synced: number;
  created: number;
  updated: number;
  version: number;
  /** Key for hooks and signatures, made at the first enable. */
  signingKey: string | undefined;
}

/** A cached row of what the forge said about a person's right to a repository. */
export interface CiPermission {
  userId: number;
  repoUid: string;
  read: boolean;
  write: boolean;
  admin: boolean;
  /** Unix seconds; 0 = to be asked again at the next request. */
  synced: number;
  created: number;
  updated: number;
}

export interface CiStep {
  id: number;
  /** The id of the stage. */
  stageId: number;
  number: number;
  name: string;
  status: BuildStatus;
  error: string;
  errignore: boolean;
  exitCode: number;
  started: number;
  stopped: number;
  version: number;
  /** The docker runner reports these, the exec runner does not. */
  image?: string;
  detached?: boolean;
  dependsOn?: string[];
}

export interface CiStage {
  id: number;
  repoId: number;
  buildId: number;
  number: number;
  name: string;
  kind: string;
  type: string;
  status: BuildStatus;
  error: string;
  errignore: boolean;
  exitCode: number;
  machine: string;
  os: string;
  arch: string;
  variant: string;
  kernel: string;
  /** Concurrency limit of the pipeline (`concurrency.limit`), 0 = none. */
  limit: number;
  /** Limit over all pipelines of the repository. */
  throttle: number;
  started: number;
  stopped: number;
  created: number;
  updated: number;
  version: number;
  onSuccess: boolean;
  onFailure: boolean;
  dependsOn: string[];
  labels: Record<string, string>;
  steps: CiStep[];
}

export interface CiBuild {
  id: number;
  repoId: number;
  trigger: string;
  number: number;
  parent: number;
  status: BuildStatus;
  error: string;
  event: BuildEvent;
  action: string;
  link: string;
  title: string;
  message: string;
  before: string;
  after: string;
  ref: string;
  sourceRepo: string;
  source: string;
  target: string;
  authorLogin: string;
  authorName: string;
  authorEmail: string;
  authorAvatar: string;
  sender: string;
  params: Record<string, string>;
  cron: string;
  deployTo: string;
  deployId: number;
  debug: boolean;
  started: number;
  finished: number;
  created: number;
  updated: number;
  version: number;
  stages: CiStage[];
  /** Text of the pipeline file the build was made from. */
  config: string;
}

/** One record of a step's log; `time` in whole seconds since the step's log began. */
export interface LogRecord {
  pos: number;
  out: string;
  time: number;
}

export interface CiSecret {
  id: number;
  repoId: number;
  /** Organisation secrets only. */
  namespace: string;
  name: string;
  data: string;
  pullRequest: boolean;
  pullRequestPush: boolean;
}

export interface CiCron {
  id: number;
  repoId: number;
  name: string;
  expr: string;
  next: number;
  prev: number;
  branch: string;
  target: string;
  disabled: boolean;
  version: number;
}

export interface CiTemplate {
  id: number;
  name: string;
  namespace: string;
  data: string;
}
