import type { Commit, CommitPerson, CommitStatus, ForgeRepository } from '../../world/model.ts';
import { baseUrl, type GiteaContext, isoTime, ZERO_TIME } from './context.ts';
import { repositoryShape, userShape } from './shapes.ts';

const NOT_SIGNED = {
  verified: false,
  reason: 'gpg.error.not_signed_commit',
  signature: '',
  signer: null,
  payload: '',
};

function account(context: GiteaContext, login: string | undefined) {
  const user = login === undefined ? undefined : context.world.forge.user(login);
  return user ? userShape(context, user, 'public') : null;
}

function named(person: CommitPerson, at: number) {
  return { name: person.name, email: person.email, date: isoTime(at) };
}

function payloadUser(person: CommitPerson) {
  return { name: person.name, email: person.email, username: person.login ?? '' };
}

/** What a list of commits was asked to leave out; all is there by default. */
export interface CommitParts {
  stat: boolean;
  verification: boolean;
  files: boolean;
}

function changes(repo: ForgeRepository, commit: Commit) {
  const before = repo.commits.get(commit.parents[0] ?? '')?.files ?? new Map<string, string>();
  const files: { filename: string; status: string }[] = [];
  let additions = 0;
  let deletions = 0;
  const lines = (text: string) => (text === '' ? 0 : text.split('\n').length - (text.endsWith('\n') ? 1 : 0));
  for (const filename of new Set([...before.keys(), ...commit.files.keys()])) {
    const old = before.get(filename);
    const now = commit.files.get(filename);
    if (old === now) continue;
    files.push({
      filename,
      status: old === undefined ? 'added' : now === undefined ? 'removed' : 'modified',
    });
    additions += lines(now ?? '');
    deletions += lines(old ?? '');
  }
  return { files, stats: { total: additions + deletions, additions, deletions } };
}

export function commitShape(
  context: GiteaContext,
  repo: ForgeRepository,
  commit: Commit,
  parts: CommitParts,
) {
  const base = baseUrl(context);
  const slug = `${repo.owner}/${repo.name}`;
  const api = `${base}/api/v1/repos/${slug}/git`;
  const changed = changes(repo, commit);
  return {
    url: `${api}/commits/${commit.sha}`,
    sha: commit.sha,
    created: isoTime(commit.at),
    html_url: `${base}/${slug}/commit/${commit.sha}`,
    commit: {
      url: `${api}/commits/${commit.sha}`,
      author: named(commit.author, commit.at),
      committer: named(commit.committer, commit.at),
      message: commit.message,
      tree: { url: `${api}/trees/${commit.sha}`, sha: commit.sha, created: isoTime(commit.at) },
      verification: parts.verification ? NOT_SIGNED : null,
    },
    author: account(context, commit.author.login),
    committer: account(context, commit.committer.login),
    parents: commit.parents.map((sha) => ({ url: `${api}/commits/${sha}`, sha, created: ZERO_TIME })),
    files: parts.files ? changed.files : null,
    stats: parts.stat ? changed.stats : null,
  };
}

/** A branch as the caller sees it: who may push may merge, as nothing is protected here. */
export function branchShape(
  context: GiteaContext,
  repo: ForgeRepository,
  name: string,
  commit: Commit,
  login: string | undefined,
) {
  const push = context.world.forge.permissions(login, repo)?.push ?? false;
  return {
    name,
    commit: {
      id: commit.sha,
      message: commit.message,
      url: `${baseUrl(context)}/${repo.owner}/${repo.name}/commit/${commit.sha}`,
      author: payloadUser(commit.author),
      committer: payloadUser(commit.committer),
      verification: NOT_SIGNED,
      timestamp: isoTime(commit.at),
      added: null,
      removed: null,
      modified: null,
    },
    protected: false,
    required_approvals: 0,
    enable_status_check: false,
    status_check_contexts: [],
    user_can_push: push,
    user_can_merge: push,
    effective_branch_protection_name: '',
  };
}

export function statusShape(context: GiteaContext, repo: ForgeRepository, sha: string, status: CommitStatus) {
  return {
    id: status.id,
    status: status.status,
    target_url: status.targetUrl,
    description: status.description,
    url: `${baseUrl(context)}/api/v1/repos/${repo.owner}/${repo.name}/statuses/${sha}`,
    context: status.context,
    creator: account(context, status.creator),
    created_at: isoTime(status.createdAt),
    updated_at: isoTime(status.updatedAt),
  };
}

/** The `id` of a status counts the statuses of its commit, from 1 (recorded). */
export function numbered(all: readonly CommitStatus[]): CommitStatus[] {
  return all.map((status, index) => ({ ...status, id: index + 1 }));
}

/** The newest status of each context, in the order they came. */
export function latestStatuses(all: readonly CommitStatus[]): CommitStatus[] {
  const byContext = new Map<string, CommitStatus>();
  for (const status of numbered(all)) byContext.set(status.context, status);
  return [...byContext.values()].sort((a, b) => a.id - b.id);
}

/** One pending outweighs warnings (recorded); an error or failure outweighs all. */
function combined(statuses: readonly CommitStatus[]): string {
  const has = (...kinds: string[]) => statuses.some((status) => kinds.includes(status.status));
  if (has('failure', 'error')) return 'failure';
  if (has('pending') || statuses.length === 0) return 'pending';
  return has('warning') ? 'warning' : 'success';
}

export function combinedStatusShape(
  context: GiteaContext,
  repo: ForgeRepository,
  sha: string,
  all: readonly CommitStatus[],
  shown: readonly CommitStatus[],
  login: string | undefined,
) {
  const base = `${baseUrl(context)}/api/v1/repos/${repo.owner}/${repo.name}/commits/${sha}`;
  return {
    state: combined(all),
    sha,
    total_count: all.length,
    statuses: shown.map((status) => statusShape(context, repo, sha, status)),
    // Gitea does not look the language up for this one answer (recorded).
    repository: { ...repositoryShape(context, repo, login), language: '' },
    commit_url: base,
    url: `${base}/status`,
  };
}
