import { Browser } from '../../../sandbox/src/faces/gitea/testing.ts';
import { startSandbox } from '../../../sandbox/src/index.ts';
import { createDrone } from '../../src/adapters/ci/drone/adapter.ts';
import type { CiServerHarness, Control, StepAddress } from './harness.ts';
import { impatient, sandboxSide } from './sandbox-side.ts';

const onlyPushes = 'oss/tinyqueue';
const pushesOnly = {
  '.drone.yml': [
    'kind: pipeline',
    'type: exec',
    'name: default',
    'trigger: {event: [push]}',
    'steps: [{name: test, commands: [echo tested]}]',
    '',
  ].join('\n'),
};

/** The adapter before the sandbox's Drone of this version, in the demo's world; time goes by only when the suite waits. */
export async function sandboxDrone(version: '2.25' | '1.10' = '2.25'): Promise<CiServerHarness> {
  const sandbox = await startSandbox({ paused: true, droneVersion: version });
  const { control } = sandbox;
  const { pause, during, faults } = sandboxSide(sandbox, 'drone');
  const server = createDrone({
    id: 'drone',
    name: 'Sandbox',
    publicUrl: sandbox.urls.drone,
    internalUrl: sandbox.urls.drone,
    forge: 'gitea',
    oneClickLink: true,
    ...impatient,
  });
  // What it can do depends on its version.
  await server.probe();
  const person = (login: string) => {
    const user = sandbox.world.ci.user(login);
    if (!user) throw new Error(`the demo knows no ${login}`);
    return { login, token: user.token };
  };
  const repo = 'acme/checkout';
  const known = sandbox.world.ci.repositoryBySlug(repo);
  const address = ({ path, number, ...rest }: StepAddress) => ({ repo: path, build: number, ...rest });
  let pushes = 0;
  const pushed = (slug: string, author: string, files: Record<string, string> = {}): number => {
    pushes += 1;
    const changed = { 'CHECK.md': `${pushes}`, ...files };
    const { build } = control.push({ repo: slug, author, message: 'For the suite', files: changed });
    if (build === null) throw new Error(`a push to ${slug} made no build`);
    return build;
  };

  const world: Control = {
    hidden: 'acme/infra',
    inactive: 'acme/docs-site',
    unsynced: 'data/warehouse',
    owned: { path: 'mobile/ios-wallet', token: person('grace').token },
    nowhere: { path: onlyPushes, number: pushed(onlyPushes, 'carol', pushesOnly), environment: 'nowhere' },
    pushHeld: async () => ({ path: 'acme/infra', number: pushed('acme/infra', 'wei') }),
    push: async () => pushed(repo, 'grace'),
    forgeRepoId: (path) => sandbox.world.ci.repositoryBySlug(path)?.uid ?? '',
    holdFirst: async (path, number) => control.hold({ repo: path, build: number, stage: 1, step: 1 }),
    release: (step) => control.release(address(step)),
    stored: (step) => control.stored(address(step)),
    long: { path: 'acme/load-tests', number: 1, stage: 1, step: 2 },
    overLimit: { path: 'acme/load-tests', number: 1, stage: 1, step: 3 },
    signIn: async (location, login) => {
      const { origin, searchParams } = new URL(location);
      const browser = new Browser(origin);
      const password = sandbox.people.find((one) => one.login === login)?.password;
      await browser.signIn(login, password);
      return browser.authorize(Object.fromEntries(searchParams));
    },
    ...faults,
  };

  return {
    server,
    administrator: person('ada'),
    writer: person('wei'),
    reader: person('linus'),
    outsider: person('carol'),
    repo,
    forgeRepoId: known?.uid ?? '',
    environment: 'staging',
    pause,
    during,
    control: world,
    stop: () => sandbox.stop(),
  };
}
