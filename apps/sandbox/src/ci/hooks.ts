import { noSha } from '../world/git.ts';
import type { CiBuild, CiRepository, Commit } from '../world/model.ts';
import type { ForgeNotice, World } from '../world/world.ts';
import { type BuildInput, CiError } from './build-input.ts';
import { createBuild } from './create-build.ts';
import type { CiServer } from './server.ts';

export function emptyInput(repo: CiRepository): BuildInput {
  return {
    repo,
    event: 'push',
    trigger: '@hook',
    action: '',
    link: '',
    ref: '',
    before: '',
    after: '',
    source: '',
    target: '',
    sourceRepo: '',
    title: '',
    message: '',
    authorLogin: '',
    authorName: '',
    authorEmail: '',
    authorAvatar: '',
    sender: '',
    params: {},
    cron: '',
    deployTo: '',
    parent: 0,
    debug: false,
  };
}

export function avatarOf(world: World, login: string | undefined): string {
  const user = login === undefined ? undefined : world.forge.user(login);
  return user ? `${world.addresses.gitea}/avatars/${user.avatar}` : '';
}

/** Where a build without a payload gets its author: Gitea's answer for a commit names no author. */
export function fromCommit(world: World, commit: Commit): Partial<BuildInput> {
  const login = commit.author.login ?? '';
  return {
    message: commit.message,
    after: commit.sha,
    authorLogin: login,
    authorName: '',
    authorEmail: login === '' ? commit.author.email : `${login}@noreply.localhost`,
    authorAvatar: avatarOf(world, commit.author.login),
  };
}

/** The forge's webhook. Inactive repositories, skipped pushes and missing pipeline files make no build. */
export function receiveHook(server: CiServer, notice: ForgeNotice): CiBuild | null {
  const { world } = server;
  const repo = world.ci.repositories.find((one) => one.uid === String(notice.repo.id));
  if (!repo?.active) return null;
  const site = `${world.addresses.gitea}/${repo.slug}`;
  try {
    switch (notice.kind) {
      case 'push': {
        const first = notice.commits[0];
        if (!first) return null;
        const after = notice.repo.branches.get(notice.branch) ?? first.sha;
        const from = notice.before === noSha ? (first.parents[0] ?? noSha) : notice.before;
        return createBuild(server, {
          ...emptyInput(repo),
          link: `${site}/compare/${from}...${after}`,
          ref: `refs/heads/${notice.branch}`,
          before: notice.before,
          after,
          source: notice.branch,
          target: notice.branch,
          message: first.message,
          authorLogin: first.author.login ?? '',
          authorName: first.author.name,
          authorEmail: first.author.email,
          authorAvatar: avatarOf(world, notice.pusher),
          sender: notice.pusher,
        });
      }
      case 'tag': {
        const commit = notice.repo.commits.get(notice.sha);
        if (!commit) return null;
        return createBuild(server, {
          ...emptyInput(repo),
          ...fromCommit(world, commit),
          event: 'tag',
          action: 'create',
          link: `${site}/compare/${noSha}...${notice.sha}`,
          ref: `refs/tags/${notice.tag}`,
          sender: notice.pusher,
        });
      }
      case 'pull_request': {
        const { pull } = notice;
        if (notice.action === 'closed') {
          world.ci.latestOf(repo.id).pulls.delete(pull.number);
          return null;
        }
        const author = world.forge.user(pull.author);
        return createBuild(server, {
          ...emptyInput(repo),
          event: 'pull_request',
          action: notice.action,
          link: `${site}/pulls/${pull.number}`,
          ref: `refs/pull/${pull.number}/head`,
          after: pull.head.sha,
          source: pull.head.branch,
          target: pull.base.branch,
          sourceRepo: pull.head.repo,
          title: pull.title,
          message: pull.title,
          authorLogin: pull.author,
          authorName: author?.fullName ?? '',
          authorEmail: author?.email ?? '',
          authorAvatar: avatarOf(world, pull.author),
          sender: notice.pusher,
        });
      }
      case 'branch_deleted':
        world.ci.latestOf(repo.id).branches.delete(notice.branch);
        return null;
    }
  } catch (error) {
    if (error instanceof CiError) return null;
    throw error;
  }
}
