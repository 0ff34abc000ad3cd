import { syncRepositories } from '../faces/drone/sync.ts';
import { people } from '../people.ts';
import { DroneInstance } from '../servers/drone.ts';
import { serviceLogin } from '../servers/further.ts';
import type { WoodpeckerInstance } from '../servers/woodpecker.ts';
import { syncUser } from '../woodpecker/perms.ts';
import { addUser } from '../woodpecker/repositories.ts';
import { addCiUser } from '../world/people.ts';
import type { FurtherDemo } from './demo.ts';
import { woodpeckerDemo } from './woodpecker-demo.ts';

type Instance = DroneInstance | WoodpeckerInstance;

/** What a further CI server of the demo holds: a Woodpecker its own repositories, a Drone accounts and nothing else. */
export function demoOf(instance: Instance): FurtherDemo {
  return instance instanceof DroneInstance
    ? () =>
        droneAccounts(
          instance,
          people('demo').map(({ login }) => login),
        )
    : (line, end) => woodpeckerDemo(instance, line, end);
}

/** As the recorded servers were before the first exchange: people with accounts, nothing active. */
export function seedFurtherRecorded(instance: Instance): void {
  const logins = ['ada', 'grace', 'linus'];
  if (instance instanceof DroneInstance) {
    droneAccounts(instance, logins);
    return;
  }
  const { server, agents } = instance;
  for (const login of logins) syncUser(server, addUser(server, login, login === 'ada'));
  addUser(server, serviceLogin, true);
  agents.add({ name: 'agent1', backend: 'local', platform: 'linux/amd64', capacity: 2, labels: {} });
}

/** The first is the administrator. Nothing is active, and the forge's repositories are known. */
function droneAccounts({ id, core }: DroneInstance, logins: readonly string[]): void {
  const token = (login: string): string => `sandbox${id}${login}madeup`.padEnd(32, '0').slice(0, 32);
  for (const [index, login] of logins.entries())
    syncRepositories(core, addCiUser(core.world, { login, token: token(login), admin: index === 0 }));
  addCiUser(core.world, { login: serviceLogin, token: token('service'), admin: true, machine: true });
  core.pool.add({ name: `exec-${id}`, type: 'exec', os: 'linux', arch: 'amd64', capacity: 2 });
}
