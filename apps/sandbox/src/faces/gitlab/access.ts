import type { ForgeState } from '../../world/forge.ts';
import type { ForgeOrganisation, ForgeRepository, ForgeUser, Role } from '../../world/model.ts';

const levels: Record<Role, number> = { read: 20, write: 30, admin: 40 };
const GUEST = 10;
const OWNER = 50;

/** A role that the project itself gives; null for none. */
export function projectAccess(user: ForgeUser, repo: ForgeRepository): number | null {
  if (repo.owner === user.login) return OWNER;
  const role = repo.collaborators.get(user.login);
  if (role) return levels[role];
  return repo.guests?.includes(user.login) ? GUEST : null;
}

/** The highest role that the project's group, or one above it, gives. */
export function groupAccess(forge: ForgeState, user: ForgeUser, repo: ForgeRepository): number | null {
  const roles = forge.groupsOf(repo).flatMap((group) => memberLevel(group, user) ?? []);
  return roles.length === 0 ? null : Math.max(...roles);
}

function memberLevel(group: ForgeOrganisation, user: ForgeUser): number | null {
  if (group.owners.includes(user.login)) return OWNER;
  return group.members.includes(user.login) ? levels.read : null;
}

/** Through groups that were invited to the project: neither of the two above names it. */
function invitedAccess(forge: ForgeState, user: ForgeUser, repo: ForgeRepository): number | null {
  const roles = (repo.invited ?? [])
    .filter(({ group }) => forge.isMember(user.login, group))
    .map(({ role }) => levels[role]);
  return roles.length === 0 ? null : Math.max(...roles);
}

/** What somebody may do in the end; null for no member. */
export function effectiveAccess(forge: ForgeState, user: ForgeUser, repo: ForgeRepository): number | null {
  const all = [
    projectAccess(user, repo),
    groupAccess(forge, user, repo),
    invitedAccess(forge, user, repo),
  ].filter((level) => level !== null);
  return all.length === 0 ? null : Math.max(...all);
}

export const visibilityOf = (repo: ForgeRepository): 'public' | 'internal' | 'private' =>
  !repo.private ? 'public' : repo.internal ? 'internal' : 'private';

/** Whether somebody sees the project at all: guests do, without its code. */
export function sees(forge: ForgeState, user: ForgeUser | undefined, repo: ForgeRepository): boolean {
  if (!repo.private) return true;
  if (!user) return false;
  return Boolean(repo.internal) || user.isAdmin || effectiveAccess(forge, user, repo) !== null;
}

export function readsCode(forge: ForgeState, user: ForgeUser | undefined, repo: ForgeRepository): boolean {
  if (!repo.private) return true;
  if (!user) return false;
  return Boolean(repo.internal) || user.isAdmin || (effectiveAccess(forge, user, repo) ?? 0) >= levels.read;
}
