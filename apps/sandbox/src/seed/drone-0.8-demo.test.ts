import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type FurtherServer, type Sandbox, startSandbox } from '../index.ts';

let sandbox: Sandbox;
let drone: FurtherServer;
beforeAll(async () => {
  sandbox = await startSandbox({
    forges: [{ id: 'gogs', vendor: 'gogs' }],
    servers: [
      { id: 'old', vendor: 'drone-0.8', forge: 'gogs' },
      { id: 'older', vendor: 'drone-0.8', forge: 'gogs' },
    ],
  });
  const [first] = sandbox.servers;
  if (!first) throw new Error('there is no Drone 0.8');
  drone = first;
}, 60_000);
afterAll(() => sandbox.stop());

const all = () => sandbox.control.state('old');
const buildsOf = (name: string) => all().find((one) => one.slug === `foundry/${name}`)?.builds ?? [];
const Repos = z.array(z.object({ full_name: z.string(), active: z.boolean() }));
const reposOf = async (who: string) => {
  const headers = { authorization: `Bearer ${drone.token(who)}` };
  const answer = await fetch(`${drone.url}/api/user/repos?all=true`, { headers });
  return Repos.parse(await answer.json()).map((one) => `${one.full_name}${one.active ? '' : ' -'}`);
};

describe("the demo's Drone 0.8", () => {
  it('has builds of every status and event', () => {
    const seen = new Set(
      all().flatMap((repo) => repo.builds.flatMap(({ event, status }) => [event, status])),
    );
    const statuses = ['success', 'failure', 'killed', 'error', 'declined', 'blocked', 'pending', 'running'];
    const events = ['push', 'pull_request', 'tag', 'deployment'];
    expect([...statuses, ...events].filter((one) => !seen.has(one))).toEqual([]);
    expect(['press', 'mould', 'kiln'].map((name) => buildsOf(name).length > 8)).toEqual([true, true, true]);
  });

  it('shows what waits, runs and hangs: consent, a long proof, a dead agent, a platform nobody has', () => {
    expect(buildsOf('mould')[0]).toMatchObject({ status: 'blocked', event: 'pull_request' });
    expect(buildsOf('press')[0]).toMatchObject({ status: 'running' });
    expect(buildsOf('kiln').slice(0, 2)).toMatchObject([{ status: 'pending' }, { status: 'running' }]);
    expect(sandbox.control.runners('old').map((one) => one.name)).toEqual(['agent-1']);
  });

  it('has something for everybody, and a log of which the agent kept the first two million bytes', async () => {
    const own = ['foundry/kiln', 'foundry/mould', 'foundry/press'];
    expect(await reposOf('grace')).toEqual([...own, 'workshop/lathe -']);
    expect(await reposOf('ada')).toEqual([
      'foundry/kiln',
      'foundry/mould',
      'foundry/patterns -',
      'foundry/press',
      'workshop/keys -',
      'workshop/lathe -',
    ]);
    const number = buildsOf('kiln').find((one) => one.status === 'success')?.number ?? 0;
    const step = { server: 'old', repo: 'foundry/kiln', build: number, stage: 1, step: 6 };
    const stored = sandbox.control.stored(step) ?? [];
    expect(stored.reduce((sum, one) => sum + one.out.length, 0)).toBe(2_000_000);
  });

  it('a second one has accounts and nothing else', () => {
    expect(sandbox.control.state('older').filter((one) => one.active)).toEqual([]);
    expect(sandbox.servers[1]?.token('grace')).toMatch(/^ey/);
  });
});
