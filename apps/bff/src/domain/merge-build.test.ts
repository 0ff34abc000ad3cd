import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Build, isFinished, type Status } from '@flightdeck/api-client/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildOf } from '../adapters/ci/drone/translate.ts';
import { buildWire, eventWire } from '../adapters/ci/drone/wire.ts';
import { aHeldBuild, aRunningBuild, aRunningStage, aStage, aStep, aWaitingBuild } from '../testing/builds.ts';
import { aBuild } from '../testing/gated-repo.ts';
import { applyHead, differs, headOf, mergeBuild } from './merge-build.ts';

const recorded = (file: string): unknown =>
  JSON.parse(
    readFileSync(
      fileURLToPath(new URL(`../../../sandbox/recordings/drone-2.25.0/${file}`, import.meta.url)),
      'utf8',
    ),
  );

interface Stream {
  chunks: [number, string][];
}
interface Exchange {
  at_ms?: number;
  request?: { method: string; path: string };
  response?: { status: number; json?: unknown };
}

/** Builds in the order in which the recorded stream told them. */
function eventsOf(file: string): { path: string; build: Build }[] {
  const text = (recorded(file) as Stream).chunks.map(([, chunk]) => chunk).join('');
  return text.split('\n\n').flatMap((frame) => {
    const data = frame.split('\n').find((line) => line.startsWith('data: '));
    if (!data) return [];
    const wire = eventWire.parse(JSON.parse(data.slice(6)));
    return [{ path: wire.slug, build: buildOf(wire.build, wire.slug) }];
  });
}

/** The last recorded GET of each build. */
function lastAnswers(...files: string[]): Map<string, Build> {
  const answers = new Map<string, Build>();
  for (const file of files) {
    for (const { request, response } of recorded(file) as Exchange[]) {
      const [, path, number] =
        /^\/api\/repos\/([^/]+\/[^/]+)\/builds\/(\d+)$/.exec(request?.path ?? '') ?? [];
      if (request?.method !== 'GET' || response?.status !== 200 || !path) continue;
      answers.set(`${path}#${number}`, buildOf(buildWire.parse(response.json), path));
    }
  }
  return answers;
}

const rank = (status: Status): number => (isFinished(status) ? 2 : status === 'running' ? 1 : 0);

/** Nothing in `after` may lie behind what `before` said. */
function expectOnward(before: Build, after: Build): void {
  expect(rank(after.status)).toBeGreaterThanOrEqual(rank(before.status));
  for (const stage of before.stages) {
    const now = after.stages.find((one) => one.number === stage.number);
    expect(now, `stage ${stage.name}`).toBeDefined();
    expect(now?.version).toBeGreaterThanOrEqual(stage.version);
    expect(rank(now?.status ?? 'unknown')).toBeGreaterThanOrEqual(rank(stage.status));
    for (const step of stage.steps) {
      const later = now?.steps.find((one) => one.number === step.number);
      expect(later?.version).toBeGreaterThanOrEqual(step.version);
      expect(rank(later?.status ?? 'unknown')).toBeGreaterThanOrEqual(rank(step.status));
    }
  }
}

function play(events: readonly { path: string; build: Build }[]): Map<string, Build> {
  const known = new Map<string, Build>();
  for (const { path, build } of events) {
    const key = `${path}#${build.number}`;
    const before = known.get(key);
    const after = before ? mergeBuild(before, build) : build;
    if (before) expectOnward(before, after);
    known.set(key, after);
  }
  return known;
}

describe('recorded event streams', () => {
  it.each([
    ['03-events-ada.sse.json', '03-actions.json'],
    ['12-events-ada.sse.json', '12-approval-and-edges.json'],
    ['12-events-grace.sse.json', '12-approval-and-edges.json'],
    ['12-events-linus.sse.json', '12-approval-and-edges.json'],
  ])('%s never goes back and ends as the server answers', (stream, list) => {
    const events = eventsOf(stream);
    const merged = play(events);
    const answers = [...lastAnswers(list)].filter(
      ([key, build]) => isFinished(build.status) && merged.has(key),
    );
    expect(answers.length).toBeGreaterThanOrEqual(1);
    for (const [key, build] of answers) expect(merged.get(key), key).toEqual(build);
  });

  it('hold the case that a guard on the build version gets wrong', () => {
    const events = eventsOf('03-events-ada.sse.json');
    const back = events.findIndex(
      ({ build }, at) =>
        at > 0 &&
        events[at - 1]?.build.number === build.number &&
        build.version < (events[at - 1]?.build.version ?? 0),
    );
    expect(back).toBeGreaterThan(0);
    const [before, after] = [events[back - 1]?.build, events[back]?.build];
    if (!before || !after) throw new Error('not recorded');
    const merged = mergeBuild(before, after);
    expect(merged.status).toBe('running');
    expect(merged.stages[0]).toMatchObject({ status: 'running', steps: expect.arrayContaining([]) });
    expect(merged.stages[0]?.steps.length).toBeGreaterThan(0);
  });

  it('give the same whatever the order of arrival', () => {
    for (const file of ['03-events-ada.sse.json', '12-events-ada.sse.json']) {
      const events = eventsOf(file);
      const straight = play(events);
      const backwards = new Map<string, Build>();
      for (const { path, build } of [...events].reverse()) {
        const key = `${path}#${build.number}`;
        const before = backwards.get(key);
        backwards.set(key, before ? mergeBuild(before, build) : build);
      }
      expect(backwards).toEqual(straight);
    }
  });
});

/** One build's life as a server lives it: each change raises the version of what it touches. */
function life(stages: number, steps: number, ends: readonly Status[]): Build[] {
  let build: Build = { ...aWaitingBuild(), stages: [] };
  build = {
    ...build,
    stages: Array.from({ length: stages }, (_, at) =>
      aStage({
        number: at + 1,
        name: `stage ${at + 1}`,
        status: 'waiting',
        startedAt: null,
        finishedAt: null,
        exitCode: null,
        steps: [],
        version: 1,
      }),
    ),
  };
  const snapshots = [build];
  const push = (next: Build) => {
    build = next;
    snapshots.push(structuredClone(build));
  };
  const change = (at: number, of: (stage: Build['stages'][number]) => Build['stages'][number]) =>
    build.stages.map((stage, index) => (index === at ? { ...of(stage), version: stage.version + 1 } : stage));
  for (let at = 0; at < stages; at++) {
    push({
      ...build,
      status: 'running',
      startedAt: 2_000_000,
      version: 2,
      stages: change(at, (stage) => ({
        ...stage,
        status: 'running',
        startedAt: 2_000_000 + at,
        steps: Array.from({ length: steps }, (_, n) =>
          aStep({ number: n + 1, status: 'waiting', startedAt: null, finishedAt: null, exitCode: null }),
        ),
      })),
    });
    for (let n = 0; n < steps; n++) {
      for (const status of ['running', ends[(at + n) % ends.length] ?? 'success'] as const) {
        push({
          ...build,
          stages: build.stages.map((stage, index) =>
            index !== at
              ? stage
              : {
                  ...stage,
                  steps: stage.steps.map((step, m) =>
                    m === n ? { ...step, status, version: step.version + 1 } : step,
                  ),
                },
          ),
        });
      }
    }
    const status = ends[at % ends.length] ?? 'success';
    push({ ...build, stages: change(at, (stage) => ({ ...stage, status, finishedAt: 3_000_000 + at })) });
  }
  push({ ...build, status: ends[0] ?? 'success', finishedAt: 3_100_000, version: 3 });
  return snapshots;
}

const lives = fc
  .tuple(
    fc.integer({ min: 1, max: 3 }),
    fc.integer({ min: 1, max: 3 }),
    fc.array(fc.constantFrom<Status>('success', 'failure', 'cancelled', 'skipped', 'error'), {
      minLength: 1,
      maxLength: 3,
    }),
  )
  .map(([stages, steps, ends]) => life(stages, steps, ends));

describe('merging, whatever arrives', () => {
  it('never goes back and never loses a part', () => {
    fc.assert(
      fc.property(
        lives.chain((all) =>
          fc.tuple(fc.constant(all), fc.array(fc.nat(all.length - 1), { minLength: 1, maxLength: 40 })),
        ),
        ([all, order]) => {
          let known = all[order[0] ?? 0] as Build;
          for (const at of order) {
            const after = mergeBuild(known, all[at] as Build);
            expectOnward(known, after);
            known = after;
          }
        },
      ),
    );
  });

  it('ends at the last snapshot once it has arrived, in any order, with any repeats', () => {
    fc.assert(
      fc.property(
        lives.chain((all) =>
          fc.tuple(
            fc.constant(all),
            fc.shuffledSubarray(all, { minLength: 1 }).map((some) => [...some, all.at(-1) as Build]),
            fc.nat(),
          ),
        ),
        ([all, arrived, turn]) => {
          const order = [...arrived.slice(turn % arrived.length), ...arrived.slice(0, turn % arrived.length)];
          expect(order.reduce((known, news) => mergeBuild(known, news))).toEqual(all.at(-1));
        },
      ),
    );
  });

  it('does nothing with what it knows already', () => {
    fc.assert(
      fc.property(lives, (all) => {
        for (const snapshot of all) expect(differs(snapshot, mergeBuild(snapshot, snapshot))).toBe(false);
      }),
    );
  });

  it('an ended step is not revived by a server that counts anew', () => {
    const ended = aRunningBuild({ stages: [aRunningStage({ steps: [aStep({ version: 5 })] })] });
    const anew = aRunningBuild({
      stages: [aRunningStage({ steps: [aStep({ version: 9, status: 'running', finishedAt: null })] })],
    });
    expect(mergeBuild(ended, anew).stages[0]?.steps[0]?.status).toBe('success');
    expect(mergeBuild(anew, ended).stages[0]?.steps[0]?.status).toBe('success');
  });

  it('takes servers without versions (0) by how far they are', () => {
    const waits = aWaitingBuild({
      version: 0,
      stages: [aStage({ status: 'waiting', version: 0, steps: [] })],
    });
    const runs = aRunningBuild({ version: 0, stages: [aRunningStage({ version: 0 })] });
    for (const merged of [mergeBuild(waits, runs), mergeBuild(runs, waits)]) {
      expect(merged).toMatchObject({ status: 'running', stages: [{ status: 'running' }] });
    }
  });
});

describe('a number that is given out again', () => {
  const first = aWaitingBuild({ createdAt: 1_000_000, version: 2, commit: 'a'.repeat(40) });
  const second = aRunningBuild({ createdAt: 1_005_000, version: 0, commit: 'b'.repeat(40), stages: [] });

  it('is another build: the later one counts, in any order, and takes nothing over', () => {
    expect(mergeBuild(first, second)).toEqual(second);
    expect(mergeBuild(second, first)).toEqual(second);
    expect(applyHead(first, headOf(second))).toEqual(second);
    expect(applyHead(second, headOf(first))).toEqual(second);
  });
});

describe('builds that await approval', () => {
  it('stay held by their stages when a list, which knows no stages, calls them waiting', () => {
    const held = aHeldBuild();
    expect(applyHead(held, { ...headOf(held), status: 'waiting' }).status).toBe('approval');
  });

  it('are held until the last stage is released, then wait or run', () => {
    const held = aHeldBuild();
    const [first, second] = held.stages;
    if (!first || !second) throw new Error('two stages');
    const half = { ...held, stages: [{ ...first, status: 'waiting' as const, version: 2 }, second] };
    expect(mergeBuild(held, half).status).toBe('approval');
    const free = { ...half, status: 'waiting' as const };
    free.stages = [half.stages[0] ?? first, { ...second, status: 'waiting', version: 2 }];
    const merged = mergeBuild(mergeBuild(held, half), free);
    expect(merged.status).toBe('waiting');
    const begun = { ...free, stages: [aRunningStage({ version: 3 }), ...free.stages.slice(1)] };
    expect(mergeBuild(merged, { ...begun, status: 'running', version: 2 }).status).toBe('running');
  });

  it('may end declined with a stage that is still held (recorded: 9 of 03)', () => {
    const declined = { ...aHeldBuild(), status: 'declined' as const, version: 2 };
    expect(mergeBuild(aHeldBuild(), declined).status).toBe('declined');
    expect(mergeBuild(declined, aHeldBuild()).status).toBe('declined');
  });

  it('a list’s final word ends them', () => {
    expect(applyHead(aHeldBuild(), aBuild({ status: 'cancelled', version: 2 })).status).toBe('cancelled');
  });
});
