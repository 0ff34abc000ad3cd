import type { ForgeRepository } from '../world/model.ts';
import type { WpOrg, WpRepo, WpUser } from './model.ts';
import { syncPerm } from './perms.ts';
import type { WpServer } from './server.ts';

export function orgOf(server: WpServer, name: string, isUser: boolean): WpOrg {
  const { state } = server;
  let org = state.orgs.find((one) => one.name.toLowerCase() === name.toLowerCase());
  if (!org) {
    org = { id: state.nextId('org'), name, isUser };
    state.orgs.push(org);
  }
  return org;
}

/** Somebody signs in for the first time: an account with an organisation of its own. */
export function addUser(server: WpServer, login: string, admin = false): WpUser {
  const { state, world } = server;
  const person = world.forge.user(login);
  const user: WpUser = {
    id: state.nextId('user'),
    forgeRemoteId: person ? String(person.id) : '',
    login: person?.login ?? login,
    email: person?.email ?? '',
    avatar: person ? `${world.addresses.gitea}/avatars/${person.avatar}` : '',
    admin,
    orgId: orgOf(server, login, true).id,
    hash: world.random.text(32),
  };
  state.users.push(user);
  return user;
}

/** A row as the server makes it at a first activation. */
export function addRepo(server: WpServer, forgeRepo: ForgeRepository, user: WpUser): WpRepo {
  const { state, world } = server;
  const repo: WpRepo = {
    id: state.nextId('repo'),
    forgeRemoteId: String(forgeRepo.id),
    orgId: orgOf(server, forgeRepo.owner, world.forge.organisation(forgeRepo.owner) === undefined).id,
    userId: user.id,
    owner: forgeRepo.owner,
    name: forgeRepo.name,
    former: [],
    defaultBranch: forgeRepo.defaultBranch,
    private: forgeRepo.private,
    timeout: 60,
    visibility: forgeRepo.private ? 'private' : 'public',
    trusted: { network: false, volumes: false, security: false },
    approval: 'forks',
    approvalAllowedUsers: null,
    active: false,
    allowPull: true,
    allowDeploy: false,
    configFile: '',
    cancelPrevious: ['push', 'pull_request'],
    netrcTrusted: null,
    configExtension: { endpoint: '', exclusive: false, netrc: false },
    registryExtension: { endpoint: '', netrc: false },
    secretExtension: { endpoint: '', netrc: false },
    counter: 0,
  };
  state.repos.push(repo);
  return repo;
}

/** Makes a repository active, with a webhook on the forge. */
export function activate(server: WpServer, forgeRepo: ForgeRepository, user: WpUser): WpRepo {
  const repo = server.state.repoByForgeId(String(forgeRepo.id)) ?? addRepo(server, forgeRepo, user);
  repo.userId = user.id;
  repo.active = true;
  repair(server, repo, forgeRepo);
  syncPerm(server, user, repo);
  return repo;
}

/** Name, branch and privacy as the forge has them now, and one webhook. */
export function repair(server: WpServer, repo: WpRepo, forgeRepo: ForgeRepository): void {
  const slug = `${repo.owner}/${repo.name}`;
  if (slug !== `${forgeRepo.owner}/${forgeRepo.name}`) repo.former.push(slug);
  repo.owner = forgeRepo.owner;
  repo.name = forgeRepo.name;
  repo.private = forgeRepo.private;
  repo.defaultBranch = forgeRepo.defaultBranch;
  removeHook(server, forgeRepo);
  forgeRepo.hooks.push({
    id: server.world.forge.nextId(),
    url: `${server.settings.host()}/api/hook?access_token=made-up-hook-token-${repo.id}`,
    events: ['push', 'create', 'pull_request', 'release'],
    active: true,
    createdAt: server.world.clock.now(),
  });
}

export function removeHook(server: WpServer, forgeRepo: ForgeRepository): void {
  const own = `${server.settings.host()}/api/hook`;
  forgeRepo.hooks = forgeRepo.hooks.filter((hook) => !hook.url.startsWith(own));
}
