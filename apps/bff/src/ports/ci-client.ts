import type { Build, BuildHead, Settings, StepRef } from '@flightdeck/api-client/model';
import type {
  CiBuildEvent,
  CiFleet,
  CiPerson,
  CiRepository,
  CiSecret,
  IncompleteBuild,
  LogRecord,
  PipelineFile,
  QueuedStage,
  Started,
  TailEvent,
} from './ci-facts.ts';

export interface StartRequest {
  branch: string;
  commit?: string;
  parameters: Record<string, string>;
}

/** A CI server as one token sees it. `path` is owner/name. Failures: see `CiServer`. */
export type CiClient = RepositoryCalls & BuildCalls & FleetCalls & LiveCalls & SecretCalls;

export interface RepositoryCalls {
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
}

export interface BuildCalls {
  /** Newest first. Pages from 1, `size` ≤ 100. */
  builds(path: string, page: number, size: number): Promise<BuildHead[]>;
  build(path: string, number: number): Promise<Build | null>;
  /** Over all repositories; needs an administrator's token, else `forbidden`. */
  incomplete(): Promise<IncompleteBuild[]>;
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
}

export interface FleetCalls {
  /** Stages pending or running on the whole server; administrator only, else `forbidden`. */
  queue(): Promise<QueuedStage[]>;
  /** Administrator only, else `forbidden`; null where the server does not list its runners. */
  fleet(): Promise<CiFleet | null>;
}

export interface LiveCalls {
  /** Build events of one repository, or of all the token may hear. Ends when the server ends it; throws when cut. */
  events(path: string | null, signal: AbortSignal): AsyncIterable<CiBuildEvent | { type: 'open' }>;
  /** Live records of a running step from the oldest the server still has. Throws when cut. */
  tail(path: string, step: StepRef, signal: AbortSignal): AsyncIterable<TailEvent>;
  /**
   * The stored log in batches, parsed as it arrives, never held whole. Throws `log_absent` when there is none (yet).
   * An empty log yields nothing.
   */
  storedLog(path: string, step: StepRef, signal: AbortSignal): AsyncIterable<LogRecord[]>;
  /**
   * The same as the server sends it, for a reader in another thread: `CiServer.logFormat` says who decodes it. What the
   * bytes themselves say (broken off, no log) the decoder throws.
   */
  storedBytes(path: string, step: StepRef, signal: AbortSignal): AsyncIterable<Uint8Array>;
  /**
   * What the server has stored by now of a step that runs, from its beginning; throws `log_absent` where that is nothing.
   * null: it stores nothing before the end (no `log-while-running`).
   */
  readonly storedSoFar:
    | ((path: string, step: StepRef, signal: AbortSignal) => AsyncIterable<LogRecord[]>)
    | null;
}

export interface SecretCalls {
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
