import type { ForgeRepository, ForgeUser } from '../../world/model.ts';
import { groupAccess, projectAccess, readsCode, visibilityOf } from './access.ts';
import { baseUrl, type GitlabContext, isoTime } from './context.ts';

/** The fields of the documentation that say who and what; `is_admin` for administrators about themselves. */
export function personShape(context: GitlabContext, user: ForgeUser) {
  return {
    id: user.id,
    username: user.login,
    name: user.fullName || user.login,
    state: user.active ? 'active' : 'blocked',
    locked: false,
    avatar_url: `${baseUrl(context)}/uploads/-/system/user/avatar/${user.id}/avatar.png`,
    web_url: `${baseUrl(context)}/${user.login}`,
  };
}

export const selfShape = (context: GitlabContext, user: ForgeUser) => ({
  ...personShape(context, user),
  created_at: isoTime(user.createdAt),
  bio: '',
  location: null,
  public_email: null,
  last_sign_in_at: user.lastLoginAt === 0 ? null : isoTime(user.lastLoginAt),
  confirmed_at: isoTime(user.createdAt),
  email: user.email,
  color_scheme_id: 1,
  projects_limit: 100000,
  can_create_group: true,
  can_create_project: true,
  two_factor_enabled: false,
  external: false,
  private_profile: false,
  commit_email: user.email,
  ...(user.isAdmin ? { is_admin: true, note: null } : {}),
});

export const memberShape = (context: GitlabContext, user: ForgeUser, access_level: number) => ({
  ...personShape(context, user),
  access_level,
  created_at: isoTime(user.createdAt),
  expires_at: null,
});

/** `simple=true`, and what guests of the API get: without permissions. */
export function simpleProject(context: GitlabContext, repo: ForgeRepository) {
  const base = baseUrl(context);
  const path = `${repo.owner}/${repo.name}`;
  const groups = repo.owner.split('/');
  return {
    id: repo.id,
    description: repo.description || null,
    name: repo.name,
    name_with_namespace: [...groups, repo.name].join(' / '),
    path: repo.name,
    path_with_namespace: path,
    created_at: isoTime(repo.createdAt),
    default_branch: repo.branches.size === 0 ? null : repo.defaultBranch,
    tag_list: [],
    topics: [],
    ssh_url_to_repo: `${context.world.sshHost}:${path}.git`,
    http_url_to_repo: `${base}/${path}.git`,
    web_url: `${base}/${path}`,
    readme_url: null,
    forks_count: 0,
    avatar_url: null,
    star_count: 0,
    last_activity_at: isoTime(repo.updatedAt),
    namespace: {
      id: 1000 + repo.id,
      name: groups.at(-1),
      path: groups.at(-1),
      kind: context.world.forge.organisation(repo.owner) ? 'group' : 'user',
      full_path: repo.owner,
      web_url: `${base}/groups/${repo.owner}`,
    },
  };
}

const accessShape = (access_level: number | null) =>
  access_level === null ? null : { access_level, notification_level: 3 };

export function projectShape(context: GitlabContext, repo: ForgeRepository, user: ForgeUser) {
  const { forge } = context.world;
  const simple = simpleProject(context, repo);
  return {
    ...simple,
    // Whoever may not read the code is told nothing of its branches.
    default_branch: readsCode(forge, user, repo) ? simple.default_branch : null,
    packages_enabled: true,
    empty_repo: repo.branches.size === 0,
    archived: repo.archived,
    visibility: visibilityOf(repo),
    issues_access_level: 'enabled',
    repository_access_level: 'enabled',
    merge_requests_access_level: 'enabled',
    builds_access_level: 'enabled',
    shared_with_groups: (repo.invited ?? []).map(({ group, role }, n) => ({
      group_id: n + 1,
      group_name: group,
      group_full_path: group,
      group_access_level: { read: 20, write: 30, admin: 40 }[role],
      expires_at: null,
    })),
    permissions: {
      project_access: accessShape(projectAccess(user, repo)),
      group_access: accessShape(groupAccess(forge, user, repo)),
    },
  };
}
