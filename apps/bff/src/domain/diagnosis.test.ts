import type { Build, FailureCause, Stage, Step } from '@flightdeck/api-client/model';
import { describe, expect, it } from 'vitest';
import { aRunningBuild, aStage, aStep, aWaitingBuild } from '../testing/builds.ts';
import { aBuild } from '../testing/gated-repo.ts';
import { diagnose, diagnoseHead, opensAt } from './diagnosis.ts';

const nobody = { timeoutMinutes: 60, endedBy: null };
const failed = (stages: Stage[], over: Partial<Build> = {}): Build => ({
  ...aBuild({ status: 'failure' }),
  stages,
  ...over,
});
const broken = (step: Partial<Step>, stage: Partial<Stage> = {}): Build =>
  failed([
    aStage({
      status: 'failure',
      ...stage,
      steps: [
        aStep({ name: 'clone' }),
        aStep({ number: 2, name: 'unit', status: 'failure', exitCode: 1, ...step }),
      ],
    }),
  ]);

describe('what broke a build', () => {
  it.each<[string, Partial<Step>, FailureCause['kind']]>([
    ['a plain exit code', { exitCode: 1 }, 'exit-code'],
    ['2', { exitCode: 2 }, 'exit-code'],
    ['126', { exitCode: 126 }, 'not-executable'],
    ['127', { exitCode: 127 }, 'command-not-found'],
    ['134', { exitCode: 134 }, 'crashed'],
    ['137 of a step that failed by itself', { exitCode: 137 }, 'out-of-memory'],
    ['139', { exitCode: 139 }, 'crashed'],
    ['143', { exitCode: 143 }, 'terminated'],
    ['255', { exitCode: 255 }, 'runner-error'],
    [
      'an error of the runner',
      { status: 'error', exitCode: 0, error: 'cannot create volume' },
      'runner-error',
    ],
    ['an error text without a code', { exitCode: 0, error: 'linux: no space left' }, 'runner-error'],
    ['nothing said', { exitCode: null }, 'unknown'],
    ['OOM said in words', { exitCode: 1, error: 'OOMKilled' }, 'out-of-memory'],
    [
      'a registry’s refusal',
      { status: 'error', exitCode: 255, error: 'Error response from daemon: pull access denied for acme/x' },
      'image-pull',
    ],
    [
      'an unknown tag',
      { status: 'error', exitCode: 255, error: 'manifest unknown: manifest unknown' },
      'image-pull',
    ],
    [
      'http for https',
      { exitCode: 255, error: 'http: server gave HTTP response to HTTPS client' },
      'image-pull',
    ],
    ['x509', { exitCode: 255, error: 'x509: certificate signed by unknown authority' }, 'image-pull'],
    [
      'a rate limit',
      { exitCode: 255, error: 'toomanyrequests: You have reached your pull rate limit' },
      'image-pull',
    ],
    [
      'a permission denied by the kernel is no registry',
      { exitCode: 126, error: 'permission denied' },
      'not-executable',
    ],
  ])('%s', (_, step, kind) => {
    expect(diagnose(broken(step), nobody)).toMatchObject({
      kind,
      stage: 'build',
      stageNumber: 1,
      step: 'unit',
      stepNumber: 2,
      raw: step.error ?? null,
    });
  });

  it('the clone step by name and place', () => {
    const clone = (step: Partial<Step>, before: Step[] = []) =>
      failed([
        aStage({ steps: [...before, aStep({ name: 'clone', status: 'failure', exitCode: 128, ...step })] }),
      ]);
    expect(diagnose(clone({}), nobody)?.kind).toBe('clone');
    // Some servers count steps through the whole build.
    expect(diagnose(clone({ number: 3 }), nobody)?.kind).toBe('clone');
    expect(diagnose(clone({ number: 3 }, [aStep()]), nobody)?.kind).toBe('exit-code');
    expect(
      diagnose(clone({ error: 'manifest for drone/git not found: manifest unknown' }), nobody),
    ).toMatchObject({
      kind: 'image-pull',
      step: 'clone',
    });
  });

  it('is not the ignored failure that came before, which is listed beside it', () => {
    const build = failed([
      aStage({
        steps: [
          aStep({
            name: 'lint',
            status: 'failure',
            ignoresFailure: true,
            exitCode: 3,
            finishedAt: 1_002_000,
          }),
          aStep({ number: 2, name: 'unit', status: 'failure', exitCode: 1, finishedAt: 1_009_000 }),
          aStep({ number: 3, name: 'pack', status: 'skipped', exitCode: null }),
        ],
      }),
    ]);
    expect(diagnose(build, nobody)).toMatchObject({ step: 'unit', exitCode: 1, ignoredSteps: ['lint'] });
    expect(opensAt(build)).toEqual({ stage: 1, step: 2 });
  });

  it('is the first of several that ended, also when its number is higher', () => {
    const stage = (number: number, finishedAt: number) =>
      aStage({ number, name: `s${number}`, steps: [aStep({ status: 'failure', exitCode: 1, finishedAt })] });
    const build = failed([stage(1, 9_000), stage(2, 4_000)]);
    expect(diagnose(build, nobody)?.stage).toBe('s2');
    expect(opensAt(build)).toEqual({ stage: 2, step: 1 });
  });

  it('is told while other stages still run', () => {
    const build = { ...broken({}), status: 'running' as const };
    expect(diagnose(build, nobody)?.kind).toBe('exit-code');
  });

  it('is the stage itself where no step ever began', () => {
    const stage = aStage({ status: 'error', error: 'failed to resolve reference "nope:1"', steps: [] });
    expect(diagnose(failed([stage], { status: 'error' }), nobody)).toMatchObject({
      kind: 'image-pull',
      stage: 'build',
      step: null,
    });
    expect(diagnose(failed([aStage({ status: 'error', error: 'disk full', steps: [] })]), nobody)?.kind).toBe(
      'runner-error',
    );
    expect(diagnose(failed([aStage({ status: 'failure', steps: [] })]), nobody)?.kind).toBe('unknown');
  });

  it.each([
    // Recorded, 04 of 2.25.0.
    ['yaml: line 1: mapping values are not allowed in this context', 'pipeline-file', 1],
    [
      "load error in parser (while parsing a flow sequence) at L7.C8-L9.C1: did not find ','",
      'pipeline-file',
      7,
    ],
    ['linter: invalid or unknown pipeline dependency', 'pipeline-file', null],
    ['linter: untrusted repositories cannot mount host volumes', 'untrusted', null],
  ] as const)('%s', (error, kind, line) => {
    const build = failed([], { status: 'error', error });
    expect(diagnose(build, nobody)).toMatchObject({ kind, line, raw: error, stage: null });
    expect(diagnoseHead(build, nobody)).toMatchObject({ kind, line, raw: error });
  });

  it.each([
    ['success', aBuild({ status: 'success' })],
    ['waiting', aWaitingBuild()],
    ['running', aRunningBuild()],
    ['skipped', aBuild({ status: 'skipped' })],
  ] as const)('nothing: %s', (_, build) => {
    expect(diagnose(build, nobody)).toBeNull();
    expect(diagnoseHead(build, nobody)).toBeNull();
  });

  it('a success with an ignored failure is no failure', () => {
    const step = aStep({ status: 'failure', ignoresFailure: true, exitCode: 1 });
    expect(diagnose({ ...aBuild(), stages: [aStage({ steps: [step] })] }, nobody)).toBeNull();
  });

  it('exit 78 ends a stage early on purpose: success, and nothing to explain', () => {
    const steps = [aStep({ exitCode: 78 }), aStep({ number: 2, status: 'skipped', exitCode: null })];
    expect(diagnose({ ...aBuild(), stages: [aStage({ steps })] }, nobody)).toBeNull();
  });
});

describe('what ended a build that was killed', () => {
  const killed = (tookMs: number): Build =>
    failed(
      [
        aStage({
          status: 'cancelled',
          startedAt: 1_000_000,
          finishedAt: 1_000_000 + tookMs,
          steps: [aStep(), aStep({ number: 2, name: 'unit', status: 'cancelled', exitCode: 137 })],
        }),
      ],
      { status: 'cancelled' },
    );
  const hour = 3_600_000;

  it.each([
    ['just at the limit', hour, 'timeout'],
    ['a few seconds after it', hour + 15_000, 'timeout'],
    ['a second before, by rounding', hour - 1_000, 'timeout'],
    ['long before', hour / 2, 'cancelled'],
    ['shortly before', hour - 10_000, 'cancelled'],
    ['long after: the server’s own sweep', 24 * hour, 'cancelled'],
  ] as const)('%s', (_, took, kind) => {
    expect(diagnose(killed(took), nobody)).toMatchObject({ kind, step: 'unit', exitCode: 137, by: null });
  });

  it('a person’s word beats arithmetic, and no limit means no timeout', () => {
    expect(diagnose(killed(hour), { timeoutMinutes: 60, endedBy: 'grace' })).toMatchObject({
      kind: 'cancelled',
      by: 'grace',
    });
    for (const timeoutMinutes of [0, null]) {
      expect(diagnose(killed(hour), { timeoutMinutes, endedBy: null })?.kind).toBe('cancelled');
    }
  });

  it('before it ran', () => {
    const build = { ...aWaitingBuild(), status: 'cancelled' as const };
    expect(diagnose(build, nobody)).toMatchObject({ kind: 'cancelled', stage: null });
    expect(diagnoseHead(build, { timeoutMinutes: null, endedBy: 'ada' })).toMatchObject({
      kind: 'cancelled',
      by: 'ada',
    });
  });

  it('by whom, or by which build that came after it, where the server tells', () => {
    const build = { ...aWaitingBuild(), status: 'cancelled' as const };
    const newer = { ...build, supersededBy: 18 };
    for (const tell of [diagnose, diagnoseHead] as const) {
      expect(tell({ ...build, cancelledBy: 'service' }, nobody)).toMatchObject({ by: 'service', raw: null });
      expect(tell(newer, nobody)).toMatchObject({ kind: 'superseded', newer: 18, by: null, raw: null });
    }
    // The console acts with one account for many: its own record knows who it was.
    const recorded = { timeoutMinutes: 60, endedBy: 'grace' };
    expect(diagnose({ ...build, cancelledBy: 'service' }, recorded)).toMatchObject({ by: 'grace' });
  });

  it('declined', () => {
    const build = failed([], { status: 'declined' });
    expect(diagnose(build, { timeoutMinutes: 60, endedBy: 'ada' })).toMatchObject({
      kind: 'declined',
      by: 'ada',
    });
    expect(diagnoseHead(build, nobody)).toMatchObject({ kind: 'declined', by: null });
  });
});

describe('where a build opens', () => {
  const at = (...steps: Partial<Step>[]) =>
    opensAt({
      ...aBuild(),
      stages: [aStage({ steps: steps.map((step, n) => aStep({ number: n + 1, ...step })) })],
    });
  it('at the running step', () => {
    expect(at({}, { status: 'running' }, { status: 'waiting' })).toEqual({ stage: 1, step: 2 });
  });
  it('at the cancelled one', () => {
    expect(at({}, { status: 'cancelled' }, { status: 'skipped' })).toEqual({ stage: 1, step: 2 });
  });
  it('at the last that did something', () => {
    expect(at({}, {}, { status: 'skipped' })).toEqual({ stage: 1, step: 2 });
  });
  it('at the first when nothing has begun, nowhere when there is none', () => {
    expect(at({ status: 'waiting' }, { status: 'waiting' })).toEqual({ stage: 1, step: 1 });
    expect(opensAt({ ...aBuild(), stages: [] })).toBeNull();
  });
});
