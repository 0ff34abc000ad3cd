import { addCommit, noSha, openPullRequest, push } from '../world/git.ts';
import { ask } from './http.ts';
import type { Happening } from './play.ts';
import { repositoryOf, type Stage } from './stage.ts';

/** A push by ada to main, `at` ms of the list's time. */
export function pushed(
  at: number,
  repo: 'checkout' | 'big',
  message: string,
  files: Record<string, string | null>,
  sha?: string,
): Happening {
  return {
    at,
    run: ({ world }) => {
      const request = { repo: repositoryOf(world, repo), branch: 'main', message, author: 'ada', files };
      push(world, { ...request, ...(sha ? { sha } : {}) });
    },
  };
}

/** A push to acme/big that changes the file of either CI server. */
export const big = (at: number, message: string, file: string, sha: string): Happening =>
  pushed(at, 'big', message, { '.drone.yml': `# ${sha}\n`, '.woodpecker.yaml': file }, sha);

/** A call that the recorder made without keeping it. */
export const called = (at: number, path: string, body?: object): Happening => ({
  at,
  run: (stage) =>
    ask(
      stage.ports.woodpecker,
      'POST',
      path,
      { ...stage.credentials('woodpecker', 'ada'), 'content-type': 'application/json' },
      body === undefined ? undefined : JSON.stringify(body),
    ),
});

/** grace's branch and pull request: the hook of the pull request came before that of the push. */
export const featureAndPullRequest: Happening = {
  at: 17_200,
  run: ({ world }: Stage) => {
    const repo = repositoryOf(world, 'checkout');
    const commit = addCommit(world, {
      repo,
      branch: 'feature/x',
      message: 'Feature work\n',
      author: 'grace',
      files: { 'feature.txt': 'x\n' },
      sha: '66fae001eb7b8ada9739364c129b014fa72261b8',
    });
    openPullRequest(world, {
      ...{ repo, title: 'Add <b>feature</b> x', author: 'grace', branch: 'feature/x', sha: commit.sha },
    });
    const told = { repo, branch: 'feature/x', before: noSha, commits: [commit] };
    world.announce({ kind: 'push', ...told, pusher: 'grace' });
  },
};
