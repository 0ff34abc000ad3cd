import { setImmediate } from 'node:timers/promises';
import type { BuildView } from '@flightdeck/api-client/contract';
import type { Build, Status } from '@flightdeck/api-client/model';
import { afterEach, describe, expect, it } from 'vitest';
import { createInProcessBus } from '../adapters/bus/in-process.ts';
import { headOf } from '../domain/merge-build.ts';
import type { CiBuildEvent, CiClient } from '../ports/ci-server.ts';
import type { Forge } from '../ports/forge.ts';
import { aHeldBuild, aRunningBuild, aStage } from '../testing/builds.ts';
import { aCiRepo } from '../testing/fake-ci.ts';
import { gatedRepo, strict } from '../testing/gated-repo.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import { memoryStore } from '../testing/memory-store.ts';
import type { Audit } from './audit.ts';
import { type BuildsSide, createBuildsSide } from './builds-side.ts';
import type { Gate } from './context.ts';

/** A CI server whose list and whose detail of one build are set by hand, and a viewer of that build's page. */
async function setUp(first: Build) {
  const clock = new ManualClock();
  const told = { list: headOf(first), detail: first };
  let details = 0;
  async function* silence(
    _: string | null,
    signal: AbortSignal,
  ): AsyncIterable<CiBuildEvent | { type: 'open' }> {
    yield { type: 'open' };
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  }
  const client = strict<CiClient>('client', {
    events: silence,
    allRepositories: async () => [aCiRepo({ counter: first.number })],
    incomplete: async () => [],
    builds: async () => [told.list],
    build: async () => {
      details++;
      return structuredClone(told.detail);
    },
    fleet: async () => null,
    admins: async () => null,
  });
  const links = new Proxy({} as Forge['links'], { get: () => () => 'http://git.test/page' });
  const base = gatedRepo({ client });
  const repo = {
    ...base,
    forge: strict<Forge>('forge', { id: 'git', links }),
    server: Object.assign(base.server, { buildUrl: () => 'http://ci.test/1' }),
  };
  const side = createBuildsSide({
    connections: new Map([['ci', { server: repo.server, service: client }]]),
    forges: new Map(),
    store: await memoryStore(),
    gate: strict<Gate>('gate', {}),
    bus: createInProcessBus(),
    clock,
    audit: strict<Audit>('audit', {}),
  });
  const heard: BuildView[] = [];
  side.watcher.start();
  side.watcher.watchBuild(repo, first.number, ({ view }) => view && heard.push(view));
  const pass = async (ms: number) => {
    for (let left = ms; left > 0; left -= 50) {
      for (let turn = 0; turn < 8; turn++) await setImmediate();
      clock.advance(Math.min(50, left));
    }
    for (let turn = 0; turn < 8; turn++) await setImmediate();
  };
  const statuses = () => {
    const { build } = heard.at(-1) ?? {};
    return [build?.status, ...(build?.stages.map((stage) => stage.status) ?? [])];
  };
  return { side, clock, told, heard, pass, statuses, asked: () => details };
}

const ended = (build: Build, status: Status): Build => ({
  ...build,
  status,
  finishedAt: 9_000_000,
  version: 9,
});

describe('a build whose end is told before that of its parts', () => {
  let side: BuildsSide | undefined;
  let clock: ManualClock | undefined;
  afterEach(async () => {
    const stopping = side?.stop();
    if (stopping) await clock?.during(stopping, Number.POSITIVE_INFINITY);
  });

  it('by the list: its parts are asked for at once, and viewers hear the whole of it', async () => {
    const running = aRunningBuild({ number: 1 });
    const world = await setUp(running);
    ({ side, clock } = world);
    await world.pass(3_000);
    expect(world.side.live.find('ci', 'acme/checkout', 1)?.detailed).toBe(true);
    world.told.detail = { ...ended(running, 'success'), stages: [aStage({ version: 9 })] };
    world.told.list = headOf(world.told.detail);
    await world.pass(1_500);
    expect(world.statuses()).toEqual(['success', 'success']);
    // Never seen by anybody: over, with a stage at work.
    expect(
      world.heard
        .filter(({ build }) => build.status === 'success')
        .map(({ build }) => build.stages[0]?.status),
    ).toEqual(['success']);
  });

  it('by its detail as well: it is asked again until they have ended, and then no more', async () => {
    const running = aRunningBuild({ number: 1 });
    const world = await setUp(running);
    ({ side, clock } = world);
    await world.pass(3_000);
    world.told.detail = ended(running, 'success');
    world.told.list = headOf(world.told.detail);
    await world.pass(4_000);
    expect(world.statuses()).toEqual(['success', 'running']);
    world.told.detail = { ...ended(running, 'success'), stages: [aStage({ version: 9 })] };
    await world.pass(1_500);
    expect(world.statuses()).toEqual(['success', 'success']);
    const before = world.asked();
    await world.pass(10_000);
    expect(world.asked()).toBe(before);
  });

  it('and parts that never end are asked for one minute', async () => {
    const running = aRunningBuild({ number: 1 });
    const world = await setUp(running);
    ({ side, clock } = world);
    await world.pass(3_000);
    world.told.detail = ended(running, 'failure');
    world.told.list = headOf(world.told.detail);
    await world.pass(65_000);
    const before = world.asked();
    await world.pass(20_000);
    expect(world.asked()).toBe(before);
  });

  it('what stays held in a declined build is its end', async () => {
    const held = aHeldBuild({ number: 1 });
    const world = await setUp(held);
    ({ side, clock } = world);
    await world.pass(3_000);
    world.told.detail = ended(held, 'declined');
    world.told.list = headOf(world.told.detail);
    await world.pass(3_000);
    expect(world.statuses()).toEqual(['declined', 'approval', 'approval']);
    const before = world.asked();
    await world.pass(10_000);
    expect(world.asked()).toBe(before);
  });
});
