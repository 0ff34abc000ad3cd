import { startSandbox } from '../../../sandbox/src/index.ts';
import { createWoodpecker } from '../../src/adapters/ci/woodpecker/adapter.ts';
import type { CiServerHarness, Control, StepAddress } from './harness.ts';
import { impatient, sandboxSide } from './sandbox-side.ts';

const face = 'woodpecker';
const repo = 'ops/shop-deploy';

/** The adapter before a sandbox's Woodpecker of this version; time goes by only when the suite waits. */
export async function sandboxWoodpecker(version: '3.17' | '2.8'): Promise<CiServerHarness> {
  const sandbox = await startSandbox({
    paused: true,
    servers: [{ id: face, vendor: 'woodpecker', version }],
  });
  const { control } = sandbox;
  const { pause, during, faults } = sandboxSide(sandbox, face);
  const [placed] = sandbox.servers;
  if (!placed) throw new Error('the sandbox has no Woodpecker');
  const server = createWoodpecker({
    id: face,
    name: 'Sandbox',
    publicUrl: placed.url,
    internalUrl: placed.url,
    forge: 'gitea',
    oneClickLink: false,
    ...impatient,
  });
  // What it can do depends on its version.
  await server.probe();
  const person = (login: string) => {
    const token = placed.token(login);
    if (!token) throw new Error(`the demo knows no ${login}`);
    return { login, token };
  };
  const idOf = (path: string): string => {
    const [owner = '', name = ''] = path.split('/');
    return String(sandbox.world.forge.repository(owner, name)?.id ?? '');
  };
  const address = ({ path, number, ...rest }: StepAddress) => ({
    ...{ server: face, repo: path, build: number },
    ...rest,
  });
  let pushes = 0;
  const pushed = (path: string, author: string): number => {
    pushes += 1;
    const files = { 'CHECK.md': `${pushes}` };
    const { builds } = control.push({ repo: path, author, message: 'For the suite', files });
    const build = builds[face];
    if (!build) throw new Error(`a push to ${path} made no build`);
    return build;
  };
  const administrator = server.as(person('ada').token);

  // The demo has no reader of a repository with promotions.
  control.setRole(repo, 'linus', 'read');
  const passed = (await administrator.builds(repo, 1, 50)).find(
    (head) => head.event === 'push' && head.status === 'success',
  );
  const world: Control = {
    hidden: 'ops/cluster-config',
    inactive: 'ops/runbooks',
    unsynced: null,
    forgeRepoId: idOf,
    owned: { path: 'ops/video-encoder', token: person('wei').token },
    nowhere: { path: repo, number: passed?.number ?? 0, environment: 'nowhere' },
    pushHeld: async () => ({ path: 'ops/cluster-config', number: pushed('ops/cluster-config', 'wei') }),
    push: async () => pushed(repo, 'grace'),
    holdFirst: async (path, number) => {
      const first = async () => (await administrator.build(path, number))?.stages[0];
      while (!(await first())?.steps[0]) await pause(50);
      const stage = await first();
      const at = { stage: stage?.number ?? 0, step: stage?.steps[0]?.number ?? 0 };
      control.hold(address({ path, number, ...at }));
    },
    release: (step) => control.release(address(step)),
    // The control door tells lines without their ends.
    stored: (step) =>
      control.stored(address(step))?.map((record) => ({ ...record, out: `${record.out}\n` })) ?? null,
    long: await longOf(),
    overLimit: null,
    signIn: () => Promise.reject(new Error('it offers no such link')),
    ...faults,
  };

  async function longOf(): Promise<StepAddress> {
    const path = 'ops/video-encoder';
    for (const { number } of await administrator.builds(path, 1, 20)) {
      const build = await administrator.build(path, number);
      const stage = build?.stages.find((one) => one.name === 'report' && one.status === 'success');
      const step = stage?.steps.at(-1);
      if (stage && step) return { path, number, stage: stage.number, step: step.number };
    }
    throw new Error('the demo has no long log');
  }

  return {
    server,
    administrator: person('ada'),
    writer: person('grace'),
    reader: person('linus'),
    outsider: person('carol'),
    repo,
    forgeRepoId: idOf(repo),
    environment: 'staging',
    pause,
    during,
    control: world,
    stop: () => sandbox.stop(),
  };
}
