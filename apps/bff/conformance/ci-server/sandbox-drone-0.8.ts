import { addUser, syncUser } from '../../../sandbox/src/drone-0.8/repositories.ts';
import { makeToken } from '../../../sandbox/src/drone-0.8/tokens.ts';
import { startSandbox } from '../../../sandbox/src/index.ts';
import { Drone08Instance } from '../../../sandbox/src/servers/drone-0.8.ts';
import { openPullRequest, push } from '../../../sandbox/src/world/git.ts';
import { addRepository } from '../../../sandbox/src/world/people.ts';
import { createDrone08 } from '../../src/adapters/ci/drone-0.8/adapter.ts';
import type { CiServerHarness, Control, StepAddress } from './harness.ts';
import { impatient, sandboxSide } from './sandbox-side.ts';

const face = 'old';
const gogs = 'gogs';
const repo = 'workshop/lathe';
const inactive = 'workshop/manual';
const unsynced = 'workshop/shelf';
const gated = 'workshop/door';
const hidden = 'workshop/keys';
const owned = 'grace/tools';

const pipeline = `pipeline:
  build:
    image: alpine
    commands:
      - for i in 1 2 3 4 5; do echo turn $i; sleep 1; done
  test:
    image: alpine
    commands:
      - echo tested
  deploy:
    image: alpine
    commands:
      - echo deployed
    when:
      event: deployment
      environment: staging
`;

/** The adapter before a sandbox's Drone 0.8 on its Gogs; time goes by only when the suite waits. */
export async function sandboxDrone08(): Promise<CiServerHarness> {
  const sandbox = await startSandbox({
    paused: true,
    forges: [{ id: gogs, vendor: 'gogs' }],
    servers: [{ id: face, vendor: 'drone-0.8', forge: gogs }],
  });
  const { control } = sandbox;
  const { pause, during, faults } = sandboxSide(sandbox, face);
  const { world } = sandbox.forges.get(gogs);
  const [placed] = sandbox.servers;
  const instance = control.parts.servers.find((one) => one.instance.id === face)?.instance;
  if (!placed || !(instance instanceof Drone08Instance)) throw new Error('the sandbox has no Drone 0.8');
  const onForge = (path: string) => {
    const [owner = '', name = ''] = path.split('/');
    const found = world.forge.repository(owner, name);
    if (!found) throw new Error(`the forge knows no ${path}`);
    return found;
  };
  const add = (path: string, more: object = {}) => {
    const [owner = '', name = ''] = path.split('/');
    const made = addRepository(world, { owner, name, defaultBranch: 'main', ...more });
    const files = { '.drone.yml': pipeline };
    push(world, { repo: made, branch: 'main', message: 'Begin', author: 'ada', files });
  };
  add(inactive);
  add(gated);
  add(owned);
  const login = (name: string): { login: string; token: string } => {
    const known = placed.token(name);
    if (known) return { login: name, token: known };
    const account = addUser(instance.server, name, `${name}-access-token`);
    return { login: name, token: makeToken(account, 'user') };
  };
  const people = {
    ada: login('ada'),
    grace: login('grace'),
    linus: login('linus'),
    wei: login('wei'),
    carol: login('carol'),
  };
  onForge(repo).collaborators.set('wei', 'write');
  for (const { login: name } of Object.values(people)) {
    const account = instance.server.state.user(name);
    if (account) syncUser(instance.server, account);
  }
  add(unsynced);
  const server = createDrone08({
    ...{ id: face, name: 'Sandbox', publicUrl: placed.url, internalUrl: placed.url, forge: gogs },
    ...{ oneClickLink: false, ...impatient },
    identify: (path) => {
      const [owner = '', name = ''] = path.split('/');
      return String(world.forge.repository(owner, name)?.id ?? '') || null;
    },
  });
  await server.probe();
  const administrator = server.as(people.ada.token);
  const numberOf = (path: string): number => instance.lastNumber(path);
  let pushes = 0;
  const pushed = (path: string, author: string): number => {
    pushes += 1;
    const files = { 'CHECK.md': `${pushes}`, '.drone.yml': pipeline };
    const before = numberOf(path);
    const at = onForge(path);
    push(world, { repo: at, branch: at.defaultBranch, message: 'For the suite', author, files });
    if (numberOf(path) !== before + 1) throw new Error(`a push to ${path} made no build`);
    return before + 1;
  };
  for (const path of [repo, gated, hidden]) {
    await administrator.activate(path, '');
  }
  await server.as(people.grace.token).activate(owned, '');
  // Of pull requests alone: a push of the same file would have it known, and nothing held.
  await administrator.changeSettings(gated, { protected: true, ignorePushes: true });
  // Agents of the demo's, if any, and one of the suite's own.
  control.addRunner({ server: face, name: 'suite', type: 'docker', os: 'linux', arch: 'amd64', capacity: 4 });
  for (let i = 0; i < 3; i += 1) pushed(repo, 'wei');
  await pause(60_000);

  const address = ({ path, number, ...rest }: StepAddress) => ({
    ...{ server: face, repo: path, build: number },
    ...rest,
  });
  const stepOf = async (path: string, number: number): Promise<StepAddress> => {
    const stage = (await administrator.build(path, number))?.stages[0];
    const step = stage?.steps.find((one) => one.name === 'build');
    return { path, number, stage: stage?.number ?? 0, step: step?.number ?? 0 };
  };
  /** Its stored log is this many lines. */
  const filled = async (number: number, lines: number, words: string): Promise<StepAddress> => {
    const at = await stepOf(repo, number);
    const known = instance.server.state.repoBySlug(repo);
    const proc =
      known && instance.server.state.build(known.id, number)?.procs.find((one) => one.pid === at.step);
    const text = Array.from({ length: lines }, (_, pos) => ({
      proc: 'build',
      pos,
      out: `${pos} ${words}\n`,
    }));
    instance.server.state.saveText(proc?.id ?? 0, JSON.stringify(text));
    return at;
  };
  let strangers = 0;

  const world_: Control = {
    hidden,
    inactive,
    unsynced,
    forgeRepoId: (path) => String(onForge(path).id),
    owned: { path: owned, token: people.grace.token },
    nowhere: { path: repo, number: 1, environment: 'nowhere' },
    pushHeld: async () => {
      strangers += 1;
      const at = onForge(gated);
      // Held is a file that has not run yet: with Gogs that of the branch the request would go into.
      const files = { '.drone.yml': `${pipeline}# ${strangers}\n` };
      push(world, { repo: at, branch: at.defaultBranch, message: 'Begin anew', author: 'ada', files });
      const branch = `stranger-${strangers}`;
      const commit = push(world, { repo: at, branch, message: 'For the suite', author: 'wei', files });
      openPullRequest(world, { repo: at, title: 'Let me in', author: 'wei', branch, sha: commit.sha });
      return { path: gated, number: numberOf(gated) };
    },
    push: async () => pushed(repo, 'wei'),
    // Pipelines are numbered first: that of a build without a matrix is 1, and its first step 2.
    holdFirst: async (path, number) => control.hold(address({ path, number, stage: 1, step: 2 })),
    // A step is said to run a moment before its container does.
    release: (step) => {
      if (instance.process(address(step))) control.release(address(step));
      else instance.unhold(address(step));
    },
    stored: (step) => control.stored(address(step)),
    long: await filled(2, 60_000, 'of many'),
    overLimit: await filled(3, 36_500, 'of a log that was cut at the limit of the agent'),
    signIn: () => Promise.reject(new Error('it offers no such link')),
    ...faults,
  };

  return {
    server,
    administrator: people.ada,
    writer: people.wei,
    reader: people.linus,
    outsider: people.carol,
    repo,
    forgeRepoId: String(onForge(repo).id),
    environment: 'staging',
    pause,
    during,
    control: world_,
    stop: () => sandbox.stop(),
  };
}
