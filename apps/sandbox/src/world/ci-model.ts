/** What the CI server knows. */

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
