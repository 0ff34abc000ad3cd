import type { Stage } from '@flightdeck/api-client/model';
import { statusSchema, waitReasonSchema } from '@flightdeck/api-client/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  aHeldBuild,
  aRunningBuild,
  aRunningStage,
  aStage,
  aWaitingBuild,
  aWaitingStage,
} from '../testing/builds.ts';
import { couldTake, labelsKey, type Sight } from './sightings.ts';
import { explainStages, explainWaiting, type OpenStage, type WaitFacts } from './waiting.ts';

const minute = 60_000;
const day = 24 * 60 * minute;
const created = 1_000_000_000_000;
const ada = { login: 'ada', name: 'Ada', avatarUrl: null };

const sight = (over: Partial<Sight> = {}): Sight => ({
  runner: 'runner-1',
  type: 'docker',
  os: 'linux',
  arch: 'amd64',
  labels: {},
  lastTakenAt: created - 10 * minute,
  ...over,
});
const open = (over: Partial<OpenStage> = {}): OpenStage => ({
  path: 'acme/other',
  number: 7,
  stage: 'build',
  running: true,
  runner: 'runner-1',
  visible: true,
  ...over,
});
const waiting = (stage: Partial<Stage> = {}) => ({
  ...aWaitingBuild({ number: 10, createdAt: created }),
  stages: [aWaitingStage({ createdAt: created, ...stage })],
});
const facts = (over: Partial<WaitFacts> = {}): WaitFacts => ({
  server: 'ci',
  path: 'acme/checkout',
  build: waiting(),
  now: created + 2 * minute,
  open: [],
  runners: [sight()],
  watchedSince: created - day,
  concurrentBuilds: null,
  protected: false,
  approvers: [ada],
  youMayApprove: false,
  ...over,
});
const first = (over: Partial<WaitFacts> = {}) => explainWaiting(facts(over))[0];

describe('what never runs, and a server that lists its runners', () => {
  const promoted = {
    ...aWaitingBuild({ event: 'promote', environment: 'eu', createdAt: created }),
    stages: [],
  };
  const runner = {
    name: 'agent-1',
    labels: { platform: 'linux/amd64', repo: '*', 'org-id': '*' },
    capacity: 1,
    resting: false,
    lastContactAt: created + 2 * minute,
  };
  const task = {
    path: 'acme/checkout',
    number: 10,
    stageNumber: 1,
    labels: { platform: 'linux/amd64', repo: 'acme/checkout', 'org-id': '4' },
    running: false,
    runner: null,
  };
  const fleet = (over: object = {}) => ({
    paused: false,
    idle: null,
    runners: [runner],
    stages: [task],
    ...over,
  });

  it('a promotion without stages never runs; its stages are made with it, so a moment is enough', () => {
    expect(first({ build: promoted })).toEqual({ kind: 'nothing-matched', environment: 'eu' });
    expect(first({ build: { ...promoted, environment: null } })).toMatchObject({ environment: null });
    expect(first({ build: promoted, now: created + 1_000 })).toMatchObject({ kind: 'unknown' });
    // The server's clock is half a minute ahead.
    expect(first({ build: promoted, now: created - 30_000 })).toMatchObject({ kind: 'nothing-matched' });
    expect(first({ build: { ...promoted, event: 'push' } })).toMatchObject({ kind: 'unknown' });
  });

  it('says that the queue is paused, before anything that is inferred', () => {
    expect(first({ fleet: fleet({ paused: true }), runners: [] })).toEqual({
      kind: 'queue-paused',
      stage: 'build',
    });
  });

  it.each([
    [{ platform: 'linux/arm64', repo: 'acme/checkout' }, 'arm64', {}],
    [{ platform: 'linux/amd64', gpu: 'true', 'org-id': '4' }, null, { gpu: 'true' }],
  ])('names what nobody offers of %j', (labels, arch, missing) => {
    const reason = first({ fleet: fleet({ stages: [{ ...task, labels }] }) });
    expect(reason).toMatchObject({ kind: 'no-runner', labels: missing, seen: ['linux/amd64'], since: null });
    expect(reason?.kind === 'no-runner' && (reason.platform?.arch ?? null)).toBe(arch);
  });

  it('by the stage’s own labels where the queue does not name it', () => {
    const build = waiting({ labels: { gpu: 'true' } });
    expect(first({ build, fleet: fleet({ stages: [] }) })).toMatchObject({
      kind: 'no-runner',
      labels: { gpu: 'true' },
    });
  });

  it('a runner that is away or switched off takes nothing', () => {
    const away = { ...runner, lastContactAt: created - 10 * minute };
    for (const one of [away, { ...runner, resting: true }, { ...runner, lastContactAt: null }]) {
      expect(first({ fleet: fleet({ runners: [one] }) })).toMatchObject({ kind: 'nothing-taken' });
    }
  });

  it('a runner with room that asks for nothing is not there, whatever the list says', () => {
    const others = { runners: [sight({ lastTakenAt: created + minute })] };
    expect(first({ fleet: fleet({ idle: 0 }), ...others })).toMatchObject({ kind: 'nothing-taken' });
    expect(first({ fleet: fleet({ idle: 2 }), ...others })).toMatchObject({ kind: 'unknown' });
    // Between two polls nobody asks either.
    expect(first({ fleet: fleet({ idle: 0 }), now: created + 1_000 })).toMatchObject({ kind: 'soon' });
    const full = fleet({ idle: 0, stages: [task, { ...task, number: 9, running: true, runner: 'agent-1' }] });
    expect(first({ fleet: full })).toMatchObject({ kind: 'runners-busy' });
  });

  it('all that fit are at their capacity; what the reader may not see is counted', () => {
    const at = (path: string, number: number) => ({
      ...task,
      path,
      number,
      running: true,
      runner: 'agent-1',
    });
    const busy = fleet({ stages: [task, at('acme/other', 7)] });
    const hidden = { kind: 'runners-busy', runners: ['agent-1'], behind: [], hidden: 1 };
    expect(first({ fleet: busy, open: [open({ visible: false })] })).toMatchObject(hidden);
    expect(first({ fleet: busy, open: [open()] })).toMatchObject({
      behind: [{ server: 'ci', path: 'acme/other', number: 7 }],
      hidden: 0,
    });
    const roomy = { ...busy, runners: [{ ...runner, capacity: 2 }] };
    expect(first({ fleet: roomy })?.kind).not.toBe('runners-busy');
  });

  it('stages of a matrix are named with their axes', () => {
    const build = waiting({ name: 'test', axes: { GO: '1.24' } });
    expect(first({ build, fleet: fleet({ paused: true }) })).toMatchObject({ stage: 'test (GO 1.24)' });
  });

  it('held because it comes from a fork, where only those are held', () => {
    const reason = first({ build: aHeldBuild(), protected: false, forksOnly: true });
    expect(reason).toMatchObject({ kind: 'approval', because: 'fork' });
  });
});

describe('approval', () => {
  it('says which stages, by whom, whether by you, and why', () => {
    expect(first({ build: aHeldBuild(), protected: true, youMayApprove: true })).toEqual({
      kind: 'approval',
      stages: ['build', 'deploy'],
      approvers: [ada],
      you: true,
      because: 'protected',
    });
    const fork = { ...aHeldBuild(), fork: 'eve/checkout' };
    expect(first({ build: fork })).toMatchObject({ because: 'fork', you: false });
    expect(first({ build: aHeldBuild(), protected: null })).toMatchObject({ because: 'unknown' });
  });

  it('comes before whatever an approved stage waits for', () => {
    const [held] = aHeldBuild().stages;
    const build = {
      ...aHeldBuild(),
      stages: [aWaitingStage({ createdAt: created }), { ...held, number: 2 } as Stage],
    };
    expect(explainWaiting(facts({ build })).map((reason) => reason.kind)).toEqual([
      'approval',
      'nothing-taken',
    ]);
  });
});

describe('dependencies', () => {
  it('names those that have not ended', () => {
    const build = {
      ...waiting(),
      stages: [
        aStage({ name: 'lint' }),
        aWaitingStage({ number: 2, name: 'build', createdAt: created }),
        aWaitingStage({
          number: 3,
          name: 'deploy',
          waitsForDependencies: true,
          dependsOn: ['lint', 'build'],
        }),
      ],
    };
    expect(explainWaiting(facts({ build }))).toContainEqual({
      kind: 'dependency',
      stage: 'deploy',
      on: ['build'],
    });
  });

  it('of a build that runs is told of the stage, not of the build: its graph shows it', () => {
    const build = {
      ...aRunningBuild(),
      stages: [
        aRunningStage(),
        aWaitingStage({ number: 2, name: 'deploy', dependsOn: ['build'] }),
        aWaitingStage({ number: 3, name: 'docs', createdAt: created }),
      ],
    };
    expect(explainWaiting(facts({ build, now: created + 1_000 }))).toEqual([]);
    expect(explainStages(facts({ build, now: created + 1_000 }))).toEqual([
      { stage: 2, reason: { kind: 'dependency', stage: 'deploy', on: ['build'] } },
      { stage: 3, reason: { kind: 'soon', stage: 'docs' } },
    ]);
  });

  it('every stage has its own reason, also where two have one name', () => {
    const build = {
      ...aRunningBuild(),
      stages: [
        aRunningStage(),
        aWaitingStage({ number: 2, name: 'unit', createdAt: created, concurrencyLimit: 1 }),
        aWaitingStage({ number: 3, name: 'unit', createdAt: created, type: 'kubernetes' }),
        { ...aRunningStage(), number: 4, name: 'gate', status: 'approval' as const },
      ],
    };
    const older = open({ path: 'acme/checkout', number: build.number - 1, stage: 'unit' });
    const told = explainStages(facts({ build, now: created + 5 * minute, open: [older] }));
    expect(told.map(({ stage, reason }) => [stage, reason.kind])).toEqual([
      [2, 'concurrency-limit'],
      [3, 'no-runner'],
      [4, 'approval'],
    ]);
  });
});

describe('limits', () => {
  it('a stage’s limit counts older builds of the same stage, waiting ones too', () => {
    const build = waiting({ concurrencyLimit: 1 });
    const queue = [
      open({ path: 'acme/checkout', number: 8, running: false, runner: null }),
      open({ path: 'acme/checkout', number: 11 }),
      open({ path: 'acme/checkout', number: 9, stage: 'deploy' }),
      open({ path: 'acme/other', number: 3 }),
    ];
    expect(first({ build, open: queue })).toEqual({
      kind: 'concurrency-limit',
      stage: 'build',
      limit: 1,
      of: 'stage',
      behind: [{ number: 8, waiting: true }],
    });
    expect(first({ build: waiting({ concurrencyLimit: 2 }), open: queue })?.kind).not.toBe(
      'concurrency-limit',
    );
  });

  it('a repository’s limit counts its older builds, each once', () => {
    const queue = [
      open({ path: 'acme/checkout', number: 8, stage: 'a' }),
      open({ path: 'acme/checkout', number: 8, stage: 'b', running: false }),
    ];
    expect(first({ concurrentBuilds: 1, open: queue })).toMatchObject({
      kind: 'concurrency-limit',
      limit: 1,
      of: 'repository',
      behind: [{ number: 8, waiting: false }],
    });
    expect(first({ concurrentBuilds: 2, open: queue })?.kind).not.toBe('concurrency-limit');
    expect(first({ concurrentBuilds: 0, open: queue })?.kind).not.toBe('concurrency-limit');
  });
});

describe('runners', () => {
  it.each([
    ['architecture', { platform: { os: 'linux', arch: 'arm64', variant: null, kernel: null } }],
    ['system', { platform: { os: 'windows', arch: 'amd64', variant: null, kernel: null } }],
    ['type', { type: 'kubernetes' }],
    ['a label too many', { labels: { disk: 'ssd' } }],
  ])('none has taken this %s', (_, stage) => {
    expect(first({ build: waiting(stage) })).toMatchObject({
      kind: 'no-runner',
      stage: 'build',
      seen: ['docker linux/amd64'],
      since: created - day,
    });
  });

  it('a labelled runner does not take an unlabelled stage', () => {
    expect(first({ runners: [sight({ labels: { disk: 'ssd' } })] })).toMatchObject({
      kind: 'no-runner',
      seen: ['docker linux/amd64 disk=ssd'],
    });
  });

  it('one that was not seen for 30 days does not count', () => {
    const runners = [sight({ lastTakenAt: created - 31 * day }), sight({ runner: 'r2', arch: 'arm64' })];
    expect(first({ runners })).toMatchObject({ kind: 'no-runner', seen: ['docker linux/arm64'] });
  });

  it('says nothing too early', () => {
    expect(first({ now: created + 5_000, build: waiting({ type: 'kubernetes' }) })?.kind).toBe('soon');
    expect(first({ now: created + 5_000 })?.kind).toBe('soon');
    expect(first({ build: waiting({ runner: 'runner-1' }) })?.kind).toBe('soon');
  });

  it('all busy: behind which builds, the unreadable only counted', () => {
    const runners = [sight(), sight({ runner: 'runner-2' })];
    const queue = [
      open({ number: 7 }),
      open({ number: 7, stage: 'second' }),
      open({ runner: 'runner-2', path: 'secret/thing', number: 3, visible: false }),
    ];
    expect(first({ runners, open: queue })).toEqual({
      kind: 'runners-busy',
      stage: 'build',
      runners: ['runner-1', 'runner-2'],
      behind: [{ server: 'ci', path: 'acme/other', number: 7 }],
      hidden: 1,
    });
    expect(first({ runners, open: queue.slice(0, 2), now: created + minute })?.kind).toBe('unknown');
  });

  it('a runner of a platform that was never told counts only where none is known to fit', () => {
    const untold = sight({ runner: 'runner-2', os: '', arch: '' });
    const known = [sight(), untold];
    expect(first({ runners: known, open: [open()] })).toMatchObject({
      kind: 'runners-busy',
      runners: ['runner-1'],
    });
    expect(first({ runners: [untold], open: [open()], now: created + minute })?.kind).toBe('unknown');
  });

  it('a runner that was seen with two stages at once is not busy with one', () => {
    const mostAtOnce = new Map([['runner-1', 2]]);
    expect(first({ mostAtOnce, open: [open()], now: created + minute })?.kind).toBe('unknown');
    const two = [open(), open({ number: 8 })];
    expect(first({ mostAtOnce, open: two, now: created + minute })?.kind).toBe('runners-busy');
  });

  it('does not call a runner busy in the moment before it takes the stage', () => {
    expect(first({ open: [open()], now: created + 1_000 })?.kind).toBe('soon');
  });

  it('never names what the reader may not see', () => {
    const hidden = open({ path: 'secret/thing', number: 4711, visible: false, stage: 'hush' });
    for (const reason of explainWaiting(facts({ open: [hidden] }))) {
      expect(JSON.stringify(reason)).not.toMatch(/secret|4711|hush/);
    }
  });

  it('its own other stage may be what keeps the runner busy', () => {
    const build = { ...waiting(), status: 'running' as const };
    const own = open({ path: 'acme/checkout', number: 10, stage: 'other' });
    expect(explainWaiting(facts({ build, open: [own] }))[0]).toMatchObject({
      kind: 'runners-busy',
      behind: [{ path: 'acme/checkout', number: 10 }],
    });
  });

  it('those that could take it are probably gone: since when they took nothing', () => {
    const runners = [
      sight({ lastTakenAt: created - 2 * day }),
      sight({ runner: 'r2', arch: 'arm64', lastTakenAt: created + minute }),
    ];
    const queue = [open({ runner: 'r2' })];
    expect(first({ runners, open: queue, now: created + 3 * minute })).toMatchObject({
      kind: 'no-runner',
      since: created - 2 * day,
      seen: ['docker linux/arm64'],
    });
    expect(first({ runners, open: queue, now: created + minute })?.kind).toBe('unknown');
  });

  it('nothing was taken on the whole server', () => {
    expect(first()).toEqual({ kind: 'nothing-taken', stage: 'build', since: created });
    expect(first({ runners: [] })).toEqual({ kind: 'nothing-taken', stage: 'build', since: created });
  });

  it('does not guess', () => {
    expect(first({ runners: [sight({ lastTakenAt: created + minute })] })).toEqual({
      kind: 'unknown',
      stage: 'build',
    });
    expect(first({ open: null })).toEqual({ kind: 'unknown', stage: 'build' });
    expect(first({ build: { ...waiting(), stages: [] } })).toEqual({ kind: 'unknown', stage: null });
  });
});

describe('whatever is known', () => {
  const anyFacts = fc.record({
    status: fc.constantFrom(...statusSchema.options),
    stages: fc.array(
      fc.record({
        status: fc.constantFrom(...statusSchema.options),
        limit: fc.option(fc.integer({ min: 0, max: 3 })),
        depends: fc.boolean(),
        type: fc.constantFrom('docker', 'exec', ''),
      }),
      { maxLength: 4 },
    ),
    open: fc.option(
      fc.array(
        fc.record({
          path: fc.constantFrom('acme/checkout', 'secret/thing'),
          number: fc.integer({ min: 1, max: 20 }),
          running: fc.boolean(),
          runner: fc.option(fc.constantFrom('runner-1', 'runner-2')),
          stage: fc.constantFrom('s1', 's2'),
        }),
        { maxLength: 5 },
      ),
    ),
    age: fc.integer({ min: -5_000, max: 40 * day }),
  });

  it('a build that waits has a reason of the agreed shape, one that ended none, and nothing hidden is named', () => {
    fc.assert(
      fc.property(anyFacts, ({ status, stages, open: queue, age }) => {
        const build = {
          ...aWaitingBuild({ number: 10, createdAt: created, status }),
          stages: stages.map((one, at) =>
            aWaitingStage({
              number: at + 1,
              name: `s${at + 1}`,
              status: one.status,
              concurrencyLimit: one.limit,
              dependsOn: one.depends && at > 0 ? [`s${at}`] : [],
              type: one.type,
              createdAt: created,
            }),
          ),
        };
        const reasons = explainWaiting(
          facts({
            build,
            now: created + age,
            open:
              queue === null ? null : queue.map((one) => ({ ...one, visible: one.path === 'acme/checkout' })),
          }),
        );
        for (const reason of reasons) expect(waitReasonSchema.safeParse(reason).success).toBe(true);
        expect(JSON.stringify(reasons)).not.toContain('secret');
        const waits = build.stages.some((one) => one.status === 'waiting');
        if (['success', 'failure', 'error', 'cancelled', 'declined', 'skipped'].includes(status)) {
          expect(reasons).toEqual([]);
        } else if (status === 'approval' || (status === 'waiting' && (waits || stages.length === 0))) {
          expect(reasons.length).toBeGreaterThan(0);
        }
        if (reasons.some((one) => one.kind === 'approval')) expect(reasons[0]?.kind).toBe('approval');
      }),
      { numRuns: 500 },
    );
  });

  it('labels are compared as sets, both ways', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.string()),
        fc.dictionary(fc.string(), fc.string()),
        (a, b) => {
          const turned = Object.fromEntries(Object.entries(a).reverse());
          expect(labelsKey(turned)).toBe(labelsKey(a));
          const stage = { type: 'docker', platform: null, labels: b };
          expect(couldTake(sight({ labels: a }), stage)).toBe(labelsKey(a) === labelsKey(b));
        },
      ),
    );
  });
});
