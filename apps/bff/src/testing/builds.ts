import type { Build, Stage, Step } from '@flightdeck/api-client/model';
import { aBuild } from './gated-repo.ts';

export const aStep = (over: Partial<Step> = {}): Step => ({
  number: 1,
  name: 'compile',
  status: 'success',
  ignoresFailure: false,
  exitCode: 0,
  error: null,
  startedAt: 1_001_000,
  finishedAt: 1_010_000,
  dependsOn: [],
  image: null,
  detached: false,
  version: 1,
  ...over,
});

export const aStage = (over: Partial<Stage> = {}): Stage => ({
  number: 1,
  name: 'build',
  axes: {},
  status: 'success',
  waitsForDependencies: false,
  error: null,
  type: 'docker',
  platform: { os: 'linux', arch: 'amd64', variant: null, kernel: null },
  labels: {},
  runner: 'runner-1',
  concurrencyLimit: null,
  dependsOn: [],
  createdAt: 1_000_000,
  startedAt: 1_001_000,
  finishedAt: 1_060_000,
  exitCode: 0,
  steps: [aStep()],
  version: 1,
  ...over,
});

/** A stage that no runner has taken. */
export const aWaitingStage = (over: Partial<Stage> = {}): Stage =>
  aStage({
    status: 'waiting',
    runner: null,
    startedAt: null,
    finishedAt: null,
    exitCode: null,
    steps: [],
    ...over,
  });

/** A stage at work, with one step running. */
export const aRunningStage = (over: Partial<Stage> = {}): Stage =>
  aStage({
    status: 'running',
    finishedAt: null,
    exitCode: null,
    steps: [aStep({ status: 'running', finishedAt: null, exitCode: null })],
    ...over,
  });

export const aRunningBuild = (over: Partial<Build> = {}): Build => ({
  ...aBuild({ status: 'running', finishedAt: null, version: 2 }),
  stages: [aRunningStage()],
  ...over,
});

export const aWaitingBuild = (over: Partial<Build> = {}): Build => ({
  ...aBuild({ status: 'waiting', startedAt: null, finishedAt: null, version: 1 }),
  stages: [aWaitingStage()],
  ...over,
});

export const aHeldBuild = (over: Partial<Build> = {}): Build => ({
  ...aBuild({ status: 'approval', startedAt: null, finishedAt: null, version: 1 }),
  stages: [
    aWaitingStage({ status: 'approval' }),
    aWaitingStage({ number: 2, name: 'deploy', status: 'approval' }),
  ],
  ...over,
});
