import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCore } from '../core.ts';
import { type Sandbox, startSandbox } from '../index.ts';
import { World } from '../world/world.ts';
import { demoSpan } from './demo.ts';
import { seedWorld } from './seed.ts';

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox();
});

afterAll(() => sandbox.stop());

const all = () =>
  sandbox.control.state().flatMap((repo) => repo.builds.map((build) => ({ slug: repo.slug, ...build })));
const demoAt = (start: number): World => {
  const world = new World({ seed: 'demo', start, paused: true });
  seedWorld(createCore(world), 'demo', 'http://drone.invalid/login');
  world.clock.stop();
  return world;
};
const printed = (repo: string, build: number, step: number) =>
  sandbox.control.printed({ repo, build, stage: 1, step });

describe('the demo', () => {
  it('has hundreds of builds of every status and event', () => {
    const seen = new Set(all().flatMap((build) => [build.event, build.status]));
    const events = ['push', 'pull_request', 'tag', 'promote', 'rollback', 'cron', 'custom'];
    const statuses = ['success', 'failure', 'killed', 'error', 'declined', 'skipped', 'pending', 'running'];
    expect([...events, ...statuses].filter((one) => !seen.has(one))).toEqual([]);
    expect(all().length).toBeGreaterThan(400);
    const steps = sandbox.world.ci
      .allBuilds()
      .flatMap((build) => build.stages.flatMap((stage) => stage.steps));
    expect([1, 127, 137].filter((code) => !steps.some((step) => step.exitCode === code))).toEqual([]);
    expect(steps.some((step) => step.errignore)).toBe(true);
    expect(all().some((build) => build.event === 'pull_request')).toBe(true);
    expect(sandbox.world.ci.allBuilds().some((build) => build.sourceRepo === 'mallory/checkout')).toBe(true);
  });

  it('is the same each time it begins at the same moment', () => {
    const make = () => {
      const world = demoAt(Date.UTC(2026, 0, 5, 9));
      return JSON.stringify([
        world.ci.allBuilds(),
        world.ci.users,
        world.ci.repositories,
        world.ci.permissions,
      ]);
    };
    expect(make()).toBe(make());
  });

  it('has in each repository what the others and the hour have no part in', () => {
    const happened = (hour: number) => {
      const { ci } = demoAt(Date.UTC(2026, 0, 5, hour));
      return ci.repositories.map(({ id, slug }) => {
        // The weekly cron comes when it is Sunday.
        const builds = ci.buildsOf(id).filter(({ event }) => event !== 'cron' || slug !== 'acme/checkout');
        return [slug, ...builds.map(({ event, status, message }) => `${event} ${status} ${message}`)];
      });
    };
    expect(happened(17)).toEqual(happened(9));
  });

  it('ends now, and its queue shows why builds wait', () => {
    expect(Math.abs(sandbox.world.clock.now() - Date.now())).toBeLessThan(60_000);
    expect(demoSpan).toBe(42 * 24 * 3600 * 1000);
    const { ci } = sandbox.world;
    const open = ci.openBuilds().flatMap((build) => {
      const slug = ci.repositoryById(build.repoId)?.slug;
      return build.stages.map((stage) => `${slug} ${stage.name} ${stage.status}`);
    });
    expect(open).toEqual(
      expect.arrayContaining([
        'acme/infra plan blocked',
        'mobile/ios-wallet testflight pending',
        'mobile/ios-wallet archive pending',
        'data/etl-nightly load running',
        'data/etl-nightly load pending',
        'acme/storefront web running',
      ]),
    );
    // Its runner is back and idle, so only the limit holds the next one.
    expect(sandbox.control.runners().find((one) => one.name === 'exec-basement')?.running).toBe(0);
  });

  it('has logs of every size', () => {
    expect(printed('acme/load-tests', 1, 1).text.split('\n')).toHaveLength(2002);
    expect(printed('acme/load-tests', 1, 2).text.split('\n')).toHaveLength(200_002);
    const cut = printed('acme/load-tests', 1, 3).records;
    expect([cut[0]?.pos, cut.at(-1)?.pos, cut.length]).toEqual([15_720, 100_728, 85_009]);
    expect(printed('acme/load-tests', 1, 4).text).toMatch(/unfinished$/);
    expect(printed('acme/load-tests', 1, 5).records).toHaveLength(1);
  });

  it('does something else per environment, with its secret masked', () => {
    const promotions = sandbox.world.ci
      .allBuilds()
      .filter((one) => one.event === 'promote' && one.status === 'success');
    const of = (target: string) =>
      promotions.findLast((one) => one.deployTo === target && one.repoId === promotions[0]?.repoId);
    const log = (target: string) =>
      sandbox.world.ci
        .storedLog(of(target)?.stages[0]?.steps[0]?.id ?? 0)
        ?.map((one) => one.out)
        .join('') ?? '';
    expect(log('staging')).toContain('pod 3 of 3 ready');
    expect(log('production')).toContain('生产环境发布');
    expect(log('production')).toContain('using [secret:deploy_token]');
    // Misspelt, it still made a build that ended well.
    expect(promotions.some((one) => one.deployTo === 'prodution')).toBe(true);
  });

  it('runs on: a push is built while one looks', () => {
    const { control } = sandbox;
    const { build } = control.push({ repo: 'acme/checkout', message: 'Now', author: 'grace' });
    control.setClock({ paused: true });
    control.setClock({ advance: 1000 });
    const head = () => control.state().find((one) => one.slug === 'acme/checkout')?.builds[0];
    expect(head()).toMatchObject({ number: build, status: 'running' });
    control.setClock({ advance: 60_000 });
    expect(['success', 'failure']).toContain(head()?.status);
    control.reset();
    expect(head()?.number).toBeLessThan(build ?? 0);
    control.setClock({ paused: false });
  });
});
