import { randomBytes, randomUUID } from 'node:crypto';
import type { Build, BuildHead } from '@flightdeck/api-client/model';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createInProcessBus } from '../adapters/bus/in-process.ts';
import { createSealer } from '../adapters/store/sealed.ts';
import { openSqliteStore } from '../adapters/store/sqlite.ts';
import { Failure } from '../domain/failure.ts';
import type { CiClient } from '../ports/ci-server.ts';
import type { Store } from '../ports/store.ts';
import { aBuild, caller, gatedRepo } from '../testing/gated-repo.ts';
import { upToDate } from '../testing/up-to-date.ts';
import { createAudit } from './audit.ts';
import { createDeploymentsService } from './deployments.ts';
import { createPipelineFiles } from './pipeline-files.ts';
import { createPromotionsService } from './promotions.ts';

const file = `
kind: pipeline
name: build
steps: [{ name: compile }]
---
kind: pipeline
name: deploy
trigger: { event: [promote, rollback], target: [staging, production] }
steps: [{ name: ship }]
`;
const promoted = (over: Partial<BuildHead> = {}) =>
  aBuild({
    number: 2,
    event: 'promote',
    environment: 'staging',
    parent: 1,
    startedBy: 'flightdeck',
    createdAt: 1_200_000,
    ...over,
  });
const key = 'key-made-up-000000000001';
const request = {
  key,
  kind: 'promote' as const,
  environment: 'staging',
  parameters: { REGION: 'cn' },
  expect: { commit: aBuild().commit, current: null, inFlight: null as number | null },
};

let store: Store;
let time: number;
beforeEach(async () => {
  time = 1_200_000;
  store = await openSqliteStore({
    file: ':memory:',
    sealer: createSealer([{ id: 'a', key: randomBytes(32) }]),
  });
});

function setUp(
  client: Partial<CiClient> = {},
  pipelineFile: string | null = file,
  builds: Partial<typeof upToDate> = {},
) {
  const clock = { now: () => time, sleep: async () => {} };
  const pipelineFiles = createPipelineFiles();
  const bus = createInProcessBus();
  const deployments = createDeploymentsService({ ...upToDate, ...builds, store, pipelineFiles });
  const service = createPromotionsService({
    store,
    bus,
    clock,
    audit: createAudit({ store, clock, newId: randomUUID }),
    pipelineFiles,
    deployments,
    permitFacts: ({ level, server }) => ({
      level,
      linked: false,
      ciAdministrator: false,
      activation: 'active',
      capabilities: server.declaration.capabilities,
      approveNeeds: 'write',
      secretsNeed: 'write',
      administratorSettings: [],
      promotionsAllowed: null,
    }),
  });
  const repo = gatedRepo({
    client: { build: async () => aBuild(), ...client },
    forgeClient: {
      file: async () => pipelineFile,
      branches: async () => [{ name: 'main', commit: aBuild().commit }],
    },
  });
  return { service, deployments, repo, bus };
}

describe('services/promotions', () => {
  it('starts one build however often the same key is sent, also at the same moment', async () => {
    const promote = vi.fn(async () => {
      await new Promise((resolve) => setImmediate(resolve));
      return promoted();
    });
    const { service, repo } = setUp({ promote });
    const answers = await Promise.all(Array.from({ length: 8 }, () => service.promote(repo, 1, request)));
    const later = await service.promote(repo, 1, request);
    expect(promote).toHaveBeenCalledTimes(1);
    expect(later).toMatchObject({ state: 'started', build: 2, by: 'grace' });
    expect(new Set(answers.map((a) => a.key))).toEqual(new Set([key]));
    expect(await service.get(repo, key)).toEqual(later);
  });

  it('refuses a key that was used for something else', async () => {
    const { service, repo } = setUp({ promote: async () => promoted() });
    await service.promote(repo, 1, request);
    await expect(service.promote(repo, 1, { ...request, environment: 'production' })).rejects.toMatchObject({
      code: 'key_reused',
    });
    await expect(service.promote(repo, 1, { ...request, parameters: {} })).rejects.toMatchObject({
      code: 'key_reused',
    });
  });

  it('a key belongs to the repository, not to its path: a new name keeps it, another one there does not', async () => {
    const promote = vi.fn(async () => promoted());
    const { service, repo } = setUp({ promote });
    await service.promote(repo, 1, request);
    const renamed = { ...repo, path: 'acme/till' };
    expect(await service.promote(renamed, 1, request)).toMatchObject({ build: 2, path: 'acme/till' });
    const seen = await service.get(renamed, key);
    expect(seen).toMatchObject({ build: 2, path: 'acme/till' });
    expect(await service.recent(renamed)).toEqual([seen]);
    expect(Object.keys(seen)).not.toContain('forgeRepoId');
    const another = { ...repo, forgeRepoId: '12' };
    await expect(service.get(another, key)).rejects.toMatchObject({ code: 'not_found' });
    await expect(service.promote(another, 1, request)).rejects.toMatchObject({ code: 'key_reused' });
    expect(await service.recent(another)).toEqual([]);
    expect(promote).toHaveBeenCalledTimes(1);
  });

  describe('two people, one environment', () => {
    const ada = { ...caller, person: { ...caller.person, forgeUserId: '8', login: 'ada' } };
    const other = { ...request, key: 'key-made-up-of-another-01' };
    const running = promoted({ status: 'running', finishedAt: null });

    it('of two at the same moment one starts, the other is told who and which', async () => {
      const promote = vi.fn(async () => running);
      const { service, repo } = setUp({ promote });
      const [first, second] = await Promise.allSettled([
        service.promote(repo, 1, request),
        service.promote({ ...repo, caller: ada }, 1, other),
      ]);
      expect(first).toMatchObject({ status: 'fulfilled', value: { by: 'grace', build: 2 } });
      expect(second).toMatchObject({
        status: 'rejected',
        reason: {
          code: 'changed_meanwhile',
          facts: { raw: expect.stringMatching(/^grace: #1 to staging, /) },
        },
      });
      expect(promote).toHaveBeenCalledTimes(1);
    });

    it('beside one under way only what was confirmed beside that very one is sent', async () => {
      const promote = vi.fn(async () => running);
      const { service, repo } = setUp({ promote });
      await service.promote(repo, 1, request);
      await store.builds.put('ci', '11', [running]);
      time += 120_000;
      const theirs = { ...repo, caller: ada };
      const { inFlight } = await service.plan(theirs, 1, { environment: 'staging', kind: 'promote' });
      expect(inFlight).toEqual({ by: 'grace', build: 2, from: 1, since: 1_200_000 });
      expect(
        (await service.plan(theirs, 1, { environment: 'production', kind: 'promote' })).inFlight,
      ).toBeNull();
      const beside = (since: number | null) =>
        service.promote(theirs, 1, { ...other, expect: { ...request.expect, inFlight: since } });
      await expect(beside(null)).rejects.toMatchObject({
        code: 'changed_meanwhile',
        facts: { raw: 'grace: #1 to staging, build #2, since 1970-01-01T00:20:00.000Z' },
      });
      await expect(beside(1)).rejects.toMatchObject({ code: 'changed_meanwhile' });
      expect(promote).toHaveBeenCalledTimes(1);
      await beside(inFlight?.since ?? null);
      expect(promote).toHaveBeenCalledTimes(2);
    });

    it('one that ended meanwhile stands in nobody’s way', async () => {
      const { service, repo } = setUp({ promote: async () => promoted({ status: 'failure' }) });
      await service.promote(repo, 1, request);
      await store.builds.put('ci', '11', [promoted({ status: 'failure' })]);
      const theirs = { ...other, expect: { ...request.expect, inFlight: 1_200_000 } };
      expect(await service.promote({ ...repo, caller: ada }, 1, theirs)).toMatchObject({ state: 'started' });
    });
  });

  it('does not send what the confirmation no longer shows', async () => {
    const promote = vi.fn(async () => promoted());
    const { service, repo } = setUp({ promote });
    await expect(
      service.promote(repo, 1, { ...request, expect: { ...request.expect, commit: 'f00' } }),
    ).rejects.toMatchObject({ code: 'changed_meanwhile' });
    await store.builds.put('ci', '11', [promoted({ number: 9 })]);
    await expect(service.promote(repo, 1, request)).rejects.toMatchObject({ code: 'changed_meanwhile' });
    expect(promote).not.toHaveBeenCalled();
    // The key was not used up by that.
    await expect(
      service.promote(repo, 1, { ...request, expect: { ...request.expect, current: 9 } }),
    ).resolves.toMatchObject({ state: 'started' });
  });

  it('says in its own state that the server matched nothing', async () => {
    const { service, repo } = setUp({ promote: async () => null });
    expect(await service.promote(repo, 1, request)).toMatchObject({ state: 'nothing', build: null });
  });

  it('keeps the refusal and the words of the server', async () => {
    const { service, repo } = setUp({
      promote: async () => {
        throw new Failure('ci_refused', 'no', { raw: 'Missing target environment' });
      },
    });
    await expect(service.promote(repo, 1, request)).rejects.toMatchObject({ code: 'ci_refused' });
    expect(await service.get(repo, key)).toMatchObject({
      state: 'refused',
      raw: 'Missing target environment',
    });
  });

  it('finds out by itself what became of a promotion whose answer was lost', async () => {
    const lost = async () => {
      throw new Failure('outcome_uncertain', 'cut');
    };
    let builds: BuildHead[] = [];
    const { service, repo } = setUp({ promote: vi.fn(lost), builds: async () => builds });
    expect(await service.promote(repo, 1, request)).toMatchObject({ state: 'uncertain', build: null });
    builds = [
      promoted({ number: 5, parameters: { REGION: 'eu' } }),
      promoted({ number: 3, parameters: { REGION: 'cn' } }),
      promoted({ number: 2, parameters: { REGION: 'cn' }, createdAt: 1_000 }),
    ];
    expect(await service.promote(repo, 1, request)).toMatchObject({ state: 'started', build: 3 });
    expect(repo.speaker.client.promote).toHaveBeenCalledTimes(1);
  });

  it('does not take for its own what somebody else’s promotion or another hand has started', async () => {
    const lost = async () => {
      throw new Failure('outcome_uncertain', 'cut');
    };
    const theirs = promoted({ number: 2, parameters: { REGION: 'cn' } });
    const byHand = promoted({ number: 3, parameters: { REGION: 'cn' }, startedBy: 'linus' });
    const other = { forge: 'git', forgeUserId: '77' };
    const { service, repo } = setUp({ promote: lost, builds: async () => [byHand, theirs] });
    await store.intents.claim(
      other,
      { ...(await service.promote(repo, 1, request)), key: 'key-made-up-of-another' },
      time,
      repo.forgeRepoId,
    );
    await store.intents.settle(other, 'key-made-up-of-another', { state: 'started', build: 2, raw: null });
    await store.intents.settle(
      { forge: repo.caller.person.forge, forgeUserId: repo.caller.person.forgeUserId },
      key,
      { state: 'uncertain', build: null, raw: null },
    );
    expect(await service.get(repo, key)).toMatchObject({ state: 'uncertain', build: null });
  });

  it('whoever looks at a repository’s promotions settles those that were left open', async () => {
    const other = { forge: 'git', forgeUserId: '77' };
    const { service, repo } = setUp({ builds: async () => [promoted({ parameters: { REGION: 'cn' } })] });
    const left = {
      ...{ key: 'key-made-up-of-another', kind: 'promote' as const, server: 'ci', path: 'acme/checkout' },
      ...{ from: 1, commit: aBuild().commit, environment: 'staging', parameters: { REGION: 'cn' } },
      ...{ by: 'zhou', requestedAt: time, state: 'sending' as const, build: null, raw: null },
    };
    await store.intents.claim(other, left, time, repo.forgeRepoId);
    expect(await service.recent(repo)).toMatchObject([{ state: 'sending' }]);
    time += 3 * 24 * 3_600_000;
    expect(await service.recent(repo)).toMatchObject([{ by: 'zhou', state: 'started', build: 2 }]);
    expect(await store.intents.get(other, left.key)).toMatchObject({ state: 'started', build: 2 });
  });

  it.each([
    ['a build that awaits approval', { status: 'approval' as const }, 'promote', 'awaiting_approval'],
    ['a declined build', { status: 'declined' as const }, 'promote', 'not_supported'],
    ['a build that never went anywhere, as rollback', {}, 'rollback', 'invalid'],
    ['a deployment of another environment, as rollback', { environment: 'eu' }, 'rollback', 'invalid'],
  ] as const)('refuses %s', async (_, over, kind, code) => {
    const promote = vi.fn(async () => promoted());
    const { service, repo } = setUp({ promote, build: async () => ({ ...aBuild(), ...over }) });
    await expect(service.promote(repo, 1, { ...request, kind })).rejects.toMatchObject({ code });
    expect(promote).not.toHaveBeenCalled();
  });

  it('calls it refused only when the longest call is over and no such build exists', async () => {
    const { service, repo } = setUp({
      promote: async () => {
        throw new Failure('outcome_uncertain', 'cut');
      },
      builds: async () => [],
    });
    await service.promote(repo, 1, request);
    time += 60_000;
    expect(await service.get(repo, key)).toMatchObject({ state: 'uncertain' });
    time += 120_000;
    expect(await service.get(repo, key)).toMatchObject({ state: 'refused' });
  });

  it('leaves a trace before it acts, with the person behind the service account, and none of the values', async () => {
    const { service, repo } = setUp({ promote: async () => promoted() });
    await service.promote(repo, 1, request);
    const [row] = await store.audit.recent(1);
    expect(row).toMatchObject({ action: 'build.promote', login: 'grace', as: 'service', outcome: 'done' });
    expect(JSON.parse(row?.request ?? '')).toMatchObject({
      build: 1,
      environment: 'staging',
      parameters: ['REGION'],
    });
    expect(JSON.parse(row?.answer ?? '')).toEqual({ build: 2 });
  });

  it('plans: environments seen and named, parameters of the last promotion over the parent’s', async () => {
    await store.builds.put('ci', '11', [
      promoted({ number: 4, environment: 'eu-west', parameters: { REGION: 'eu', EXTRA: '1' } }),
    ]);
    const { service, repo } = setUp({
      build: async () => aBuild({ number: 3, parameters: { REGION: 'cn', COLOUR: 'red' } }),
    });
    const plan = await service.plan(repo, 3, { environment: 'eu-west', kind: 'promote' });
    expect(plan.environments.map((e) => [e.name, e.source])).toEqual([
      ['eu-west', 'seen'],
      ['staging', 'file'],
      ['production', 'file'],
    ]);
    expect(plan.parameters).toEqual([
      { name: 'REGION', value: 'eu', source: 'last', fixed: true },
      { name: 'COLOUR', value: 'red', source: 'parent', fixed: true },
      { name: 'EXTRA', value: '1', source: 'last', fixed: false },
    ]);
    expect(plan.warnings).toContain('no-stage-names-target');
    expect(plan.actsAs).toBe('flightdeck');
  });

  it.each([
    ['staging', file, []],
    ['nowhere', file, ['no-stage-names-target']],
    ['nowhere', 'kind: pipeline\nname: d\ntrigger: { target: staging }\n', ['nothing-runs']],
    ['staging', null, ['pipeline-file-unreadable']],
  ])('warns about %s', async (environment, text, warnings) => {
    const { service, repo } = setUp({}, text);
    expect((await service.plan(repo, 1, { environment, kind: 'promote' })).warnings).toEqual(warnings);
  });

  it('rolls back by the server’s own event only where a stage takes it', async () => {
    const rollback = vi.fn(async () => promoted({ event: 'rollback' }));
    const promote = vi.fn(async () => promoted());
    const build = async () => ({ ...aBuild(), environment: 'staging' });
    const taken = setUp({ rollback, promote, build });
    expect((await taken.service.plan(taken.repo, 1, { environment: 'staging', kind: 'rollback' })).mode).toBe(
      'rollback',
    );
    await taken.service.promote(taken.repo, 1, { ...request, kind: 'rollback' });
    expect(rollback).toHaveBeenCalledTimes(1);
    time += 120_000;
    const without = setUp({ rollback, promote, build }, file.replace('[promote, rollback]', 'promote'));
    await without.service.promote(without.repo, 1, {
      ...request,
      kind: 'rollback',
      key: 'key-made-up-000000000002',
    });
    expect(promote).toHaveBeenCalledTimes(1);
  });
});

describe('services/deployments', () => {
  it('lists per environment what really happened', async () => {
    await store.builds.put('ci', '11', [
      promoted({ number: 2 }),
      promoted({ number: 3, status: 'failure' }),
      promoted({ number: 4, environment: 'nowhere' }),
      promoted({ number: 5, environment: 'production', status: 'running' }),
      aBuild({ number: 6 }),
    ]);
    const { deployments, repo } = setUp();
    const { environments: found } = await deployments.list(repo);
    const facts = found.map((e) => [e.name, e.current?.build.number ?? null, e.latest?.outcome ?? null]);
    expect(facts).toEqual([
      ['production', null, 'in-flight'],
      ['nowhere', null, 'nothing-ran'],
      ['staging', 2, 'failed'],
    ]);
  });
  it('are those last known, with their age, while the server does not answer; nothing is planned on them', async () => {
    const gone = new Failure('ci_unreachable', 'gone', { raw: 'connect refused' });
    const down = { id: 'ci', ok: false, code: gone.code, raw: 'connect refused', lastGoodAt: null };
    const { deployments, service, repo } = setUp({}, file, {
      reader: { newest: () => Promise.reject(gone) },
      index: {
        ...upToDate.index,
        reach: async () => ({ ...(await store.builds.reach('ci', '11')), filling: false }),
      },
      facts: { staleSince: (_repo, asOf) => ({ ...down, lastGoodAt: asOf }) },
    });
    const codeOf = (work: Promise<unknown>) =>
      work.then(
        () => 'done',
        (error: Failure) => error.code,
      );
    expect(await codeOf(deployments.list(repo))).toBe('ci_unreachable');
    await store.builds.put('ci', '11', [promoted({ number: 2 })]);
    await store.builds.setReach('ci', '11', { oldest: 1, newest: 2, complete: true, asOf: 1_100_000 });
    const { environments, stale } = await deployments.list(repo);
    expect(environments.find(({ name }) => name === 'staging')?.current?.build.number).toBe(2);
    expect(stale).toEqual({ ...down, lastGoodAt: 1_100_000 });
    expect(await codeOf(service.plan(repo, 1, { environment: 'staging', kind: 'promote' }))).toBe(
      'ci_unreachable',
    );
    expect(await setUp().deployments.list(repo)).toMatchObject({ stale: null });
  });

  it('names who asked, with one question for the whole list; a rollback to it does not change who', async () => {
    const rollback = async () =>
      promoted({ number: 4, event: 'rollback', startedBy: 'flightdeck', parent: 3 });
    const { service, deployments, repo } = setUp({
      build: async () => promoted({ number: 3, startedBy: 'linus' }) as Build,
      rollback,
    });
    await store.builds.put('ci', '11', [promoted({ number: 3, startedBy: 'linus' })]);
    await service.promote(repo, 3, {
      ...{ ...request, kind: 'rollback' as const, expect: { ...request.expect, current: 3 } },
    });
    await store.builds.put('ci', '11', [await rollback()]);
    const asked = vi.spyOn(store.audit, 'starters');
    const perBuild = vi.spyOn(store.audit, 'ofBuild');
    expect((await deployments.history(repo)).map((one) => [one.build.number, one.by])).toEqual([
      [4, 'grace'],
      [3, 'linus'],
    ]);
    expect([asked.mock.calls.length, perBuild.mock.calls.length]).toEqual([1, 0]);
  });
  it('does not say deployed while the forge cannot tell what the pipeline file holds', async () => {
    await store.builds.put('ci', '11', [promoted()]);
    const { deployments, repo } = setUp();
    const file = repo.forgeClient.file;
    repo.forgeClient.file = async () => {
      throw new Failure('forge_unreachable', 'cut');
    };
    expect((await deployments.history(repo))[0]?.outcome).toBe('uncertain');
    repo.forgeClient.file = file;
    expect((await deployments.history(repo))[0]?.outcome).toBe('deployed');
  });
  it('reads each commit’s file once, few at a time, however many deployments there are', async () => {
    const commits = Array.from({ length: 40 }, (_, n) => `c0ffee${String(n % 20).padStart(34, '0')}`);
    await store.builds.put(
      'ci',
      '11',
      commits.map((commit, n) => promoted({ number: n + 2, commit })),
    );
    const { deployments, repo } = setUp();
    let open = 0;
    let most = 0;
    const read = vi.fn(async () => {
      open += 1;
      most = Math.max(most, open);
      await new Promise((resolve) => setImmediate(resolve));
      open -= 1;
      return file;
    });
    repo.forgeClient.file = read;
    await deployments.history(repo);
    await deployments.history(repo);
    expect(read).toHaveBeenCalledTimes(20);
    expect(most).toBeLessThanOrEqual(6);
  });
  it('names who asked in the console, not the account that carried it', async () => {
    const { service, deployments, repo } = setUp({ promote: async () => promoted() });
    await service.promote(repo, 1, request);
    await store.builds.put('ci', '11', [promoted()]);
    expect((await deployments.history(repo))[0]?.by).toBe('grace');
  });
});
