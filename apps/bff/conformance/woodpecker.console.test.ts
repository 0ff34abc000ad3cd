import type { HttpClient } from '@flightdeck/api-client/client';
import { toRepoKey } from '@flightdeck/api-client/contract';
import { isFinished } from '@flightdeck/api-client/model';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningConsole, startConsole } from '../testing/console.ts';
import { clientOf, findBuild, until } from '../testing/console-client.ts';

const server = 'woodpecker';
const at = (path: string) => ({ server, repo: toRepoKey(path) });
const gateway = at('ops/api-gateway');
const shop = at('ops/shop-deploy');
const cluster = at('ops/cluster-config');
const encoder = at('ops/video-encoder');

let console: RunningConsole;
let grace: HttpClient;
let ada: HttpClient;

beforeAll(async () => {
  console = await startConsole({ sandbox: { rate: 20, servers: [{ id: server, vendor: 'woodpecker' }] } });
  grace = await clientOf(console, 'grace');
  ada = await clientOf(console, 'ada');
}, 60_000);
afterAll(() => console.stop());

const key = (name: string) => `suite-${name}-0123456789`;

/** The newest build of which this holds. */
const find = (repo: ReturnType<typeof at>, is: Parameters<typeof findBuild>[2]) => findBuild(grace, repo, is);

describe('a Woodpecker beside a Drone, through the whole console', () => {
  it('its repositories stand among the others, with the version it was found to have', async () => {
    const { items } = await grace.repositories.list({ limit: 100 });
    const known = items.map((one) => `${one.server} ${one.path} ${one.activation}`);
    expect(known).toContain('woodpecker ops/api-gateway active');
    expect(known).toContain('drone acme/checkout active');
    await until(async () => {
      const { servers } = await grace.console.describe();
      const found = servers.find((one) => one.id === server);
      expect(found).toMatchObject({ product: 'Woodpecker', version: expect.stringMatching(/^3\./) });
      expect(found?.capabilities).toContain('native-registries');
    });
  });

  it('a stage that waits for a label says which; one whose agent died gives no sign', async () => {
    await until(async () => {
      const number = await find(encoder, ({ status }) => status === 'waiting' || status === 'running');
      const view = await grace.builds.get({ ...encoder, number });
      expect(view.waits[0]).toMatchObject({ kind: 'no-runner', labels: { gpu: 'true' } });
    });
    const died = await find(
      encoder,
      ({ status, title }) => status === 'running' && title.startsWith('重新编码'),
    );
    await until(async () => {
      const { silence, build } = await grace.builds.get({ ...encoder, number: died });
      expect(silence).toMatchObject({
        stage: 'encode',
        step: 'encode',
        runner: expect.stringMatching(/^agent /),
      });
      expect(silence?.since).toBeGreaterThan(build.createdAt);
    });
  });

  it('a promotion that nothing takes is said to run never, and is no deployment', async () => {
    const number = await find(shop, ({ environment }) => environment === 'prodution');
    const view = await grace.builds.get({ ...shop, number });
    expect(view.waits).toEqual([{ kind: 'nothing-matched', environment: 'prodution' }]);
    expect(view.build.stages).toEqual([]);
    const { environments } = await grace.deployments.list(shop);
    const odd = environments.find((one) => one.name === 'prodution');
    expect(odd).toMatchObject({ current: null, latest: { outcome: 'nothing-ran' } });
    const staging = environments.find((one) => one.name === 'staging');
    expect(staging).toMatchObject({ named: true, current: { outcome: 'deployed' } });
  });

  it('a promotion starts, and the console knows who asked for it', async () => {
    const number = await find(shop, ({ event, status }) => event === 'push' && status === 'success');
    const plan = await grace.deployments.plan({ ...shop, number, environment: 'staging', kind: 'promote' });
    expect(plan.actsAs).toBeNull();
    expect(plan.preview.stages.filter((stage) => stage.runs).map((stage) => stage.name)).toEqual(['deploy']);
    const promotion = await grace.deployments.promote({
      ...{ ...shop, number, key: key('promote'), kind: 'promote' as const, environment: 'staging' },
      parameters: { REGION: 'cn' },
      expect: {
        commit: plan.build.commit,
        current: plan.current?.build.number ?? null,
        inFlight: plan.inFlight?.since ?? null,
      },
    });
    expect(promotion).toMatchObject({ state: 'started', by: 'grace' });
    const made = promotion.build ?? 0;
    await until(async () => {
      const view = await grace.builds.get({ ...shop, number: made });
      expect(view.build).toMatchObject({ status: 'success', startedBy: 'grace', parent: number });
    });
    const lost = await grace.deployments.promote({
      ...{ ...shop, number, key: key('nowhere'), kind: 'promote' as const, environment: 'nowhere' },
      parameters: {},
      expect: { commit: plan.build.commit, current: null, inFlight: null },
    });
    expect(lost).toMatchObject({ state: 'nothing', build: expect.any(Number) });
    const cancelled = await grace.builds.cancel({ ...shop, number: lost.build ?? 0 });
    expect(cancelled.build.status).toBe('cancelled');
  });

  it('where promotions are switched off, the reason stands in their place', async () => {
    const number = await find(gateway, ({ status }) => status === 'success');
    const { permits, build } = await grace.builds.get({ ...gateway, number });
    expect(permits.promote).toBe('promotions-off');
    expect(build.stages.map((stage) => stage.axes.GO)).toEqual(['1.24', '1.25']);
  });

  it('a held build is approved as a whole', async () => {
    const number = await find(cluster, ({ status }) => status === 'approval');
    const { build, waits, permits } = await grace.builds.get({ ...cluster, number });
    expect(waits[0]).toMatchObject({ kind: 'approval', because: 'protected', you: true });
    expect(permits.restart).toBe('awaits-approval');
    const after = await grace.builds.approve({ ...cluster, number, commit: build.commit });
    expect(after.build.status).not.toBe('approval');
    await until(async () => {
      const view = await grace.builds.get({ ...cluster, number });
      expect(view.build.status).toBe('success');
    });
  });

  it('a build started by hand has its steps’ logs, whole when each has ended', async () => {
    const { number } = await grace.builds.start({
      ...{ ...gateway, key: key('start'), branch: 'main', parameters: { TRACE: 'yes' } },
    });
    const compiled = async () => {
      const { build } = await grace.builds.get({ ...gateway, number: number ?? 0 });
      expect(build).toMatchObject({ event: 'custom', parameters: { TRACE: 'yes' } });
      const stage = build.stages[0];
      return { stage, step: stage?.steps.find((one) => one.name === 'compile') };
    };
    await until(async () => expect((await compiled()).step?.status).toBe('success'));
    const { stage, step } = await compiled();
    const ref = { ...gateway, number: number ?? 0, stage: stage?.number ?? 0, step: step?.number ?? 0 };
    await until(async () => {
      expect(await grace.logs.summary(ref)).toMatchObject({ state: 'complete' });
    });
    const { generation } = await grace.logs.summary(ref);
    const { lines } = await grace.logs.lines({ ...ref, generation, from: 0 });
    expect(lines.map((line) => line.text)).toEqual(expect.arrayContaining(['go 1.24', 'package 4 of 4']));
    const { build } = await grace.builds.cancel({ ...gateway, number: number ?? 0 });
    expect(build.stages.every((one) => isFinished(one.status))).toBe(true);
  });

  it('registry credentials and secrets are the server’s own', async () => {
    const credential = { host: 'r.example.test:5000', username: 'bot', password: 'made-up-password' };
    const added = await grace.registries.add({ ...shop, ...credential, pullRequests: false });
    expect(added).toMatchObject({ origin: 'native', pullRequests: null, changedBy: 'grace' });
    expect((await grace.registries.list(shop)).pipelineLines).toBeNull();
    await grace.registries.remove({ ...shop, host: credential.host });
    expect((await grace.registries.list(shop)).items).toEqual([]);
    const secrets = await grace.secrets.list(shop);
    expect(secrets.map((secret) => secret.name).sort()).toEqual(['kube_token', 'registry_token']);
  });

  it('a collaborator is shown what is not active yet: the server does not list it to them', async () => {
    console.sandbox.control.setRole('ops/runbooks', 'linus', 'write');
    const theirs = await fetch(`${console.sandbox.servers[0]?.url}/api/user/repos`, {
      headers: { authorization: `Bearer ${console.sandbox.servers[0]?.token('linus')}` },
    });
    expect(await theirs.text()).not.toContain('runbooks');
    const linus = await clientOf(console, 'linus');
    const { items } = await linus.repositories.list({ server, limit: 100 });
    expect(items.map(({ path, activation, level }) => `${path} ${activation} ${level}`)).toContain(
      'ops/runbooks inactive write',
    );
    expect((await linus.repositories.get(at('ops/runbooks'))).permits.activate).toBe('needs-admin');
  });

  it('an account is linked with a pasted token; then settings change and a repository is activated', async () => {
    const token = console.sandbox.servers[0]?.token('ada') ?? '';
    await expect(ada.accounts.link({ server, token })).resolves.toMatchObject({
      state: 'linked',
      oneClickUrl: null,
    });
    const { values } = await ada.repositories.settings(gateway);
    expect(values).toMatchObject({ approvals: 'forks', promotions: false, protected: null });
    const changed = await ada.repositories.changeSettings({ ...gateway, change: { promotions: true } });
    expect(changed.values.promotions).toBe(true);
    const { steps, repository } = await ada.repositories.activate(at('ops/runbooks'));
    expect(steps.map(({ name, state }) => `${name} ${state}`)).toEqual([
      'sync skipped',
      'find skipped',
      'enable done',
      'hook done',
    ]);
    expect(repository?.activation).toBe('active');
  });
});
