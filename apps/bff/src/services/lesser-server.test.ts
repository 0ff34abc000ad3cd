import { randomBytes, randomUUID } from 'node:crypto';
import type { BuildView } from '@flightdeck/api-client/contract';
import type { Build, Capability } from '@flightdeck/api-client/model';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createInProcessBus } from '../adapters/bus/in-process.ts';
import { woodpeckerPipelineReader } from '../adapters/ci/woodpecker/pipeline-file.ts';
import { createSealer } from '../adapters/store/sealed.ts';
import { openSqliteStore } from '../adapters/store/sqlite.ts';
import { Failure } from '../domain/failure.ts';
import type { CiClient, CiFleet, CiRegistries } from '../ports/ci-server.ts';
import type { Store } from '../ports/store.ts';
import { aHeldBuild, aStage } from '../testing/builds.ts';
import { FakeCi } from '../testing/fake-ci.ts';
import { aBuild, gatedRepo, strict } from '../testing/gated-repo.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import { createActivation } from './activation.ts';
import { createApprovals } from './approvals.ts';
import { createAudit } from './audit.ts';
import type { BuildFacts } from './build-facts.ts';
import { createCredentialsService } from './credentials.ts';
import { createDeploymentsService } from './deployments.ts';
import { createFleets } from './fleets.ts';
import { createPipelineFiles } from './pipeline-files.ts';
import { createPromotionsService } from './promotions.ts';
import { createHealthBook } from './server-health.ts';

/** What services do where a CI server lacks what others have, by what it declares. */
const lesser: readonly Capability[] = ['promote', 'secrets', 'approval', 'start-build', 'native-registries'];
const clock = { now: () => 1_200_000, sleep: async () => {} };
let store: Store;
beforeEach(async () => {
  const sealer = createSealer([{ id: 'a', key: randomBytes(32) }]);
  store = await openSqliteStore({ file: ':memory:', sealer });
});
const audit = () => createAudit({ store, clock, newId: randomUUID });

const permits = {
  level: 'admin',
  linked: true,
  ciAdministrator: false,
  activation: 'active',
  capabilities: lesser,
  approveNeeds: 'write',
  secretsNeed: 'write',
  administratorSettings: [],
  promotionsAllowed: true,
} as const;

describe('registry credentials of the server’s own', () => {
  function setUp() {
    const held = new Map<string, { username: string; password: string }>();
    const registries: CiRegistries = {
      list: async () => [...held].map(([host, { username }]) => ({ host, username })),
      put: async (_, { host, ...words }) => void held.set(host, words),
      remove: async (_, host) => void held.delete(host),
    };
    const repo = gatedRepo({ client: { registries }, registrySecrets: null, capabilities: lesser });
    return { service: createCredentialsService({ store, clock, audit: audit() }), repo, held };
  }
  const words = { host: 'R.example.test:5000', username: 'bot', password: 'made-up-pw', pullRequests: false };

  it('are kept there; who set them here is said beside, and nothing for the pipeline file', async () => {
    const { service, repo, held } = setUp();
    held.set('elsewhere.example.test', { username: 'x', password: 'y' });
    const expected = {
      username: 'bot',
      changedBy: 'grace',
      pullRequests: null,
      origin: 'native',
      secretName: null,
    };
    await expect(service.addRegistry(repo, words)).resolves.toMatchObject({ host: words.host, ...expected });
    await expect(service.registries(repo)).resolves.toMatchObject({
      items: [{ host: 'elsewhere.example.test', changedBy: null }, { host: words.host }],
      pipelineLines: null,
    });
    await service.replaceRegistry(repo, words.host.toLowerCase(), { username: 'b2', password: 'made-up-2' });
    expect(held.get(words.host)).toEqual({ username: 'b2', password: 'made-up-2' });
    await service.removeRegistry(repo, words.host);
    expect([...held.keys()]).toEqual(['elsewhere.example.test']);
    expect(JSON.stringify(await store.audit.recent(50))).not.toMatch(/made-up-(pw|2)/);
  });

  it('one of a host is added once, and one that is not there is not changed', async () => {
    const { service, repo } = setUp();
    await service.addRegistry(repo, words);
    const again = service.addRegistry(repo, { ...words, host: words.host.toLowerCase() });
    await expect(again).rejects.toMatchObject({ code: 'already_exists' });
    const none = service.replaceRegistry(repo, 'none.test', { username: 'a', password: 'b' });
    await expect(none).rejects.toMatchObject({ code: 'not_found' });
    await expect(service.removeRegistry(repo, 'none.test')).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('promotions where a server makes a build for each', () => {
  const file =
    'when: {event: deployment, evaluate: \'CI_PIPELINE_DEPLOY_TARGET == "eu"\'}\nsteps: [{name: roll}]\n';
  const key = 'key-0123456789abcdef';
  const made = (over: Partial<Build> = {}) =>
    aBuild({
      ...{ number: 2, status: 'waiting', event: 'promote', environment: 'eu', parent: 1, version: 2 },
      ...{ createdAt: 1_201_000, startedAt: null, finishedAt: null },
      ...over,
    });

  function setUp(client: Partial<CiClient>) {
    const pipelineFiles = createPipelineFiles();
    const deployments = createDeploymentsService({
      store,
      index: { refresh: async () => {} },
      ...{ pipelineFiles, health: createHealthBook(clock) },
    });
    const service = createPromotionsService({
      ...{ store, clock, audit: audit(), pipelineFiles, deployments, bus: createInProcessBus() },
      permitFacts: () => permits,
    });
    const repo = gatedRepo({
      client: { pipelineFiles: async () => [{ name: 'deploy', text: file }], ...client },
      forgeClient: { branches: async () => [] },
      capabilities: lesser,
      pipelineReader: woodpeckerPipelineReader,
    });
    return { service, deployments, repo };
  }
  const request = {
    ...{ key, kind: 'promote' as const, environment: 'eu', parameters: { REGION: 'cn' } },
    expect: { commit: aBuild().commit, current: null, inFlight: null },
  };

  it('one that nothing matches is said to be nothing, with the build that hangs', async () => {
    const build = async (_: string, number: number) => (number === 1 ? aBuild() : made());
    const { service, repo } = setUp({ build, promote: async () => made() });
    await expect(service.promote(repo, 1, request)).resolves.toMatchObject({ state: 'nothing', build: 2 });
  });

  it('one that has stages has started', async () => {
    const stages = [aStage({ status: 'waiting' })];
    const build = async (_: string, number: number) => (number === 1 ? aBuild() : { ...made(), stages });
    const { service, repo } = setUp({ build, promote: async () => made() });
    await expect(service.promote(repo, 1, request)).resolves.toMatchObject({ state: 'started', build: 2 });
  });

  it('a lost answer is found again although parameters and starter are not recorded', async () => {
    const promote = async () => Promise.reject(new Failure('outcome_uncertain', 'lost'));
    const { service, repo } = setUp({ build: async () => aBuild(), promote, builds: async () => [made()] });
    await expect(service.promote(repo, 1, request)).resolves.toMatchObject({ state: 'started', build: 2 });
  });

  it('the plan reads the files the server kept, names nobody and rolls back by promoting', async () => {
    const { service, repo } = setUp({ build: async () => aBuild({ environment: 'eu' }) });
    const plan = await service.plan(repo, 1, { environment: 'eu', kind: 'rollback' });
    expect(plan).toMatchObject({
      actsAs: null,
      mode: 'promote',
      environments: [{ name: 'eu', source: 'file' }],
    });
    expect(plan.preview.stages).toMatchObject([{ name: 'deploy', runs: true, namesTarget: true }]);
    const other = await service.plan(repo, 1, { environment: 'us', kind: 'promote' });
    expect(other.warnings).toContain('nothing-runs');
  });

  it('one that hangs is no deployment under way', async () => {
    const { deployments, repo } = setUp({});
    await store.builds.put('ci', '11', [made({ environment: 'us' }), { ...made(), number: 3 }]);
    const outcomes = (await deployments.history(repo)).map((one) => [one.environment, one.outcome]);
    expect(outcomes).toEqual([
      ['eu', 'in-flight'],
      ['us', 'nothing-ran'],
    ]);
  });
});

describe('approval of the whole build', () => {
  function setUp(approve = vi.fn(async () => {}), decline = vi.fn(async () => {})) {
    const approvals = createApprovals({
      audit: audit(),
      facts: strict<BuildFacts>('facts', { permitFacts: () => permits }),
      load: async () => aHeldBuild(),
      viewOf: async (_, build) => ({ build }) as BuildView,
    });
    const repo = gatedRepo({ client: { approve, decline }, capabilities: lesser });
    return { approvals, repo, approve, decline };
  }
  const commit = aHeldBuild().commit;

  it('is one call, however many stages are held', async () => {
    const { approvals, repo, approve, decline } = setUp();
    expect(aHeldBuild().stages.length).toBeGreaterThan(1);
    await approvals.approve(repo, 1, { commit });
    expect(approve).toHaveBeenCalledTimes(1);
    await approvals.decline(repo, 1, { commit });
    expect(decline).toHaveBeenCalledExactlyOnceWith('acme/checkout', 1, null);
  });

  it('is refused for a single stage', async () => {
    const { approvals, repo, approve } = setUp();
    await expect(approvals.approve(repo, 1, { commit, stage: 1 })).rejects.toMatchObject({
      code: 'not_supported',
    });
    expect(approve).not.toHaveBeenCalled();
  });
});

describe('activation of what the server never heard of', () => {
  it('names it by the forge’s id, without a sync', async () => {
    let active = false;
    const activate = vi.fn(async () => {
      active = true;
    });
    const { onServer } = gatedRepo();
    const repository = async () => (active ? onServer : null);
    const run = createActivation({
      ...{ clock, audit: audit(), health: createHealthBook(clock) },
      facts: strict<BuildFacts>('facts', { permitFacts: () => ({ ...permits, activation: 'unknown' }) }),
      afterChange: async () => Promise.reject(new Error('not needed')),
    });
    const repo = gatedRepo({ client: { activate, repository }, capabilities: lesser });
    const { steps } = await run({ ...repo, onServer: null });
    expect(steps.map(({ name, state }) => `${name} ${state}`)).toEqual([
      'sync skipped',
      'find skipped',
      'enable done',
      'hook done',
    ]);
    expect(activate).toHaveBeenCalledExactlyOnceWith('acme/checkout', '11');
  });
});

describe('runners and queue of a server', () => {
  it('are asked for once within seconds, and not again soon where they are forbidden', async () => {
    const time = new ManualClock();
    const { connection } = new FakeCi();
    const told: CiFleet = { runners: [], stages: [], paused: false, idle: null };
    const fleet = vi.fn(async (): Promise<CiFleet | null> => told);
    const connections = new Map([['ci', { ...connection, service: strict<CiClient>('service', { fleet }) }]]);
    const fleets = createFleets({ connections, clock: time });
    expect(await Promise.all([fleets.of('ci'), fleets.of('ci')])).toEqual([told, told]);
    expect(fleet).toHaveBeenCalledTimes(1);
    time.advance(5_001);
    fleet.mockRejectedValueOnce(new Failure('forbidden', 'no'));
    expect(await fleets.of('ci')).toBeNull();
    time.advance(60_000);
    expect(await fleets.of('ci')).toBeNull();
    expect(fleet).toHaveBeenCalledTimes(2);
    time.advance(5 * 60_000);
    expect(await fleets.of('ci')).toEqual(told);
  });
});
