import type { ForgeRepository } from '../world/model.ts';
import type { WpPerm, WpRepo, WpUser } from './model.ts';
import type { WpServer } from './server.ts';

/** Rows older than this are asked of the forge again at the next request. */
const lifetime = 3600;

export type Rights = Pick<WpPerm, 'pull' | 'push' | 'admin'>;

const none: Rights = { pull: false, push: false, admin: false };

export const forgeRepoOf = (server: WpServer, repo: WpRepo): ForgeRepository | undefined =>
  server.world.forge.repositoryById(Number(repo.forgeRemoteId));

/** What a caller may do: the forge's word, at most an hour old, and what visibility adds. */
export function rightsOf(server: WpServer, user: WpUser | undefined, repo: WpRepo): Rights {
  if (user?.admin) return { pull: true, push: true, admin: true };
  const row = user && freshPerm(server, user, repo);
  const rights = row ?? none;
  const visible = repo.visibility === 'public' || (repo.visibility === 'internal' && user !== undefined);
  return { ...rights, pull: rights.pull || visible };
}

/** The cached row, asked again when it is stale; a forge that fails leaves it as it was. */
function freshPerm(server: WpServer, user: WpUser, repo: WpRepo): WpPerm | undefined {
  const row = server.state.perm(user.id, repo.id);
  if (row && row.synced > server.seconds() - lifetime) return row;
  if (server.forgeFails(`GET /api/v1/repos/${repo.owner}/${repo.name}`)) return row;
  return syncPerm(server, user, repo);
}

/** Asks the forge; no row is kept for whom it shows nothing. */
export function syncPerm(server: WpServer, user: WpUser, repo: WpRepo): WpPerm | undefined {
  const { state, world } = server;
  const forgeRepo = forgeRepoOf(server, repo);
  const found = forgeRepo && world.forge.user(user.login) && world.forge.permissions(user.login, forgeRepo);
  if (!found) {
    state.perms = state.perms.filter((one) => one.userId !== user.id || one.repoId !== repo.id);
    return undefined;
  }
  const now = server.seconds();
  const row = state.perm(user.id, repo.id);
  if (row) return Object.assign(row, found, { synced: now, updated: now });
  const fresh = { userId: user.id, repoId: repo.id, ...found, synced: now, created: now, updated: now };
  state.perms.push(fresh);
  return fresh;
}

/** At a sign-in and on request: every repository of the person's that the server knows, and no row for others. */
export function syncUser(server: WpServer, user: WpUser): void {
  const { state, world } = server;
  const own = new Set(world.forge.repositoriesOf(user.login).map((one) => String(one.id)));
  for (const repo of state.repos)
    if (own.has(repo.forgeRemoteId) || state.perm(user.id, repo.id)) syncPerm(server, user, repo);
}
