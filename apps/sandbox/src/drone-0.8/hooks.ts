import { filterMatches } from '../ci/match.ts';
import { noSha } from '../world/git.ts';
import type { ForgeRepository } from '../world/model.ts';
import type { ForgeNotice } from '../world/world.ts';
import { parseFile } from './config.ts';
import { type BuildInput, begin, newBuild } from './create.ts';
import type { D8Build, D8Repo, D8Status } from './model.ts';
import type { D8Server } from './server.ts';

const skip = /\[(ci *skip|skip *ci)\]/i;

/**
 * The forge's webhook, once for each hook that the server ever made there: on Gogs it removes none, so after a repair
 * every push makes two builds. The newest build that came of it.
 */
export function receiveHook(server: D8Server, notice: ForgeNotice): D8Build | null {
  const repo = server.state.repoBySlug(`${notice.repo.owner}/${notice.repo.name}`);
  if (!repo?.active || !server.up || repo.userId === 0) return null;
  const hooks = notice.repo.hooks.filter((one) => one.url.startsWith(`${server.settings.host()}/hook?`));
  const made = hooks.map(() => oneHook(server, repo, notice));
  return made.at(-1) ?? null;
}

function oneHook(server: D8Server, repo: D8Repo, notice: ForgeNotice): D8Build | null {
  const input = inputOf(server, repo, notice);
  if (!input || skip.test(input.message)) return null;
  const wanted = {
    push: repo.allowPush,
    pull_request: repo.allowPull,
    tag: repo.allowTag,
    deployment: false,
  };
  if (!wanted[input.event] || branchIsExcluded(input)) return null;
  const held = repo.gated && !isApproved(server, repo, input);
  const build = newBuild(server, repo, { ...input, status: held ? 'blocked' : 'pending' });
  // One that waits has neither parts nor an event.
  if (!held) begin(server, build, { counted: true, named: true });
  return build;
}

function branchIsExcluded({ config, branch, event }: BuildInput): boolean {
  if (event === 'tag' || event === 'deployment') return false;
  try {
    return !filterMatches(parseFile(config).branches, branch);
  } catch {
    // What cannot be read becomes an error of the build.
    return false;
  }
}

/** A pull request of somebody else than the repository's owner here passes only with a file that has run before. */
function isApproved({ state }: D8Server, repo: D8Repo, input: BuildInput): boolean {
  const owner = state.users.find((one) => one.id === repo.userId);
  if (input.event !== 'pull_request' || input.sender === owner?.login) return true;
  return state
    .buildsOf(repo.id)
    .some((one) => one.config === input.config && one.status !== 'blocked' && one.status !== 'pending');
}

const avatarOf = (server: D8Server, login: string): string => {
  const user = server.world.forge.user(login);
  return user ? `${server.world.addresses.gitea}/avatars/${user.id}` : '';
};

function inputOf(server: D8Server, repo: D8Repo, notice: ForgeNotice): BuildInput | null {
  const { forge } = server.world;
  const status: D8Status = 'pending';
  const base = {
    ...{ repoId: repo.id, parent: 0, status, deployTo: '', refspec: '', title: '' },
    ...{ reviewer: '', reviewed: 0, email: '', timestamp: 0, commit: '' },
  };
  const by = (login: string) => ({
    ...{ sender: login, author: login, avatar: avatarOf(server, login) },
  });
  const file = (ref: string): string | undefined => fileAt(server, repo, notice.repo, ref);
  switch (notice.kind) {
    case 'push': {
      const commit = notice.commits.at(-1);
      const config = commit && file(commit.sha);
      if (!commit || config === undefined) return null;
      return {
        ...{ ...base, ...by(notice.pusher), config, event: 'push', commit: commit.sha },
        branch: notice.branch,
        ref: `refs/heads/${notice.branch}`,
        message: commit.message,
        email: forge.user(notice.pusher)?.email ?? '',
        timestamp: server.seconds(),
        link: notice.before === noSha ? '' : `${repo.link}/compare/${notice.before}...${commit.sha}`,
      };
    }
    case 'tag': {
      // Gogs tells the tag and not the commit.
      const ref = `refs/tags/${notice.tag}`;
      const config = file(ref);
      if (config === undefined) return null;
      return {
        ...{ ...base, ...by(notice.pusher), config, event: 'tag', ref, branch: ref },
        message: `created tag ${notice.tag}`,
        timestamp: server.seconds(),
        link: `${repo.link}/src/${notice.tag}`,
      };
    }
    case 'pull_request': {
      const { pull } = notice;
      // The file of the branch it goes to: Gogs tells no commit of the request itself.
      const config = file(pull.base.branch);
      if (config === undefined || notice.action === 'closed') return null;
      return {
        ...{ ...base, ...by(pull.author), config, event: 'pull_request', sender: notice.pusher },
        branch: pull.base.branch,
        ref: `refs/pull/${pull.number}/head`,
        refspec: `${pull.head.branch}:${pull.base.branch}`,
        title: pull.title,
        message: pull.title,
        link: `${repo.link}/pulls/${pull.number}`,
      };
    }
    case 'branch_deleted':
      return null;
  }
}

/** The pipeline file at a commit, branch or tag, asked with the owner's forge token. */
function fileAt(server: D8Server, repo: D8Repo, forgeRepo: ForgeRepository, ref: string): string | undefined {
  const plain = ref.replace(/^refs\/tags\//, '');
  if (server.forgeFails(`GET /api/v1/repos/${repo.owner}/${repo.name}/raw/${plain}/${repo.config}`))
    return undefined;
  return server.world.forge.resolve(forgeRepo, ref)?.files.get(repo.config);
}
