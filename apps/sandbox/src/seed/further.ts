import { syncRepositories } from '../faces/drone/sync.ts';
import { people } from '../people.ts';
import { DroneInstance } from '../servers/drone.ts';
import { Drone08Instance } from '../servers/drone-0.8.ts';
import { type FurtherInstance, serviceLogin } from '../servers/further.ts';
import { syncUser } from '../woodpecker/perms.ts';
import { addUser } from '../woodpecker/repositories.ts';
import { addCiUser } from '../world/people.ts';
import type { FurtherDemo } from './demo.ts';
import { drone08Demo } from './drone-0.8-demo.ts';
import { drone08Accounts } from './drone-0.8-people.ts';
import { woodpeckerDemo } from './woodpecker-demo.ts';

/** What a further CI server of the demo holds: its own repositories, but of a second Drone 2 or 1.10 accounts alone. */
export function demoOf(instance: FurtherInstance): FurtherDemo {
  if (instance instanceof Drone08Instance) return (line, end) => drone08Demo(instance, line, end);
  return instance instanceof DroneInstance
    ? () =>
        droneAccounts(
          instance,
          people('demo').map(({ login }) => login),
        )
    : (line, end) => woodpeckerDemo(instance, line, end);
}

/** As the recorded servers were before the first exchange: people with accounts, nothing active. */
export function seedFurtherRecorded(instance: FurtherInstance): void {
  const logins = ['ada', 'grace', 'linus'];
  if (instance instanceof DroneInstance) {
    droneAccounts(instance, logins);
    return;
  }
  if (instance instanceof Drone08Instance) {
    drone08Accounts(instance, logins);
    instance.agents.add({ name: 'agent1', platform: 'linux/amd64', capacity: 2, labels: {} });
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
