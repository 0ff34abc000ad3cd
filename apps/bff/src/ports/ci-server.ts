import type {
  BuildEvent,
  Capability,
  Settings,
  StagePreview,
  Unreadable,
} from '@flightdeck/api-client/model';
import type { CiClient } from './ci-client.ts';
import type { CiPerson, PipelineFile } from './ci-facts.ts';
import type { CiExamination } from './examination.ts';

export type * from './ci-client.ts';
export type * from './ci-facts.ts';

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
  /** For the check of the configuration. */
  readonly examination: CiExamination;
  /** One-click linking through the server's own sign-in, where it can be pointed at the console. */
  readonly oneClick: CiOneClick | null;
  /** Name of the decoder of its stored logs. */
  readonly logFormat: string;
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
  /** It keeps no ids of the forge's: who takes over a path finds what was built there before. */
  knowsByPath?: true;
  /** Id of the forge this server signs people in with. */
  forge: string;
  capabilities: readonly Capability[];
  /** Events its builds can come from. */
  events: readonly BuildEvent[];
  /** Where the server looks when its settings name nothing; a folder ends with `/`. */
  defaultPipelineFile: string;
  /** …and where it looks after that, in order, when there is nothing. */
  furtherPipelineFiles?: readonly string[];
  /** Bytes of text a step's log may have before the server drops some; null = no limit known. */
  logLimitBytes: number | null;
  /** Which part of a longer log is kept at the end. */
  logLimitKeeps: 'first' | 'last';
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

/** A registry credential as an ordinary secret: one per host, named after it. */
export interface RegistrySecrets {
  nameFor(host: string): string;
  /** Host a secret's name stands for; null when it is an ordinary secret. */
  hostOf(secretName: string): string | null;
  valueFor(credential: { host: string; username: string; password: string }): string;
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
