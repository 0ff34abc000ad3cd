import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { LogRecord } from '../world/model.ts';

/** A streaming answer under way, so that faults and restarts can break it. */
export interface OpenStream {
  kind: 'events' | 'log';
  path: string;
  response: ServerResponse;
}

export interface StepAddress {
  /** Id of the CI server; the first when absent. */
  server?: string | undefined;
  /** `owner/name`. */
  repo: string;
  /** Build number. */
  build: number;
  /** As the server's own API numbers them: Drone's `number`, Woodpecker's `pid`. */
  stage: number;
  step: number;
}

export interface Printed {
  /** Every record that the step has made so far, whether kept or not. */
  records: readonly LogRecord[];
  /** All of it as one text. */
  text: string;
  status: string;
  /** The name of the hold the step waits at; absent when it does not wait. */
  held?: string;
  /** The runner has passed its limit: nothing more is sent live. */
  stopped: boolean;
}

/** A process behind a running step. */
export interface StepProcess {
  release(): void;
  holdAtEnd(): void;
  print(text: string): void;
  exit(code: number): void;
}

/** What a runner (Drone) or an agent (Woodpecker) offers. */
export interface RunnerRequest {
  name: string;
  /** Drone's kind of runner, Woodpecker's backend. */
  type: string;
  os: string;
  arch: string;
  /** Stages at once. */
  capacity: number;
  labels?: Record<string, string> | undefined;
}

export interface RepositoryState {
  slug: string;
  active: boolean;
  /** Newest first. */
  builds: { number: number; event: string; status: string; message: string }[];
}

/**
 * One CI server of the world, as the control door and `startSandbox` handle it, whatever its vendor. What is behind it
 * is made anew at a reset; id, port and open streams stay.
 */
export interface ServerInstance {
  readonly id: string;
  readonly vendor: string;
  readonly version: string;
  readonly streams: Set<OpenStream>;
  readonly listener: RequestListener;
  /** For a log of calls: the login behind a request; '' for nobody. */
  login(request: IncomingMessage): string;
  /** Number of a repository's newest build; 0 when there is none. */
  lastNumber(slug: string): number;
  hold(address: StepAddress): void;
  /** Forgets a hold; the process, when there is one, goes on by `release`. */
  unhold(address: StepAddress): void;
  process(address: StepAddress): StepProcess | undefined;
  printed(address: StepAddress): Printed;
  stored(address: StepAddress): LogRecord[] | null;
  /**
   * Puts a log of so many lines in the place of an ended step's: made while it is sent, also past the server's limit. A
   * running step of Woodpecker prints them now, after what it has printed. Absent where it cannot be done.
   */
  generate?(address: StepAddress, lines: number): void;
  goDown(): void;
  comeUp(): void;
  runners(): (RunnerRequest & { running: number })[];
  addRunner(request: RunnerRequest): void;
  killRunner(name: string): boolean;
  setQueue(paused: boolean): void;
  /** Token of a person; undefined when the server has no account of that login. */
  token(login: string): string | undefined;
  rotateToken(login: string): string | undefined;
  state(): RepositoryState[];
}
