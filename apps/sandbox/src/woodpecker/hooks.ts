import type { Commit } from '../world/model.ts';
import type { ForgeNotice } from '../world/world.ts';
import { createPipeline, emptyInput, type PipelineInput } from './create.ts';
import type { WpPipeline, WpRepo } from './model.ts';
import type { WpServer } from './server.ts';

const skip = /\[(ci *skip|skip *ci)\]/i;

export function avatarOf(server: WpServer, login: string): string {
  const user = server.world.forge.user(login);
  return user ? `${server.world.addresses.gitea}/avatars/${user.avatar}` : '';
}

export const commitUrl = (server: WpServer, repo: WpRepo, sha: string): string =>
  `${server.world.addresses.gitea}/${repo.owner}/${repo.name}/commit/${sha}`;

/** Files of which the two commits differ, in order of their names. */
function changedBetween(commit: Commit, parent: Commit | undefined): string[] {
  const paths = new Set([...commit.files.keys(), ...(parent?.files.keys() ?? [])]);
  return [...paths].filter((path) => commit.files.get(path) !== parent?.files.get(path)).sort();
}

/** The forge's webhook. Inactive repositories, skip marks and deleted branches make nothing. */
export function receiveHook(server: WpServer, notice: ForgeNotice): WpPipeline | null {
  const repo = server.state.repoByForgeId(String(notice.repo.id));
  if (!repo?.active || !server.up) return null;
  const input = inputOf(server, repo, notice);
  return input && createPipeline(server, input, 'soon');
}

function inputOf(server: WpServer, repo: WpRepo, notice: ForgeNotice): PipelineInput | null {
  const { forge } = server.world;
  const base = { ...emptyInput(repo), timestamp: server.seconds() };
  const byPusher = (login: string): Partial<PipelineInput> => ({
    author: login,
    sender: login,
    avatar: avatarOf(server, login),
    email: `${login}@noreply.localhost`,
  });
  switch (notice.kind) {
    case 'push': {
      const commit = notice.commits.at(-1);
      if (!commit || skip.test(commit.message)) return null;
      const changed = notice.commits.flatMap((one) =>
        changedBetween(one, notice.repo.commits.get(one.parents[0] ?? '')),
      );
      return {
        ...base,
        ...byPusher(notice.pusher),
        commit: commit.sha,
        branch: notice.branch,
        ref: `refs/heads/${notice.branch}`,
        forgeUrl: commitUrl(server, repo, commit.sha),
        message: commit.message,
        changedFiles: [...new Set(changed)].sort(),
      };
    }
    case 'tag':
      return {
        ...base,
        ...byPusher(notice.pusher),
        event: 'tag',
        commit: notice.sha,
        ref: `refs/tags/${notice.tag}`,
        forgeUrl: `${server.world.addresses.gitea}/${repo.owner}/${repo.name}/src/tag/${notice.tag}`,
        tagTitle: notice.tag,
      };
    case 'pull_request': {
      const { pull } = notice;
      const closed = notice.action === 'closed';
      if (!repo.allowPull || skip.test(pull.title)) return null;
      const head = notice.repo.commits.get(pull.head.sha);
      const main = forge.head(notice.repo, pull.base.branch);
      return {
        ...base,
        ...byPusher(pull.author),
        sender: notice.pusher,
        event: closed ? 'pull_request_closed' : 'pull_request',
        commit: pull.head.sha,
        branch: pull.base.branch,
        ref: `refs/pull/${pull.number}/head`,
        refspec: `${pull.head.branch}:${pull.base.branch}`,
        forgeUrl: `${server.world.addresses.gitea}/${repo.owner}/${repo.name}/pulls/${pull.number}`,
        title: pull.title,
        message: pull.title,
        timestamp: 0,
        fromFork: pull.head.repo !== `${notice.repo.owner}/${notice.repo.name}`,
        changedFiles: head ? changedBetween(head, main) : [],
      };
    }
    case 'branch_deleted':
      return null;
  }
}
