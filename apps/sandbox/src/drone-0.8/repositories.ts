import type { ForgeRepository } from '../world/model.ts';
import { type D8Perm, type D8Repo, type D8User, slugOf } from './model.ts';
import type { D8Server } from './server.ts';

/** Rows older than this are asked of the forge again at the next request. */
const lifetime = 3600;

export type Rights = Pick<D8Perm, 'pull' | 'push' | 'admin'>;

/** Somebody signs in for the first time. */
export function addUser(server: D8Server, login: string, forgeToken: string): D8User {
  const { state, world } = server;
  const person = world.forge.user(login);
  const user: D8User = {
    id: state.nextId('user'),
    login: person?.login ?? login,
    forgeToken,
    email: person?.email ?? '',
    avatar: person ? `${world.addresses.gitea}/avatars/${person.id}` : '',
    active: false,
    synced: 0,
    hash: world.random.text(52).toUpperCase(),
  };
  state.users.push(user);
  return user;
}

/** Who the forge takes the server for when it calls with this person's token: nobody, when that is none. */
function forgeLogin(server: D8Server, user: D8User): string | undefined {
  const { forge } = server.world;
  return forge.users.find((one) => one.active && one.accessTokens.includes(user.forgeToken))?.login;
}

/** What the forge shows of a repository to the holder of this token; undefined when it refuses or fails. */
function askForge(server: D8Server, user: D8User, slug: string): Rights | undefined {
  const [owner = '', name = ''] = slug.split('/');
  const { forge } = server.world;
  const login = forgeLogin(server, user);
  const found = forge.repository(owner, name);
  if (login === undefined || !found || server.forgeFails(`GET /api/v1/repos/${slug}`)) return undefined;
  return forge.permissions(login, found);
}

/** What a caller may do: the forge's word, at most an hour old, what visibility adds, and everything for administrators. */
export function rightsOf(server: D8Server, user: D8User | undefined, repo: D8Repo): Rights {
  const rights = { pull: false, push: false, admin: false };
  if (user) Object.assign(rights, freshPerm(server, user, repo));
  if (user && server.isAdmin(user.login)) Object.assign(rights, { pull: true, push: true, admin: true });
  if (repo.visibility === 'public' || (repo.visibility === 'internal' && user)) rights.pull = true;
  return rights;
}

function freshPerm(server: D8Server, user: D8User, repo: D8Repo): Rights {
  const row = server.state.perm(user.id, repo.id);
  const now = server.seconds();
  const pick = ({ pull, push, admin }: Rights): Rights => ({ pull, push, admin });
  if (row && row.synced + lifetime >= now) return pick(row);
  const found = askForge(server, user, slugOf(repo));
  // A forge that fails takes every right away until it answers again; the row stays.
  if (!found) return { pull: false, push: false, admin: false };
  if (row) Object.assign(row, found, { synced: now });
  else server.state.perms.push({ userId: user.id, repoId: repo.id, ...found, synced: now });
  return pick(found);
}

/**
 * Reads a person's repositories from the forge. Known ones are left as they are; rights are asked at the first look.
 * A token that is none brings nothing and is no error to the caller.
 */
export function syncUser(server: D8Server, user: D8User): void {
  const { state, world } = server;
  const now = server.seconds();
  user.synced = now;
  const login = forgeLogin(server, user);
  if (login === undefined || server.forgeFails('GET /api/v1/user/repos')) return;
  const found = world.forge.repositoriesOf(login);
  if (found.length === 0) return;
  const stale = now - lifetime - 1;
  const listed = new Set<number>();
  for (const forgeRepo of found) {
    const slug = `${forgeRepo.owner}/${forgeRepo.name}`;
    const repo = state.repoBySlug(slug) ?? addRepo(server, forgeRepo);
    listed.add(repo.id);
    const row = state.perm(user.id, repo.id);
    const asked = { pull: true, push: false, admin: false, synced: stale };
    if (row) Object.assign(row, asked);
    else state.perms.push({ userId: user.id, repoId: repo.id, ...asked });
  }
  state.perms = state.perms.filter((one) => one.userId !== user.id || listed.has(one.repoId));
}

/** What the forge says of a repository, as the driver for Gogs reads it. */
function fromForge(server: D8Server, { owner, name, private: hidden }: ForgeRepository) {
  const { addresses, forge } = server.world;
  const link = `${addresses.gitea}/${owner}/${name}`;
  const person = forge.user(owner);
  const picture = person ? `avatars/${person.id}` : 'img/avatar_default.png';
  const clone = `${link}.git`;
  return { avatar: `${addresses.gitea}/${picture}`, link, clone, branch: 'master', private: hidden };
}

function addRepo(server: D8Server, forgeRepo: ForgeRepository): D8Repo {
  const repo: D8Repo = {
    id: server.state.nextId('repo'),
    ...{ owner: forgeRepo.owner, name: forgeRepo.name, ...fromForge(server, forgeRepo) },
    ...{ userId: 0, timeout: 0, visibility: '', trusted: false, gated: false, active: false },
    ...{ allowPull: false, allowPush: false, allowDeploy: false, allowTag: false, counter: 0, config: '' },
  };
  server.state.repos.push(repo);
  return repo;
}

const forgeRepoOf = (server: D8Server, repo: D8Repo): ForgeRepository | undefined =>
  server.world.forge.repository(repo.owner, repo.name);

/** One webhook more on the forge, with the caller's token. @returns whether the forge took it */
export function addHook(server: D8Server, repo: D8Repo, user: D8User): boolean {
  const forgeRepo = forgeRepoOf(server, repo);
  if (!forgeRepo || !askForge(server, user, slugOf(repo))?.admin) return false;
  if (server.forgeFails(`POST /api/v1/repos/${slugOf(repo)}/hooks`)) return false;
  forgeRepo.hooks.push({
    id: server.world.forge.nextId(),
    url: `${server.settings.host()}/hook?access_token=made-up-hook-token-${repo.id}`,
    events: ['push', 'create', 'pull_request'],
    active: true,
    createdAt: server.world.clock.now(),
  });
  return true;
}

/** @returns whether the forge took the webhook */
export function activate(server: D8Server, repo: D8Repo, user: D8User): boolean {
  if (!addHook(server, repo, user)) return false;
  repo.active = true;
  repo.userId = user.id;
  if (!repo.allowPush && !repo.allowPull && !repo.allowDeploy && !repo.allowTag)
    repo.allowPush = repo.allowPull = true;
  if (repo.visibility === '') repo.visibility = repo.private ? 'private' : 'public';
  if (repo.config === '') repo.config = '.drone.yml';
  if (repo.timeout === 0) repo.timeout = 60;
  readAgain(server, repo);
  return true;
}

/** Address, picture and privacy as the forge has them now. */
export function readAgain(server: D8Server, repo: D8Repo): void {
  const forgeRepo = forgeRepoOf(server, repo);
  if (!forgeRepo) return;
  if (forgeRepo.private !== repo.private) repo.visibility = forgeRepo.private ? 'private' : 'public';
  Object.assign(repo, fromForge(server, forgeRepo));
}
