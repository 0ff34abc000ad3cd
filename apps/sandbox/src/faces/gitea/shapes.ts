import { createHash } from 'node:crypto';
import type { ForgeState } from '../../world/forge.ts';
import type { ForgeOrganisation, ForgeRepository, ForgeUser, Webhook } from '../../world/model.ts';
import { baseUrl, type GiteaContext, isoTime, ZERO_TIME } from './context.ts';

/**
 * How much of a person is shown: all to oneself; the address to whoever may list collaborators; to everybody else a
 * `noreply` address. Only oneself sees a language, a last sign-in and a true `active` (recorded: others are `false`).
 */
export type UserView = 'self' | 'known' | 'public';

export function userShape(context: GiteaContext, user: ForgeUser, view: UserView) {
  const base = baseUrl(context);
  const self = view === 'self';
  return {
    id: user.id,
    login: user.login,
    login_name: '',
    source_id: 0,
    full_name: user.fullName,
    email: view === 'public' ? `${user.login}@noreply.localhost` : user.email,
    avatar_url: `${base}/avatars/${user.avatar}`,
    html_url: `${base}/${user.login}`,
    language: self ? user.language : '',
    is_admin: self && user.isAdmin,
    last_login: self ? isoTime(user.lastLoginAt) : ZERO_TIME,
    created: isoTime(user.createdAt),
    restricted: false,
    active: self && user.active,
    prohibit_login: false,
    location: '',
    website: '',
    description: '',
    visibility: 'public',
    followers_count: 0,
    following_count: 0,
    starred_repos_count: 0,
    username: user.login,
  };
}

/** An organisation as the owner of a repository has the shape of a person: `active` false, no last sign-in. */
function organisationAsUser(context: GiteaContext, organisation: ForgeOrganisation) {
  const { forge } = context.world;
  const first = forge.repositories.find((repo) => repo.owner === organisation.name);
  const base = baseUrl(context);
  return {
    id: organisation.id,
    login: organisation.name,
    login_name: '',
    source_id: 0,
    full_name: organisation.fullName,
    email: '',
    avatar_url: `${base}/avatars/${organisation.avatar}`,
    html_url: `${base}/${organisation.name}`,
    language: '',
    is_admin: false,
    last_login: ZERO_TIME,
    created: isoTime(first?.createdAt ?? 0),
    restricted: false,
    active: false,
    prohibit_login: false,
    location: '',
    website: '',
    description: '',
    visibility: organisation.visibility,
    followers_count: 0,
    following_count: 0,
    starred_repos_count: 0,
    username: organisation.name,
  };
}

export function organisationShape(context: GiteaContext, organisation: ForgeOrganisation) {
  return {
    id: organisation.id,
    name: organisation.name,
    full_name: organisation.fullName,
    email: '',
    avatar_url: `${baseUrl(context)}/avatars/${organisation.avatar}`,
    description: '',
    website: '',
    location: '',
    visibility: organisation.visibility,
    repo_admin_change_team_access: false,
    username: organisation.name,
  };
}

function ownerShape(context: GiteaContext, repo: ForgeRepository) {
  const organisation = context.world.forge.organisation(repo.owner);
  if (organisation) return organisationAsUser(context, organisation);
  const user = context.world.forge.user(repo.owner);
  if (!user) throw new Error(`${repo.owner}/${repo.name} belongs to nobody`);
  return userShape(context, user, 'public');
}

function headFiles(forge: ForgeState, repo: ForgeRepository): ReadonlyMap<string, string> {
  return forge.head(repo, repo.defaultBranch)?.files ?? new Map();
}

const LANGUAGES: Record<string, string> = {
  css: 'CSS',
  go: 'Go',
  java: 'Java',
  kt: 'Kotlin',
  md: 'Markdown',
  py: 'Python',
  rs: 'Rust',
  sh: 'Shell',
  sql: 'SQL',
  swift: 'Swift',
  tf: 'HCL',
  ts: 'TypeScript',
  tsx: 'TypeScript',
  vue: 'Vue',
};

/** The language most bytes are in; configuration does not count, so a repository of YAML alone has none. */
function languageOf(files: ReadonlyMap<string, string>): string {
  const sizes = new Map<string, number>();
  for (const [path, text] of files) {
    const language = LANGUAGES[path.split('.').at(-1) ?? ''];
    if (language) sizes.set(language, (sizes.get(language) ?? 0) + text.length);
  }
  return [...sizes].sort((a, b) => b[1] - a[1])[0]?.[0] ?? '';
}

/** What never differs between the sandbox's repositories: Gitea's defaults. */
const DEFAULTS = {
  has_code: true,
  has_issues: true,
  internal_tracker: {
    enable_time_tracker: true,
    allow_only_contributors_to_track_time: true,
    enable_issue_dependencies: true,
  },
  has_wiki: true,
  has_pull_requests: true,
  has_projects: true,
  projects_mode: 'all',
  has_releases: true,
  has_packages: true,
  has_actions: false,
  ignore_whitespace_conflicts: false,
  allow_merge_commits: true,
  allow_rebase: true,
  allow_rebase_explicit: true,
  allow_squash_merge: true,
  allow_fast_forward_only_merge: true,
  allow_rebase_update: true,
  allow_manual_merge: false,
  autodetect_manual_merge: false,
  default_delete_branch_after_merge: false,
  default_merge_style: 'merge',
  default_allow_maintainer_edit: false,
  avatar_url: '',
  internal: false,
  mirror_interval: '',
  object_format_name: 'sha1',
  mirror_updated: ZERO_TIME,
  topics: [],
  licenses: [],
};

/** A repository with the caller's `permissions`; for guests these say `pull` where it is public. */
export function repositoryShape(context: GiteaContext, repo: ForgeRepository, login: string | undefined) {
  const { forge, sshHost } = context.world;
  const base = baseUrl(context);
  const slug = `${repo.owner}/${repo.name}`;
  const files = headFiles(forge, repo);
  const bytes = [...files.values()].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  return {
    id: repo.id,
    owner: ownerShape(context, repo),
    name: repo.name,
    full_name: slug,
    description: repo.description,
    empty: repo.branches.size === 0,
    private: repo.private,
    fork: false,
    template: false,
    mirror: false,
    size: 20 + Math.ceil(bytes / 1024),
    language: languageOf(files),
    languages_url: `${base}/api/v1/repos/${slug}/languages`,
    html_url: `${base}/${slug}`,
    url: `${base}/api/v1/repos/${slug}`,
    link: '',
    ssh_url: `${sshHost}:${slug}.git`,
    clone_url: `${base}/${slug}.git`,
    original_url: '',
    website: '',
    stars_count: 0,
    forks_count: 0,
    watchers_count: 1,
    open_issues_count: 0,
    open_pr_counter: repo.pulls.filter((pull) => pull.state === 'open').length,
    release_counter: 0,
    default_branch: repo.defaultBranch,
    archived: repo.archived,
    created_at: isoTime(repo.createdAt),
    updated_at: isoTime(repo.updatedAt),
    archived_at: '1970-01-01T00:00:00Z',
    permissions: forge.permissions(login, repo) ?? { admin: false, push: false, pull: false },
    ...DEFAULTS,
  };
}

/** The target's secret stands in the address, for whoever may read hooks at all. */
export function hookShape(hook: Webhook) {
  return {
    id: hook.id,
    type: 'gitea',
    branch_filter: '',
    config: { content_type: 'json', url: hook.url },
    events: hook.events,
    authorization_header: '',
    active: hook.active,
    updated_at: isoTime(hook.createdAt),
    created_at: isoTime(hook.createdAt),
  };
}

/** Git's own name of a file's content. */
export function blobSha(text: string): string {
  const bytes = Buffer.from(text);
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}
