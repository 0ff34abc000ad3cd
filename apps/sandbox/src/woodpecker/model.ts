/** The rows of a Woodpecker server. Times are Unix seconds, 0 where there is none. */

export type WpStatus =
  | 'created'
  | 'blocked'
  | 'declined'
  | 'pending'
  | 'running'
  | 'success'
  | 'failure'
  | 'killed'
  | 'canceled'
  | 'skipped'
  | 'error';

export const wpStatuses: readonly WpStatus[] = [
  'created',
  'blocked',
  'declined',
  'pending',
  'running',
  'success',
  'failure',
  'killed',
  'canceled',
  'skipped',
  'error',
];

export type WpEvent =
  | 'push'
  | 'pull_request'
  | 'pull_request_closed'
  | 'pull_request_metadata'
  | 'tag'
  | 'release'
  | 'deployment'
  | 'cron'
  | 'manual';

export const wpEvents: readonly WpEvent[] = [
  'push',
  'pull_request',
  'pull_request_closed',
  'pull_request_metadata',
  'tag',
  'release',
  'deployment',
  'cron',
  'manual',
];

export type Approval = 'none' | 'forks' | 'pull_requests' | 'all_events';

export interface WpUser {
  id: number;
  /** As text; '' for an account that an administrator made for a program. */
  forgeRemoteId: string;
  login: string;
  email: string;
  avatar: string;
  admin: boolean;
  orgId: number;
  /** Signs cookies and tokens of this person; a new one ends them all. */
  hash: string;
}

export interface WpOrg {
  id: number;
  name: string;
  isUser: boolean;
}

export interface WpRepo {
  id: number;
  /** The forge's id, as text. */
  forgeRemoteId: string;
  orgId: number;
  userId: number;
  owner: string;
  name: string;
  /** Former `owner/name`s, followed by lookups. */
  former: string[];
  defaultBranch: string;
  private: boolean;
  /** Minutes. */
  timeout: number;
  visibility: 'public' | 'private' | 'internal';
  trusted: { network: boolean; volumes: boolean; security: boolean };
  approval: Approval;
  approvalAllowedUsers: string[] | null;
  active: boolean;
  allowPull: boolean;
  allowDeploy: boolean;
  configFile: string;
  cancelPrevious: WpEvent[] | null;
  netrcTrusted: string[] | null;
  configExtension: { endpoint: string; exclusive: boolean; netrc: boolean };
  registryExtension: { endpoint: string; netrc: boolean };
  secretExtension: { endpoint: string; netrc: boolean };
  /** Number of its newest pipeline. */
  counter: number;
}

/** What the forge said about a person's right to a repository, asked again after an hour. */
export interface WpPerm {
  userId: number;
  repoId: number;
  pull: boolean;
  push: boolean;
  admin: boolean;
  synced: number;
  created: number;
  updated: number;
}

export interface WpError {
  type: 'linter' | 'deprecation' | 'compiler' | 'generic' | 'bad_habit';
  message: string;
  is_warning: boolean;
  data: Record<string, string> | null;
}

export interface WpConfig {
  /** Path in the repository. */
  path: string;
  name: string;
  text: string;
}

export interface WpPipeline {
  id: number;
  repoId: number;
  number: number;
  author: string;
  parent: number;
  event: WpEvent;
  eventReason: string[] | null;
  status: WpStatus;
  errors: WpError[] | null;
  created: number;
  updated: number;
  started: number;
  finished: number;
  deployTo: string;
  deployTask: string;
  commit: string;
  branch: string;
  rerunCount: number;
  ref: string;
  refspec: string;
  avatar: string;
  forgeUrl: string;
  reviewedBy: string;
  reviewed: number;
  cancelInfo: { canceled_by_user: string } | { superseded_by: number } | undefined;
  workflows: WpWorkflow[];
  changedFiles: string[];
  variables: Record<string, string>;
  cron: string;
  fromFork: boolean;
  version: string;
  tagTitle: string;
  title: string;
  message: string;
  timestamp: number;
  sender: string;
  email: string;
  configs: WpConfig[];
  /** Environment given with a restart or promotion; stored nowhere and never shown. */
  extra: Record<string, string>;
}

export interface WpWorkflow {
  id: number;
  pipelineId: number;
  pid: number;
  name: string;
  state: WpStatus;
  error: string;
  started: number;
  finished: number;
  agentId: number;
  platform: string;
  environ: Record<string, string>;
  steps: WpStep[];
  /** Ids of workflows of the same pipeline that have to end before. */
  dependsOn: number[];
  runsOn: string[];
  /** What an agent has to offer. */
  labels: Record<string, string>;
}

export interface WpStep {
  id: number;
  uuid: string;
  pid: number;
  ppid: number;
  name: string;
  state: WpStatus;
  error: string;
  exitCode: number;
  started: number;
  finished: number;
  type: 'clone' | 'service' | 'plugin' | 'commands';
}

/** One line of a log; `data` are its bytes without the line's end, `null` for an empty one. */
export interface LogEntry {
  /** Of its row; 0 while it is only sent live. */
  id: number;
  line: number;
  /** Whole seconds since the step's log began. */
  time: number;
  data: Buffer | null;
}

export interface WpSecret {
  id: number;
  /** 0: not of an organisation. */
  orgId: number;
  /** 0: not of a repository. */
  repoId: number;
  name: string;
  value: string;
  images: string[] | null;
  events: WpEvent[];
  note: string;
}

export interface WpRegistry {
  id: number;
  orgId: number;
  repoId: number;
  address: string;
  username: string;
  password: string;
}

export interface WpCron {
  id: number;
  name: string;
  repoId: number;
  creatorId: number;
  nextExec: number;
  schedule: string;
  timezone: string;
  created: number;
  branch: string;
  enabled: boolean;
  variables: Record<string, string> | null;
}

export interface WpAgentRow {
  id: number;
  name: string;
  created: number;
  token: string;
  /** First beat of the heart it has now; it beats each ten seconds. */
  since: number;
  /** Last beat of an agent that is gone; undefined while it lives. */
  gone: number | undefined;
  lastWork: number;
  platform: string;
  backend: string;
  capacity: number;
  noSchedule: boolean;
  customLabels: Record<string, string> | null;
}

/** What ends a run; `blocked` and `created` do not. */
export const finalStates: ReadonlySet<WpStatus> = new Set([
  'declined',
  'success',
  'failure',
  'killed',
  'canceled',
  'skipped',
  'error',
]);
