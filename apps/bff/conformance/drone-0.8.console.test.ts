import type { HttpClient } from '@flightdeck/api-client/client';
import { toRepoKey } from '@flightdeck/api-client/contract';
import { isFinished } from '@flightdeck/api-client/model';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addRepository } from '../../sandbox/src/world/people.ts';
import { type RunningConsole, startConsole } from '../testing/console.ts';
import { clientOf, findBuild, until } from '../testing/console-client.ts';

const server = 'old';
const at = (path: string) => ({ server, repo: toRepoKey(path) });
const press = at('foundry/press');
const mould = at('foundry/mould');

let console: RunningConsole;
let grace: HttpClient;
let linus: HttpClient;

beforeAll(async () => {
  console = await startConsole({ sandbox: { rate: 20, servers: [{ id: server, vendor: 'drone-0.8' }] } });
  grace = await clientOf(console, 'grace');
  linus = await clientOf(console, 'linus');
}, 60_000);
afterAll(() => console.stop());

const key = (name: string) => `suite-${name}-0123456789`;

/** The newest build of which this holds. */
const find = (repo: ReturnType<typeof at>, is: Parameters<typeof findBuild>[2]) => findBuild(grace, repo, is);

const names = (rows: readonly { server: string; path: string; build: { number: number } }[]) =>
  rows.filter((one) => one.server === server).map(({ path, build }) => `${path}#${build.number}`);

describe('a Drone 0.8 beside a Drone, through the whole console', () => {
  it('its repositories stand among the others, though its service account is listed none', async () => {
    await until(async () => {
      const { items } = await grace.repositories.list({ limit: 100 });
      const known = items.map((one) => `${one.server} ${one.path} ${one.activation}`);
      expect(known).toContain('old foundry/press active');
      expect(known).toContain('drone acme/checkout active');
    });
    const { servers } = await grace.console.describe();
    const found = servers.find((one) => one.id === server);
    expect(found).toMatchObject({ product: 'Drone', version: '0.8.9' });
    expect(found?.capabilities).toContain('native-registries');
    expect(found?.capabilities).not.toContain('start-build');
  });

  it('its builds are on the Deck, as those of the others are', async () => {
    const held = await find(mould, ({ status }) => status === 'approval');
    await until(async () => {
      const deck = await grace.deck({ whose: 'all' });
      expect(names(deck.waiting)).toContain(`foundry/mould#${held}`);
      expect(names(deck.running)).not.toEqual([]);
      expect(names(deck.recent)).not.toEqual([]);
    });
  });

  it('what it cannot do is refused with the reason, and offered to nobody', async () => {
    const { permits } = await grace.repositories.get(press);
    expect(permits).toMatchObject({ start: 'not-supported', listSecrets: null });
    const start = grace.builds.start({ ...press, key: key('start'), branch: 'master', parameters: {} });
    await expect(start).rejects.toMatchObject({ problem: { code: 'not_supported' } });
  });

  it('a build runs to its end and its log is read, by somebody without an account there', async () => {
    const parent = await find(press, ({ event, status }) => event === 'push' && status === 'success');
    const { number } = await grace.builds.restart({
      ...{ ...press, number: parent, key: key('again') },
      ...{ parameters: {}, debug: false },
    });
    if (number === null) return expect.fail('nothing was started');
    await until(async () => {
      const { build } = await grace.builds.get({ ...press, number });
      expect(build.status).toBe('success');
      expect(build).toMatchObject({ parent, startedBy: expect.anything() });
    });
    const { build } = await grace.builds.get({ ...press, number });
    const stage = build.stages[0];
    const step = stage?.steps.find((one) => one.name !== 'clone');
    const ref = { ...press, number, stage: stage?.number ?? 0, step: step?.number ?? 0 };
    await until(async () => {
      const log = await linus.logs.summary(ref);
      expect(log).toMatchObject({ state: 'complete', firstPos: 0 });
      expect(log.lines).toBeGreaterThan(0);
    });
  });

  it('a waiting build says that it cannot be cancelled yet, a running one is', async () => {
    const parent = await find(press, ({ event, status }) => event === 'push' && status === 'success');
    const { number } = await grace.builds.restart({
      ...{ ...press, number: parent, key: key('cancel') },
      ...{ parameters: { CANCEL: 'me' }, debug: false },
    });
    if (number === null) return expect.fail('nothing was started');
    await until(async () => {
      const { build, permits } = await grace.builds.get({ ...press, number });
      if (build.status === 'waiting') expect(permits.cancel).toBe('not-begun');
      expect(build.status).toBe('running');
    });
    await grace.builds.cancel({ ...press, number });
    await until(async () => {
      const { build } = await grace.builds.get({ ...press, number });
      expect(build.status).toBe('cancelled');
      expect(build.stages.every((stage) => isFinished(stage.status))).toBe(true);
    });
    // The server's own list says `failure` of it, and is read again and again.
    for (let looks = 0; looks < 3; looks++) {
      const { items } = await grace.builds.list({ ...press, limit: 10 });
      expect(items.find(({ build }) => build.number === number)?.build.status).toBe('cancelled');
      expect(names((await grace.deck({ whose: 'all' })).failed)).not.toContain(`foundry/press#${number}`);
    }
  });

  it('a promotion says what would run, and starts once', async () => {
    const number = await find(press, ({ event, status }) => event === 'push' && status === 'success');
    const plan = await grace.deployments.plan({ ...press, number, environment: 'staging', kind: 'promote' });
    expect(plan.actsAs).toBeNull();
    expect(plan.warnings).not.toContain('no-stage-names-target');
    const odd = await grace.deployments.plan({ ...press, number, environment: 'stagign', kind: 'promote' });
    expect(odd.warnings).toContain('no-stage-names-target');
    const request = {
      ...{ ...press, number, key: key('promote'), kind: 'promote' as const, environment: 'staging' },
      parameters: { REGION: 'cn' },
      expect: {
        commit: plan.build.commit,
        current: plan.current?.build.number ?? null,
        inFlight: plan.inFlight?.since ?? null,
      },
    };
    const [first, second] = await Promise.all([
      grace.deployments.promote(request),
      grace.deployments.promote(request),
    ]);
    expect(first.state).toBe('started');
    await until(async () => {
      const { build } = await grace.builds.get({ ...press, number: first.build ?? 0 });
      expect(build).toMatchObject({ event: 'promote', environment: 'staging', parent: number });
    });
    expect([first.build, null]).toContain(second.build);
  });

  it('a held build waits for who may push, and goes on', async () => {
    const number = await find(mould, ({ status }) => status === 'approval');
    const view = await grace.builds.get({ ...mould, number });
    expect(view.waits[0]).toMatchObject({ kind: 'approval' });
    expect(view.build.stages).toEqual([]);
    expect(view.permits.approve).toBeNull();
    expect((await linus.builds.get({ ...mould, number })).permits.approve).toBe('needs-approver');
    await grace.builds.approve({ ...mould, number, commit: view.build.commit });
    await until(async () => {
      const { build } = await grace.builds.get({ ...mould, number });
      expect(build.stages.length).toBeGreaterThan(0);
      expect(build.status).not.toBe('approval');
    });
  });

  it('secrets and registry credentials are its own', async () => {
    const secret = { name: 'console_check', value: 'made up', pullRequests: false };
    await grace.secrets.add({ ...press, ...secret });
    const find = async () => (await grace.secrets.list(press)).find((one) => one.name === secret.name);
    expect(await find()).toMatchObject({ pullRequests: false });
    await grace.secrets.remove({ ...press, name: secret.name });
    expect(await find()).toBeUndefined();
    const credential = { host: 'r.example.test:5000', username: 'bot', password: 'made-up-password' };
    const added = await grace.registries.add({ ...press, ...credential, pullRequests: false });
    expect(added).toMatchObject({ origin: 'native', pullRequests: null, changedBy: 'grace' });
    expect((await grace.registries.list(press)).pipelineLines).toBeNull();
    await grace.registries.remove({ ...press, host: credential.host });
  });

  it('who makes a repository under the path of one that was renamed finds no builds and no logs of that one', async () => {
    const number = await find(press, ({ event, status }) => event === 'push' && status === 'success');
    const { build } = await grace.builds.get({ ...press, number });
    const stage = build.stages[0];
    const step = { stage: stage?.number ?? 0, step: stage?.steps[0]?.number ?? 0 };
    expect((await grace.logs.summary({ ...press, number, ...step })).lines).toBeGreaterThan(0);

    const { world } = console.sandbox;
    const before = world.forge.repository('foundry', 'press') ?? expect.fail('no press');
    before.name = 'press-before';
    world.clock.advance(3 * 60_000);
    addRepository(world, { owner: 'foundry', name: 'press', private: true, collaborators: { wei: 'admin' } });

    const wei = await clientOf(console, 'wei');
    await until(async () => expect((await wei.repositories.get(press)).activation).toBe('active'));
    expect((await wei.builds.list({ ...press, limit: 100 })).items).toEqual([]);
    const gone = { problem: { code: 'not_found' } };
    await expect(wei.builds.get({ ...press, number })).rejects.toMatchObject(gone);
    await expect(wei.logs.summary({ ...press, number, ...step })).rejects.toMatchObject(gone);
    const { items } = await wei.repositories.list({ limit: 100 });
    expect(items.find((one) => one.path === 'foundry/press')).toMatchObject({ lastBuild: null });
  });
});

describe('a Drone 0.8 whose service account does not see everything', () => {
  let blind: RunningConsole;
  beforeAll(async () => {
    blind = await startConsole({
      sandbox: { rate: 20, servers: [{ id: server, vendor: 'drone-0.8' }] },
      adjust: async (env, { control, servers: [old] }) => {
        const token = old?.token('linus') ?? '';
        control.setRole('foundry/mould', 'linus', null);
        const headers = { authorization: `Bearer ${token}` };
        await fetch(`${old?.url}/api/user/repos?all=true&flush=true`, { headers });
        env.FLIGHTDECK_SERVER_OLD_SERVICE_TOKEN = token;
      },
    });
  }, 60_000);
  afterAll(() => blind.stop());

  it('shows on the Deck what the own account is told of, to those who may read it', async () => {
    const [linked, stranger] = [await clientOf(blind, 'grace'), await clientOf(blind, 'linus')];
    const ofMould = (rows: Parameters<typeof names>[0]) =>
      names(rows).filter((one) => one.startsWith('foundry/mould#'));
    const token = blind.sandbox.servers[0]?.token('grace') ?? '';
    await linked.accounts.link({ server, token });
    await until(async () => {
      const deck = await linked.deck({ whose: 'all' });
      expect(ofMould(deck.waiting)).not.toEqual([]);
      expect(ofMould(deck.recent)).not.toEqual([]);
    });
    const { waiting, recent } = await stranger.deck({ whose: 'all' });
    expect(ofMould([...waiting, ...recent])).toEqual([]);
  });
});
