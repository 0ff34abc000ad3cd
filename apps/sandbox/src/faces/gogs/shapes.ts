import type { Commit, ForgeOrganisation, ForgeRepository, ForgeUser } from '../../world/model.ts';
import { baseUrl, type GogsContext, isoTime, ZERO_TIME } from './context.ts';

/** A person: the same fields for everybody who asks, no `is_admin`, no `active`. */
export const userShape = (context: GogsContext, user: ForgeUser) => ({
  id: user.id,
  username: user.login,
  login: user.login,
  full_name: user.fullName,
  email: user.email,
  avatar_url: `${baseUrl(context)}/avatars/${user.id}`,
});

const defaultAvatar = (context: GogsContext): string => `${baseUrl(context)}/img/avatar_default.png`;

export const organisationShape = (context: GogsContext, organisation: ForgeOrganisation) => ({
  id: organisation.id,
  username: organisation.name,
  full_name: organisation.fullName,
  avatar_url: defaultAvatar(context),
  description: '',
  website: '',
  location: '',
});

/** The owner of a repository: shaped like a person, also when it is an organisation. */
function ownerShape(context: GogsContext, repo: ForgeRepository) {
  const organisation = context.world.forge.organisation(repo.owner);
  if (organisation) {
    const { id, name, fullName } = organisation;
    const labels = { username: name, login: name, full_name: fullName, email: '' };
    return { id, ...labels, avatar_url: defaultAvatar(context) };
  }
  const user = context.world.forge.user(repo.owner);
  if (!user) throw new Error(`${repo.owner}/${repo.name} belongs to nobody`);
  return userShape(context, user);
}

/** `login` null: an entry of a search, which tells no permissions. */
export function repositoryShape(
  context: GogsContext,
  repo: ForgeRepository,
  login: string | undefined | null,
) {
  const base = baseUrl(context);
  const slug = `${repo.owner}/${repo.name}`;
  const permissions = login === null ? undefined : context.world.forge.permissions(login, repo);
  return {
    id: repo.id,
    owner: ownerShape(context, repo),
    name: repo.name,
    full_name: slug,
    description: repo.description,
    private: repo.private,
    fork: false,
    parent: null,
    empty: false,
    mirror: false,
    size: 0,
    html_url: `${base}/${slug}`,
    ssh_url: `${context.world.sshHost}:${slug}.git`,
    clone_url: `${base}/${slug}.git`,
    website: '',
    stars_count: 0,
    forks_count: 0,
    watchers_count: 1 + repo.collaborators.size,
    open_issues_count: 0,
    default_branch: repo.defaultBranch,
    created_at: isoTime(repo.createdAt),
    updated_at: isoTime(repo.updatedAt),
    ...(permissions ? { permissions } : {}),
  };
}

/** What the creating call answers: the moment before Gogs knows its branch and its dates. */
export const newRepositoryShape = (context: GogsContext, repo: ForgeRepository, login: string) => ({
  ...repositoryShape(context, repo, login),
  watchers_count: 0,
  default_branch: '',
  created_at: ZERO_TIME,
  updated_at: ZERO_TIME,
});

export const branchShape = (name: string, commit: Commit) => ({
  name,
  commit: {
    id: commit.sha,
    message: commit.message,
    url: 'Not implemented',
    author: named(commit.author),
    committer: named(commit.committer),
    added: null,
    removed: null,
    modified: null,
    timestamp: isoTime(commit.at),
  },
});

const named = ({ name, email, login }: Commit['author']) => ({ name, email, username: login ?? '' });

export function commitShape(context: GogsContext, repo: ForgeRepository, commit: Commit) {
  const base = baseUrl(context);
  const slug = `${repo.owner}/${repo.name}`;
  const api = `${base}/api/v1/repos/${slug}`;
  const when = (person: Commit['author']) => ({
    name: person.name,
    email: person.email,
    date: isoTime(commit.at),
  });
  const known = (login: string | undefined) => {
    const user = login === undefined ? undefined : context.world.forge.user(login);
    return user ? userShape(context, user) : null;
  };
  return {
    url: `${api}/commits`,
    sha: commit.sha,
    html_url: `${base}/${slug}/commits/${commit.sha}`,
    commit: {
      url: `${api}/commits`,
      author: when(commit.author),
      committer: when(commit.committer),
      message: commit.message.trimEnd(),
      tree: { url: `${api}/tree/${commit.sha}`, sha: commit.sha },
    },
    author: known(commit.author.login),
    committer: known(commit.committer.login),
    parents: commit.parents.map((sha) => ({ url: `${api}/commits`, sha })),
  };
}
