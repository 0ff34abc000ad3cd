import type { ProblemCode } from '@flightdeck/api-client/contract';
import { expect } from 'vitest';
import { isFailure } from '../../src/domain/failure.ts';
import type { CiClient, CiServer, LogRecord } from '../../src/ports/ci-server.ts';

/** What a run of the suite may do. Told beforehand, because tests are listed before anything is started. */
export interface Abilities {
  /** Tokens of people with different rights are there. */
  roles: boolean;
  /** Builds may be started and secrets changed in `repo`. */
  writes: boolean;
  /** The world obeys: pushes, steps that wait, faults, cut streams. */
  control: boolean;
}

export interface StepAddress {
  path: string;
  number: number;
  stage: number;
  step: number;
}

export interface CiServerHarness {
  server: CiServer;
  /** Token and login of an administrator of the server, with admin permission on `repo`. */
  administrator: { token: string; login: string };
  /** With `roles`: write, read and no permission at all on `repo` resp. `hidden`. */
  writer: { token: string; login: string } | null;
  reader: { token: string; login: string } | null;
  outsider: { token: string; login: string } | null;
  /** Active, with at least three builds. Its pipeline accepts builds started by hand. */
  repo: string;
  forgeRepoId: string;
  /** Environment its pipeline accepts promotions to; null where none is known. */
  environment: string | null;
  /** Waits `ms` of the server's time. */
  pause(ms: number): Promise<void>;
  /** Lets the server's time go by until `work` is settled. */
  during<T>(work: Promise<T>): Promise<T>;
  control: Control | null;
  stop(): Promise<void>;
}

/** What the suite does to a world that obeys. */
export interface Control {
  /** A private repository that the outsider must not see. */
  hidden: string;
  /** Not active; the administrator may activate it. */
  inactive: string;
  /** On the forge, where the administrator has a role, and unknown to the server; null where there is no such list. */
  unsynced: string | null;
  /** The forge's number of a repository. */
  forgeRepoId(path: string): string;
  /** A repository whose admin is no administrator of the server. */
  owned: { path: string; token: string };
  /** A successful build whose pipeline accepts no promotion to `environment`, and no rollback. */
  nowhere: { path: string; number: number; environment: string };
  /** Pushes to a repository where builds are held for approval; the new build's number. */
  pushHeld(): Promise<{ path: string; number: number }>;
  /** A push to `repo`; the new build's number. */
  push(): Promise<number>;
  /** The first step of the first stage of a build waits at its end until it is released. */
  holdFirst(path: string, number: number): Promise<void>;
  release(step: StepAddress): void;
  stored(step: StepAddress): LogRecord[] | null;
  /** A finished step whose log has many records, all kept. */
  long: StepAddress;
  /** A finished step whose log was cut at the server's limit; null where it has none. */
  overLimit: StepAddress | null;
  /** Plays the browser of a person who signs in at the forge and consents; the address it is sent back to. */
  signIn(location: string, login: string): Promise<URL>;
  fault(kind: 'error' | 'unavailable' | 'page' | 'garbage' | 'refuse' | 'slow', times: number): void;
  clearFaults(): void;
  /** Breaks open streams in mid-response. */
  cutStreams(): void;
  /** Requests the server was asked since it was last asked this. */
  calls(): number;
}

export type Make = () => Promise<CiServerHarness>;
export type Get = () => CiServerHarness;

/** Polls in the server's time. */
export async function until(harness: CiServerHarness, what: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 400; i += 1) {
    if (await what()) return;
    await harness.pause(250);
  }
  expect.fail(`still not so after 100 s: ${what}`);
}

/** The Failure that `work` ends with, which must be one of these. */
export async function expectFailure(work: Promise<unknown>, ...codes: ProblemCode[]): Promise<void> {
  const outcome = await work.then(
    (value) => `no failure but ${JSON.stringify(value)}`,
    (error: unknown) => (isFailure(error) ? error.code : String(error)),
  );
  expect(codes).toContain(outcome);
}

/** Servers hide what somebody may not see or do in either of these ways. */
export const hiddenOrForbidden: ProblemCode[] = ['not_found', 'forbidden'];

export const clients = (harness: CiServerHarness) => {
  const as = (person: { token: string } | null): CiClient => harness.server.as(person?.token ?? 'none');
  return {
    administrator: as(harness.administrator),
    writer: as(harness.writer),
    reader: as(harness.reader),
    outsider: as(harness.outsider),
  };
};

export async function collect<T>(work: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of work) all.push(one);
  return all;
}

export function controlOf(harness: CiServerHarness): Control {
  return harness.control ?? expect.fail('this world does not obey');
}
