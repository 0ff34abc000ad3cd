import { createHash } from 'node:crypto';
import type { Commit, CommitPerson, ForgeRepository, PullRequest } from './model.ts';
import type { World } from './world.ts';

export const noSha = '0'.repeat(40);

export interface CommitRequest {
  repo: ForgeRepository;
  branch: string;
  message: string;
  /** Login of the author and pusher. */
  author: string;
  /** Files to write; `null` deletes one. Files not named stay as they are. */
  files?: Record<string, string | null>;
  /** The sha to use, for recorded worlds; made up otherwise. */
  sha?: string;
  /** An author without an account on the forge (message and e-mail only). */
  stranger?: { name: string; email: string };
}

/** Adds a commit and tells nobody: for a world's past and for several commits in one push. */
export function addCommit(world: World, request: CommitRequest): Commit {
  const { repo, branch } = request;
  const parent = repo.branches.get(branch) ?? repo.branches.get(repo.defaultBranch);
  const files = new Map(parent === undefined ? [] : (repo.commits.get(parent)?.files ?? []));
  for (const [path, text] of Object.entries(request.files ?? {})) {
    if (text === null) files.delete(path);
    else files.set(path, text);
  }
  const user = world.forge.user(request.author);
  const author: CommitPerson = request.stranger
    ? { ...request.stranger, login: undefined }
    : {
        name: user?.fullName || user?.login || request.author,
        email: user?.email ?? `${request.author}@example.test`,
        login: user?.login,
      };
  const at = world.clock.now();
  const message = request.message.endsWith('\n') ? request.message : `${request.message}\n`;
  const sha =
    request.sha ??
    createHash('sha1')
      .update(JSON.stringify([repo.owner, repo.name, repo.commits.size, parent, message, author]))
      .digest('hex');
  const commit: Commit = {
    sha,
    message,
    author,
    committer: author,
    at,
    parents: parent ? [parent] : [],
    files,
  };
  repo.commits.set(sha, commit);
  repo.branches.set(branch, sha);
  repo.updatedAt = at;
  return commit;
}

/** A push of one commit: the forge's state changes and the CI server's webhook hears of it. */
export function push(world: World, request: CommitRequest): Commit {
  const before = request.repo.branches.get(request.branch) ?? noSha;
  const commit = addCommit(world, request);
  world.announce({
    kind: 'push',
    repo: request.repo,
    branch: request.branch,
    before,
    commits: [commit],
    pusher: request.author,
  });
  for (const pull of request.repo.pulls) synchronise(world, pull, request.repo, request.branch, commit);
  return commit;
}

function synchronise(
  world: World,
  pull: PullRequest,
  repo: ForgeRepository,
  branch: string,
  commit: Commit,
): void {
  if (pull.state !== 'open' || pull.head.repo !== `${repo.owner}/${repo.name}` || pull.head.branch !== branch)
    return;
  pull.head.sha = commit.sha;
  world.announce({
    kind: 'pull_request',
    repo,
    pull,
    action: 'synchronized',
    pusher: commit.author.login ?? '',
  });
}

export function createBranch(repo: ForgeRepository, branch: string, from: string): void {
  const sha = repo.branches.get(from) ?? repo.tags.get(from) ?? from;
  if (!repo.commits.has(sha)) throw new Error(`there is no ${from} in ${repo.owner}/${repo.name}`);
  repo.branches.set(branch, sha);
}

export function createTag(
  world: World,
  repo: ForgeRepository,
  tag: string,
  from: string,
  pusher: string,
): void {
  const sha = repo.branches.get(from) ?? from;
  repo.tags.set(tag, sha);
  world.announce({ kind: 'tag', repo, tag, sha, pusher });
}

export interface PullRequestRequest {
  repo: ForgeRepository;
  title: string;
  author: string;
  branch: string;
  /** `owner/name` of a fork; the repository itself when absent. The head commit is copied into the base. */
  from?: string;
  sha: string;
}

export function openPullRequest(world: World, request: PullRequestRequest): PullRequest {
  const { repo } = request;
  const pull: PullRequest = {
    number: repo.pulls.reduce((most, one) => Math.max(most, one.number), 0) + 1,
    title: request.title,
    author: request.author,
    head: { repo: request.from ?? `${repo.owner}/${repo.name}`, branch: request.branch, sha: request.sha },
    base: { branch: repo.defaultBranch },
    state: 'open',
    createdAt: world.clock.now(),
  };
  repo.pulls.push(pull);
  world.announce({ kind: 'pull_request', repo, pull, action: 'opened', pusher: request.author });
  return pull;
}
