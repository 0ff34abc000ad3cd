import { activate, addUser, syncUser } from '../drone-0.8/repositories.ts';
import type { Drone08Instance } from '../servers/drone-0.8.ts';
import { serviceLogin } from '../servers/further.ts';
import { addOrganisation } from '../world/people.ts';
import { kiln, mould, press, scripts } from './drone-0.8-files.ts';
import { addSeeded } from './forges.ts';

/** The organisation whose repositories this server builds. */
export const foundry = 'foundry';

/** Accounts of people who signed in once, each with the forge token of that time, and the console's own without one. */
export function drone08Accounts({ id, server }: Drone08Instance, logins: readonly string[]): void {
  for (const login of logins) {
    const person = server.world.forge.user(login);
    if (!person) throw new Error(`the forge knows no ${login}`);
    const token = `made-up-forge-token-of-${id}-for-${login}`;
    person.accessTokens.push(token);
    person.tokenNames ??= new Map();
    if (!person.tokenNames.has('drone')) person.tokenNames.set('drone', token);
    syncUser(server, addUser(server, login, token));
  }
  const service = addUser(server, serviceLogin, '');
  service.synced = server.seconds();
}

/** The organisation, its repositories, their settings, secrets and registry credentials. */
export function drone08People({ server }: Drone08Instance): void {
  const { world, state } = server;
  addOrganisation(world, foundry, 'Foundry 铸造厂', ['ada']);
  const repositories = [
    {
      name: 'press',
      description: 'The printing press 印刷机',
      collaborators: { grace: 'write', wei: 'write', linus: 'read' },
      files: { ...press, 'ci/lint.sh': scripts.lintGood, 'ci/test.sh': scripts.testGood },
    },
    {
      name: 'mould',
      description: '模具配置',
      private: true,
      collaborators: { grace: 'write', wei: 'read', linus: 'read' },
      files: mould,
    },
    {
      name: 'kiln',
      description: 'Firing curves',
      collaborators: { wei: 'admin', grace: 'write' },
      files: { ...kiln, 'ci/fire.sh': scripts.fireGood },
    },
    // Nobody has activated it.
    { name: 'patterns', description: '纹样库', files: press },
  ] as const;
  for (const { files, ...request } of repositories)
    addSeeded(world, { ...request, owner: foundry, defaultBranch: 'master' }, { files });
  for (const user of state.users) syncUser(server, user);
  const ada = state.user('ada');
  if (!ada) throw new Error('the demo has no ada');
  for (const name of ['press', 'mould', 'kiln']) activate(server, repoOf(server, name), ada);
  Object.assign(repoOf(server, 'press'), { allowTag: true });
  Object.assign(repoOf(server, 'mould'), { gated: true });
  credentials(server);
}

export function repoOf(server: Drone08Instance['server'], name: string) {
  const repo = server.state.repoBySlug(`${foundry}/${name}`);
  if (!repo) throw new Error(`the demo has no ${foundry}/${name}`);
  return repo;
}

function credentials(server: Drone08Instance['server']): void {
  const { state } = server;
  const repoId = repoOf(server, 'press').id;
  const secret = (name: string, value: string, events: string[] | null): void => {
    state.secrets.push({ id: state.nextId('secret'), repoId, name, value, images: null, events });
  };
  secret('registry_user', 'press-robot', ['push', 'tag']);
  secret('registry_password', 'made-up-registry-password', ['push', 'tag']);
  secret('deploy_key', 'made-up-deploy-key', ['deployment']);
  state.registries.push({
    ...{ id: state.nextId('registry'), repoId, address: 'registry.example.test', username: 'press-robot' },
    ...{ password: 'made-up-registry-password', email: '', token: '' },
  });
}
