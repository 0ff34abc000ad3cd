import { addCommit, type CommitRequest, createTag, noSha, openPullRequest, push } from '../world/git.ts';
import { bigPipelines, checkoutPipeline, infraPipeline } from './pipeline-files.ts';
import type { Happening } from './play.ts';
import { repositoryOf, type Stage } from './stage.ts';

/** What was pushed to the recorded forge, with the recorded names of commits. Those never shown have made-up names. */
type Push = Pick<CommitRequest, 'message'> & {
  repo: 'checkout' | 'big' | 'infra';
  files: Record<string, string | null>;
  sha?: string;
};

const file = (text: string): Record<string, string> => ({ '.drone.yml': text });
const big = (message: string, files: Record<string, string | null>, sha?: string): Push => ({
  repo: 'big',
  message,
  files,
  ...(sha ? { sha } : {}),
});
const checkout = (message: string, files: Record<string, string | null>, sha: string): Push => ({
  repo: 'checkout',
  message,
  files,
  sha,
});

export const pushes = {
  addPipelines: () =>
    checkout(
      'Add pipelines\n\nBoth servers build this commit.\n',
      file(checkoutPipeline()),
      '4235fe39b860bb9118bcfc0c4fe40c3524ca6e56',
    ),
  needsApproval: () =>
    checkout('Change that needs approval\n', { approve: 'a\n' }, '0ab16cb821d99f46e7616ca7e1ccb1d31d4183f6'),
  isDeclined: () =>
    checkout('Change that is declined\n', { decline: 'b\n' }, 'edd5ed0185c4c041b353a4e629259ccbf3c4554f'),
  guarded: () => checkout('Guarded change\n', { guarded: '1\n' }, 'c04b137c0854a429e0732f8e4fed472feb71a1fe'),
  guarded2: () =>
    checkout('Guarded change 2\n', { guarded: '2\n' }, '9a72cd0374863706bf168fe973c4bb4cee358560'),
  badEscape: () =>
    big('Odd logs\n', file(bigPipelines.badEscape()), '4e7d0b3320c4eb92a646a9ab078c082604b36e47'),
  refused: () => big('Odd logs\n', file(bigPipelines.oddLogs()), '1ae389234aee4d8f5fc59ac1265a1031ac04a301'),
  oddLogs: () => big('Odd logs\n', { odd: '1\n' }, '928441f5d3ad9891b46d99dff7da3ff568baf4d1'),
  failing: () =>
    big('Failing test\n', file(bigPipelines.failing()), 'cad87537d29612ddb3ce11daba01df4936d422ab'),
  broken: () =>
    big('Broken configuration\n', file(bigPipelines.broken()), '221edcf8328ea2ddad40a7c8d5abc332c28ba9a8'),
  invalid: () =>
    big(
      'Invalid pipeline\n',
      file(bigPipelines.unknownDependency()),
      'dd13d9a52479875fbde5c2fbe4443d2c9c3dce4d',
    ),
  noRunner: () =>
    big('No runner for this\n', file(bigPipelines.noRunner()), 'ee4856ba8b365d6b8a896ce962da2438cd4d8c5b'),
  skipped: () => big('Skipped [CI SKIP]\n', { skipped: '1\n' }),
  unmatched: () => big('Only tags\n', file(bigPipelines.tagsOnly())),
  noFile: () => big('No configuration\n', { '.drone.yml': null }, '06418e3a73c7059f6f101799aa35fba1c51bef67'),
  longLogs: () =>
    big('Long logs\n', file(bigPipelines.longLogs()), 'b2f69ae588cfe26dd73e289bfa5314225bebdcfb'),
  onlyPushes: () =>
    big('Only pushes\n', file(bigPipelines.onlyPushes()), '9c4067f92d0c66b4a289cbecb068ffcdb8746891'),
  more: (number: number) => big(`More ${number}\n`, { more: `${number}\n` }),
  burst: () => big('Burst\n', file(bigPipelines.burst())),
  privatePipeline: (): Push => ({
    repo: 'infra',
    message: 'Private pipeline\n',
    files: file(infraPipeline),
    sha: '4ad126d2b02c2db5d5d54357bfeb1a33a229c435',
  }),
};

/** One push by ada to main, `at` ms of the list's time. */
export function pushed(at: number, what: Push): Happening {
  return {
    at,
    run: ({ world }) => {
      push(world, { ...what, repo: repositoryOf(world, what.repo), branch: 'main', author: 'ada' });
    },
  };
}

/** grace's branch and pull request: the hook of the pull request came before that of the push. */
export function featureAndPullRequest(at: number): Happening {
  return {
    at,
    run: ({ world }: Stage) => {
      const repo = repositoryOf(world, 'checkout');
      const commit = addCommit(world, {
        repo,
        branch: 'feature/x',
        message: 'Feature work\n',
        author: 'grace',
        files: { feature: 'x\n' },
        sha: '66fae001eb7b8ada9739364c129b014fa72261b8',
      });
      openPullRequest(world, {
        repo,
        title: 'Add <b>feature</b> x',
        author: 'grace',
        branch: 'feature/x',
        sha: commit.sha,
      });
      world.announce({
        kind: 'push',
        repo,
        branch: 'feature/x',
        before: noSha,
        commits: [commit],
        pusher: 'grace',
      });
    },
  };
}

export function tagged(at: number): Happening {
  return {
    at,
    run: ({ world }) => createTag(world, repositoryOf(world, 'checkout'), 'v1.0.0', 'main', 'ada'),
  };
}
