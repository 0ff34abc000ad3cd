import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createCore } from '../core.ts';
import { type FurtherServer, type Sandbox, startSandbox } from '../index.ts';
import { WoodpeckerInstance } from '../servers/woodpecker.ts';
import { World } from '../world/world.ts';
import { seedDemo } from './demo.ts';
import { demoOf } from './further.ts';

let sandbox: Sandbox;
let woodpecker: FurtherServer;
beforeAll(async () => {
  sandbox = await startSandbox({ servers: [{ id: 'woodpecker', vendor: 'woodpecker' }] });
  const [first] = sandbox.servers;
  if (!first) throw new Error('there is no Woodpecker');
  woodpecker = first;
});
afterAll(() => sandbox.stop());

const all = () => sandbox.control.state('woodpecker');
const buildsOf = (name: string) => all().find((one) => one.slug === `ops/${name}`)?.builds ?? [];
const Repos = z.array(z.object({ full_name: z.string(), last_pipeline: z.object({ status: z.string() }) }));
const reposOf = async (who: string) => {
  const headers = { authorization: `Bearer ${woodpecker.token(who)}` };
  return Repos.parse(await (await fetch(`${woodpecker.url}/api/user/repos`, { headers })).json());
};

describe("the demo's Woodpecker", () => {
  it('has pipelines of every status and event', () => {
    const seen = new Set(
      all().flatMap((repo) => repo.builds.flatMap(({ event, status }) => [event, status])),
    );
    const statuses = [
      'success',
      'failure',
      'killed',
      'canceled',
      'error',
      'declined',
      'blocked',
      'pending',
      'running',
    ];
    const events = ['push', 'pull_request', 'tag', 'deployment', 'cron', 'manual'];
    expect([...statuses, ...events].filter((one) => !seen.has(one))).toEqual([]);
    expect(all().map((repo) => repo.builds.length > 5)).toEqual([true, true, true, true]);
  });

  it('shows what waits, runs and hangs: approval, a name nothing takes, a dead agent, a label nobody has', () => {
    expect(buildsOf('cluster-config')[0]).toMatchObject({ status: 'blocked' });
    const hangs = buildsOf('shop-deploy').filter((one) => one.status === 'pending');
    expect(hangs).toMatchObject([{ event: 'deployment' }]);
    expect(buildsOf('api-gateway')[0]).toMatchObject({ status: 'running' });
    expect(buildsOf('video-encoder').filter((one) => one.status === 'running').length).toBe(2);
    expect(sandbox.control.runners('woodpecker').map((one) => one.name)).toEqual(['agent-1']);
  });

  it('has something for ada, grace and wei, nothing to push to for linus, and its logs', async () => {
    expect((await reposOf('ada')).length).toBe(4);
    expect((await reposOf('grace')).map((one) => one.full_name)).toContain('ops/shop-deploy');
    expect((await reposOf('wei')).map((one) => one.full_name)).toContain('ops/video-encoder');
    expect(await reposOf('linus')).toEqual([]);
    const step = { server: 'woodpecker', repo: 'ops/video-encoder', build: 1, stage: 2, step: 5 };
    expect(sandbox.control.stored(step)?.length).toBe(60_001);
  });

  it('leaves what the first CI server has as it is without it', () => {
    const make = (further: boolean): string => {
      const world = new World({ seed: 'demo', start: Date.UTC(2026, 0, 5, 9), paused: true });
      const core = createCore(world);
      const settings = { clientId: '', clientSecret: '', stateSecret: '', forgeUrl: () => '' };
      const other = new WoodpeckerInstance('woodpecker', '3.17', settings, () => 'http://woodpecker.invalid');
      if (further) other.rebuild(world.beside('woodpecker'), () => false);
      seedDemo(core, further ? [demoOf(other)] : []);
      world.clock.stop();
      return JSON.stringify([
        world.ci.allBuilds(),
        world.ci.users,
        world.ci.repositories,
        world.ci.permissions,
      ]);
    };
    expect(make(true)).toBe(make(false));
  });
});
