/** The rows of a Drone 0.8 server. Times are Unix seconds, 0 where there is none. */

export type D8Status =
  | 'skipped'
  | 'pending'
  | 'running'
  | 'success'
  | 'failure'
  | 'killed'
  | 'error'
  | 'blocked'
  | 'declined';

export const d8Events = ['push', 'pull_request', 'tag', 'deployment'] as const;
export type D8Event = (typeof d8Events)[number];

export interface D8User {
  id: number;
  login: string;
  /** What the server calls the forge with. May be none at all: see the forge's own listing of tokens. */
  forgeToken: string;
  email: string;
  avatar: string;
  active: boolean;
  synced: number;
  /** Signs this person's cookies and tokens; a new one ends them all. */
  hash: string;
}

export interface D8Repo {
  id: number;
  /** Whose forge token clones and reads files; 0 for nobody's. */
  userId: number;
  owner: string;
  name: string;
  avatar: string;
  link: string;
  clone: string;
  /** On Gogs always `master`, whatever the forge says. */
  branch: string;
  /** Minutes; 0 before the first activation. */
  timeout: number;
  visibility: '' | 'public' | 'private' | 'internal';
  private: boolean;
  trusted: boolean;
  gated: boolean;
  active: boolean;
  allowPull: boolean;
  allowPush: boolean;
  allowDeploy: boolean;
  allowTag: boolean;
  /** Number of its newest build. */
  counter: number;
  /** Path of the pipeline file; '' before the first activation. */
  config: string;
}

export const slugOf = ({ owner, name }: D8Repo): string => `${owner}/${name}`;

/** What the forge said about a person's right to a repository, asked again after an hour. */
export interface D8Perm {
  userId: number;
  repoId: number;
  pull: boolean;
  push: boolean;
  admin: boolean;
  synced: number;
}

/** A pipeline of the matrix (`ppid` 0) or one of its steps. */
export interface D8Proc {
  id: number;
  buildId: number;
  pid: number;
  ppid: number;
  /** The first of those that run side by side. */
  pgid: number;
  name: string;
  state: D8Status;
  error: string;
  exitCode: number;
  started: number;
  stopped: number;
  machine: string;
  environ: Record<string, string>;
}

export interface D8Build {
  id: number;
  repoId: number;
  /** The pipeline file's text: what restarts use again. */
  config: string;
  number: number;
  parent: number;
  event: D8Event;
  status: D8Status;
  error: string;
  enqueued: number;
  created: number;
  started: number;
  finished: number;
  deployTo: string;
  commit: string;
  branch: string;
  ref: string;
  refspec: string;
  title: string;
  message: string;
  timestamp: number;
  sender: string;
  author: string;
  avatar: string;
  email: string;
  link: string;
  reviewer: string;
  reviewed: number;
  /** In order of their ids: each pipeline before its steps. */
  procs: D8Proc[];
}

/** One record of a log as the agent sends and stores it. */
export interface D8Line {
  proc: string;
  /** Whole seconds since the step's log began. */
  time: number;
  pos: number;
  out: string;
}

export interface D8Secret {
  id: number;
  repoId: number;
  name: string;
  value: string;
  images: string[] | null;
  events: string[] | null;
}

export interface D8Registry {
  id: number;
  repoId: number;
  address: string;
  username: string;
  password: string;
  email: string;
  token: string;
}

export const isOpen = ({ state }: D8Proc): boolean => state === 'pending' || state === 'running';

export const stepsOf = (build: D8Build, pipeline: D8Proc): D8Proc[] =>
  build.procs.filter((one) => one.ppid === pipeline.pid);
