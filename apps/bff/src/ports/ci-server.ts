import type {
  Build,
  BuildEvent,
  BuildHead,
  Capability,
  Settings,
  StagePreview,
  StepRef,
  Unreadable,
} from '@flightdeck/api-client/model';

/**
 * A CI server. All methods throw Failure: `ci_unreachable`, `ci_timeout`, `ci_error` (5xx), `ci_refused` (4xx that
 * fits nothing else), `ci_token_refused` (401), `not_found`, `forbidden`, `conflict`, `ci_answer_unreadable`;
 * `facts.raw` is the server's own message. Calls that change something and got no answer throw `outcome_uncertain`.
 */
export interface CiServer {
  readonly id: string;
  /**
   * May depend on the server's version as `probe` last saw it (before: the newest supported one), so it is read anew by
   * whoever needs it and never kept.
   */
  readonly declaration: CiDeclaration;
  /** Reachability and version; no token needed. */
  probe(signal?: AbortSignal): Promise<{ version: string | null }>;
  as(token: string): CiClient;
  /** One-click linking through the server's own sign-in, where it can be pointed at the console. */
  readonly oneClick: CiOneClick | null;
  readonly pipelineReader: PipelineReader;
  /** How a registry credential is carried by a secret; null where the server has registry credentials of its own. */
  readonly registrySecrets: RegistrySecrets | null;
  /** Page of a build on the server's own console (public address). */
  buildUrl(path: string, number: number): string;
  /** Where a person finds the token to paste. */
  readonly tokenPageUrl: string;
}

/** What a build would be started for, as pipeline files filter by it. */
export interface Trigger {
  event: BuildEvent;
  branch: string;
  ref: string;
  /** owner/name */
  repo: string;
  environment: string | null;
  action: string;
  cron: string | null;
  /** Host by which the server is known to browsers. */
  instance: string;
}

/** One of the files that say what a build does. `name` as the server calls it: some tell the language by it. */
export interface PipelineFile {
  name: string;
  text: string;
}

/** Reads pipeline files the way the server does: one, or several that count together. Pure. */
export interface PipelineReader {
  /** `null`: not plain text this reader can evaluate; `raw` are the parser's words, where there are any. */
  preview(
    files: readonly PipelineFile[],
    trigger: Trigger,
  ): { stages: StagePreview[] } | { stages: null; unreadable: Unreadable; raw: string | null };
  /** Environments the files name literally, in order. Empty when unreadable. */
  environments(files: readonly PipelineFile[]): string[];
  /** Lines that make stages use the secrets which carry registry credentials. */
  registryLines(secretNames: readonly string[]): string | null;
}

export interface CiDeclaration {
  name: string;
  product: string;
  publicUrl: string;
  /** Segments a repository's path may have there; absent: as many as the forge's. */
  pathSegments?: number;
  /** Id of the forge this server signs people in with. */
  forge: string;
  capabilities: readonly Capability[];
  /** Events its builds can come from; absent: all there are, rollbacks by `rollback-event`. */
  events?: readonly BuildEvent[];
  /** Where the server looks when its settings name nothing; a folder ends with `/`. */
  defaultPipelineFile: string;
  /** Bytes of text a step's log may have before the server drops some; null = no limit known. */
  logLimitBytes: number | null;
  /** Records of live history the server replays to a late viewer; null = all. */
  liveHistory: number | null;
  secrets: {
    /** Names differing only by case collide at the runner. */
    caseInsensitive: boolean;
    maxValueBytes: number;
  };
  /** Level on the repository that approving needs. */
  approveNeeds: 'write' | 'admin';
  /** Level that listing and changing secrets needs. */
  secretsNeed: 'write' | 'admin';
  /** What the vendor's runners call the settings that sentences name; null = they have no such settings. */
  runnerSettings: { labels: string; capacity: string } | null;
  /** Default platform of a stage that names none. */
  defaultPlatform: { os: string; arch: string };
  /** Settings that only an administrator of the server may change. */
  administratorSettings: readonly (keyof Settings)[];
}

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
  /** The forge's id of it: compared with the forge's answer before anything is shown. */
  forgeRepoId: string;
  active: boolean;
  visibility: 'public' | 'internal' | 'private';
  private: boolean;
  archived: boolean;
  defaultBranch: string;
  pipelineFile: string;
  /** Some number that rises with new builds (may jump). */
  counter: number;
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

export interface StartRequest {
  branch: string;
  commit?: string;
  parameters: Record<string, string>;
}

/** A CI server as one token sees it. `path` is owner/name. */
export interface CiClient {
  me(): Promise<CiPerson>;

  repositories(): Promise<CiRepository[]>;
  /** Every repository of the server; needs an administrator's token, else `forbidden`. */
  allRepositories(): Promise<CiRepository[]>;
  repository(path: string): Promise<CiRepository | null>;
  /**
   * Reads the token owner's list from the forge anew. Fails when the server says that it did not come about; it may take
   * a minute, and when it has come back it may go on: poll `me().syncing`.
   */
  sync(): Promise<void>;
  /** `forgeRepoId`: for servers that know a repository only once it is active. No matter if it is active already. */
  activate(path: string, forgeRepoId: string): Promise<void>;
  deactivate(path: string): Promise<void>;
  repair(path: string): Promise<void>;
  takeOwnership(path: string): Promise<void>;
  /** Sends only the given fields. Returns what the server holds afterwards (it may ignore a field silently). */
  changeSettings(path: string, change: Partial<Settings>): Promise<Settings>;
  /** Logins the server holds as repository administrators; null where it does not tell. */
  admins(path: string): Promise<string[] | null>;

  /** Newest first. Pages from 1, `size` ≤ 100. */
  builds(path: string, page: number, size: number): Promise<BuildHead[]>;
  build(path: string, number: number): Promise<Build | null>;
  /** Over all repositories; needs an administrator's token, else `forbidden`. */
  incomplete(): Promise<IncompleteBuild[]>;
  /** Stages pending or running on the whole server; administrator only, else `forbidden`. */
  queue(): Promise<QueuedStage[]>;
  /** Administrator only, else `forbidden`; null where the server does not list its runners. */
  fleet(): Promise<CiFleet | null>;
  start(path: string, request: StartRequest): Promise<Started>;
  restart(
    path: string,
    number: number,
    options: { parameters: Record<string, string>; debug: boolean },
  ): Promise<Started>;
  cancel(path: string, number: number): Promise<void>;
  /** A server that only approves whole builds (no `approve-stages`) does so whatever `stage` is. */
  approve(path: string, number: number, stage: number): Promise<void>;
  /** Without `stage` the whole build. */
  decline(path: string, number: number, stage: number | null): Promise<void>;
  promote(
    path: string,
    number: number,
    request: { environment: string; parameters: Record<string, string> },
  ): Promise<Started>;
  rollback(
    path: string,
    number: number,
    request: { environment: string; parameters: Record<string, string> },
  ): Promise<Started>;

  /** The pipeline files a build was made from, as the server keeps them; null where it keeps none. */
  pipelineFiles(path: string, number: number): Promise<PipelineFile[] | null>;

  /** Build events of one repository, or of all the token may hear. Ends when the server ends it; throws when cut. */
  events(path: string | null, signal: AbortSignal): AsyncIterable<CiBuildEvent | { type: 'open' }>;
  /** Live records of a running step from the oldest the server still has. Throws when cut. */
  tail(path: string, step: StepRef, signal: AbortSignal): AsyncIterable<TailEvent>;
  /**
   * The stored log in batches, parsed as it arrives, never held whole. Throws `log_absent` when there is none (yet).
   * An empty log yields nothing.
   */
  storedLog(path: string, step: StepRef, signal: AbortSignal): AsyncIterable<LogRecord[]>;

  secrets(path: string): Promise<CiSecret[]>;
  /** `already_exists` when the name is taken. */
  addSecret(path: string, secret: { name: string; value: string; pullRequests: boolean }): Promise<void>;
  changeSecret(path: string, name: string, change: { value?: string; pullRequests?: boolean }): Promise<void>;
  removeSecret(path: string, name: string): Promise<void>;

  /** Registry credentials of the server's own; null where a secret carries them (`CiServer.registrySecrets`). */
  readonly registries: CiRegistries | null;
}

/** Passwords go in and never come out. */
export interface CiRegistries {
  list(path: string): Promise<{ host: string; username: string }[]>;
  /** Adds it, or replaces both words where the host has one. */
  put(path: string, credential: { host: string; username: string; password: string }): Promise<void>;
  remove(path: string, host: string): Promise<void>;
}

/** A registry credential as an ordinary secret: one per host, named after it. */
export interface RegistrySecrets {
  nameFor(host: string): string;
  /** Host a secret's name stands for; null when it is an ordinary secret. */
  hostOf(secretName: string): string | null;
  valueFor(credential: { host: string; username: string; password: string }): string;
}

export interface CiSecret {
  name: string;
  pullRequests: boolean;
}

/** drone.md 3.3 D: the console holds the server's state cookie itself; the browser never gets one. */
export interface CiOneClick {
  /** Where to send the browser, and what to keep until it is back. */
  begin(): Promise<{ location: string; state: string; cookie: string }>;
  /** Returns the person's own token. Fails with the server's words in `raw`. */
  finish(
    query: { code: string; state: string },
    cookie: string,
  ): Promise<{ token: string; person: CiPerson }>;
  /** A callback whose state the console did not start: the server's own sign-in, handed on unchanged (public address). */
  handOn(rawQuery: string): string;
}
