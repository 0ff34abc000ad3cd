import type { Build, BuildHead, Settings } from '@flightdeck/api-client/model';

/** Identity on the CI server. */
export interface CiPerson {
  login: string;
  administrator: boolean;
  machine: boolean;
  /** A sync of the repository list is under way. */
  syncing: boolean;
}

/** A repository as the CI server knows it. */
export interface CiRepository {
  path: string;
  /**
   * The forge's id of it: compared with the forge's answer before anything is shown. A server that keeps none has its
   * adapter ask what the forges last said of the path (`CiAdapterOptions.identify`).
   */
  forgeRepoId: string;
  active: boolean;
  visibility: 'public' | 'internal' | 'private';
  private: boolean;
  archived: boolean;
  defaultBranch: string;
  pipelineFile: string;
  /** Some number that rises with new builds (may jump); null where the list tells nothing of builds. */
  counter: number | null;
  settings: Settings;
  lastBuild: BuildHead | null;
  /** Present only where the server told the token owner's own rights. */
  permission: 'none' | 'read' | 'write' | 'admin' | null;
}

/** A build the server lists as not ended, over all repositories. */
export interface IncompleteBuild {
  path: string;
  build: BuildHead;
}

/** A stage in the server's queue. Ids are the server's own, only for matching. */
export interface QueuedStage {
  path: string | null;
  number: number | null;
  /** Name of the stage. */
  stage: string;
  /** Its number in the build, where the queue tells it. */
  stageNumber: number | null;
  /** What a runner must offer to be given it; empty where the queue does not tell. */
  labels: Record<string, string>;
  type: string;
  os: string;
  arch: string;
  running: boolean;
  runner: string | null;
  since: number | null;
}

/** A runner as the server lists it. */
export interface CiRunner {
  name: string;
  /** What it offers; `*` stands for any value. */
  labels: Record<string, string>;
  /** Stages at a time. */
  capacity: number;
  /** Switched off by an administrator: it finishes what it has and takes nothing new. */
  resting: boolean;
  /** Unix ms of its last word to the server; null = never. */
  lastContactAt: number | null;
}

/** All that works on a server, and what is asked of it. */
export interface CiFleet {
  runners: CiRunner[];
  stages: QueuedStage[];
  /** An administrator stopped the queue: nothing is taken until it goes on. */
  paused: boolean;
  /** Polls for work that are open now, over all runners; null where the server does not tell. */
  idle: number | null;
}

/** What an event stream says. `build` may hold stale parts: merge by part versions (domain/merge-build.ts). */
export interface CiBuildEvent {
  path: string;
  forgeRepoId: string;
  build: Build;
}

/** As the runner cut it: part of a line, a line, or several. `time` is seconds since the step began. */
export interface LogRecord {
  pos: number;
  out: string;
  time: number;
}

/** Reads one stored log from its bytes, part by part. Both methods throw Failure as `storedLog` does, without `instance`. */
export interface LogDecoder {
  feed(part: Uint8Array): Iterable<LogRecord[]>;
  /** No more comes. */
  end(): void;
}

export type TailEvent =
  /** The connection stands (sent once, before any record). */
  | { type: 'open' }
  | { type: 'records'; records: LogRecord[] }
  /** The server said the stream is over. It also says so at once where there is no stream. */
  | { type: 'end' };

/**
 * `null`: the server matched nothing, no build exists. A server may instead make a build that never begins: it is
 * `waiting` and has no stages.
 */
export type Started = BuildHead | null;

export interface CiSecret {
  name: string;
  pullRequests: boolean;
}

/** One of the files that say what a build does. `name` as the server calls it: some tell the language by it. */
export interface PipelineFile {
  name: string;
  text: string;
}
