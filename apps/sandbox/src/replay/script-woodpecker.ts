import { createTag } from '../world/git.ts';
import { checkoutPipeline } from './pipeline-files.ts';
import type { Script } from './play.ts';
import { Poll } from './special-woodpecker.ts';
import { repositoryOf, sendRecorded } from './stage.ts';
import { bigWorkflows, checkoutWorkflows } from './woodpecker-files.ts';
import { big, called, featureAndPullRequest, pushed } from './woodpecker-history.ts';

const folder = 'woodpecker-3.17.0/';

const identity: Script = {
  file: `${folder}01-identity-and-repos.json`,
  server: 'woodpecker',
  begin: 63,
  instead: {
    3: (stage, exchange) =>
      sendRecorded(stage, 'woodpecker', exchange, { headers: { authorization: 'Bearer wrong' } }),
  },
};

const firstPush = 5_818;

const liveLog: Script = {
  file: `${folder}02-push-and-live-log.json`,
  server: 'woodpecker',
  begin: 121.8,
  length: 21_000,
  happenings: [
    pushed(
      firstPush,
      'checkout',
      'Add pipelines\n\nBoth servers build this commit.\n',
      { '.drone.yml': checkoutPipeline(), ...checkoutWorkflows() },
      '4235fe39b860bb9118bcfc0c4fe40c3524ca6e56',
    ),
  ],
  streams: [
    { file: `${folder}02-events-ada.sse.json`, at: 900 },
    { file: `${folder}02-events-linus.sse.json`, at: 1_501 },
    { file: `${folder}02-events-anonymous.sse.json`, at: 1_201 },
    { file: `${folder}02-log-compile.sse.json`, at: 6_275 },
    { file: `${folder}02-log-compile-second-viewer.sse.json`, at: 9_196 },
    { file: `${folder}02-log-of-a-finished-step.sse.json`, at: 19_680 },
  ],
};

const actions: Script = {
  file: `${folder}03-actions.json`,
  server: 'woodpecker',
  begin: 213.5,
  length: 85_000,
  happenings: [
    pushed(
      63_200,
      'checkout',
      'Change that needs approval\n',
      { 'notes.md': 'a\n' },
      '0ab16cb821d99f46e7616ca7e1ccb1d31d4183f6',
    ),
    pushed(
      80_340,
      'checkout',
      'Change that is declined\n',
      { 'notes.md': 'b\n' },
      'edd5ed0185c4c041b353a4e629259ccbf3c4554f',
    ),
  ],
  streams: [{ file: `${folder}03-events-ada.sse.json`, at: 300 }],
};

const failures: Script = {
  file: `${folder}04-failures-and-odd-logs.json`,
  server: 'woodpecker',
  begin: 557,
  happenings: [
    big(-192_000, 'Odd logs\n', bigWorkflows.unreadable(), '4e7d0b3320c4eb92a646a9ab078c082604b36e47'),
    big(-127_000, 'Odd logs\n', bigWorkflows.unreadable(), '1ae389234aee4d8f5fc59ac1265a1031ac04a301'),
    big(4_300, 'Odd logs\n', bigWorkflows.oddLogs(), '928441f5d3ad9891b46d99dff7da3ff568baf4d1'),
    big(17_000, 'Failing test\n', bigWorkflows.failing(), 'cad87537d29612ddb3ce11daba01df4936d422ab'),
    big(19_500, 'Broken configuration\n', bigWorkflows.broken(), '221edcf8328ea2ddad40a7c8d5abc332c28ba9a8'),
    big(24_500, 'Invalid pipeline\n', bigWorkflows.boolOnLine4(), 'dd13d9a52479875fbde5c2fbe4443d2c9c3dce4d'),
    big(
      29_500,
      'No runner for this\n',
      bigWorkflows.boolOnLine9(),
      'ee4856ba8b365d6b8a896ce962da2438cd4d8c5b',
    ),
    pushed(45_000, 'big', 'Skipped [CI SKIP]\n', { skipped: '1\n' }),
    pushed(70_000, 'big', 'Only tags\n', { '.woodpecker.yaml': bigWorkflows.tagsOnly() }),
    pushed(95_000, 'big', 'No configuration\n', { '.woodpecker.yaml': null }),
    pushed(120_000, 'big', 'Still none\n', { again: '1\n' }),
  ],
};

const later: Script = { file: `${folder}05-later-looks.json`, server: 'woodpecker', begin: 730 };

const settings: Script = {
  file: `${folder}06-secrets-and-settings.json`,
  server: 'woodpecker',
  begin: 787,
};

const pullRequest: Script = {
  file: `${folder}07-pull-request-and-tag.json`,
  server: 'woodpecker',
  begin: 826,
  length: 128_000,
  happenings: [
    featureAndPullRequest,
    {
      at: 42_200,
      run: ({ world }) => createTag(world, repositoryOf(world, 'checkout'), 'v1.0.0', 'main', 'ada'),
    },
    big(115_100, 'Long logs\n', bigWorkflows.longLogs(), 'b2f69ae588cfe26dd73e289bfa5314225bebdcfb'),
  ],
};

const faults: Script = {
  file: `${folder}08-faults.json`,
  server: 'woodpecker',
  begin: 1394.5,
  happenings: [
    called(900, '/api/repos/1/pipelines', { branch: 'main' }),
    { at: 4_080, run: (stage) => stage.stopCi() },
    { at: 9_080, run: (stage) => stage.breakCi() },
    { at: 15_300, run: (stage) => stage.startCi() },
    called(57_000, '/api/repos/1/pipelines', { branch: 'main' }),
    { at: 61_250, run: ({ woodpecker }) => woodpecker?.killRunner('agent1') },
    {
      at: 106_270,
      run: ({ woodpecker }) =>
        woodpecker?.addRunner({ name: 'agent1', type: 'local', os: 'linux', arch: 'amd64', capacity: 2 }),
    },
  ],
  streams: [
    { file: `${folder}08-events-server-restart.sse.json`, at: 1_500 },
    { file: `${folder}08-log-server-restart.sse.json`, at: 2_050 },
    { file: `${folder}08-log-after-restart.sse.json`, at: 15_750 },
    { file: `${folder}08-log-agent-killed.sse.json`, at: 59_640, keepOpen: true },
  ],
};

const nothingMatches: Script = {
  file: `${folder}09-nothing-matches.json`,
  server: 'woodpecker',
  begin: 1662.2,
  happenings: [
    big(2_000, 'Only pushes\n', bigWorkflows.onlyPushes(), '9c4067f92d0c66b4a289cbecb068ffcdb8746891'),
  ],
};

/** While the matrix ran. */
export const poll = new Poll(13_950);

const edges: Script = {
  file: `${folder}10-edges.json`,
  server: 'woodpecker',
  begin: 3242.1,
  length: 43_000,
  happenings: [
    ...poll.happenings(),
    // Half an hour before, beside another server's approvals.
    pushed(
      -949_500,
      'checkout',
      'Guarded change\n',
      { 'notes.md': '1\n' },
      'c04b137c0854a429e0732f8e4fed472feb71a1fe',
    ),
    pushed(
      -942_900,
      'checkout',
      'Guarded change 2\n',
      { 'notes.md': '2\n' },
      '9a72cd0374863706bf168fe973c4bb4cee358560',
    ),
    pushed(
      4_210,
      'big',
      'No agent for this\n',
      { '.woodpecker.yaml': bigWorkflows.noAgent() },
      '6be4398c88e6be663991fb946ee93ea067a00398',
    ),
    pushed(
      13_350,
      'big',
      'Matrix\n',
      { '.woodpecker.yaml': bigWorkflows.matrix() },
      'ca2cb2ed381abe6e787deaaa77e4121c89dc1618',
    ),
    pushed(38_500, 'big', 'First of two\n', { 'a.txt': '1\n' }, '91a69cbb13a55ead3b17c9cbdcd2a499c3932614'),
    pushed(38_860, 'big', 'Second of two\n', { 'a.txt': '2\n' }, '585bd4827ba03a576e348c3f75ae76663f45ef1c'),
  ],
  streams: [
    { file: `${folder}10-events-ada.sse.json`, at: 0 },
    { file: `${folder}10-events-grace.sse.json`, at: 300 },
    { file: `${folder}10-log-tail.sse.json`, at: 13_650 },
  ],
};

/** A viewer who comes after 12,000 lines. Its list is a note about the stored log. */
const lateViewer: Script = {
  file: `${folder}11-late-viewer-and-burst.json`,
  server: 'woodpecker',
  begin: 3300,
  length: 12_000,
  happenings: [pushed(0, 'big', 'Burst\n', { '.woodpecker.yaml': bigWorkflows.burst() })],
  streams: [{ file: `${folder}11-log-late-viewer.sse.json`, at: 2_900 }],
};

/** In the order in which they were recorded. */
export const woodpeckerScripts: readonly Script[] = [
  identity,
  liveLog,
  actions,
  failures,
  later,
  settings,
  pullRequest,
  faults,
  nothingMatches,
  edges,
  lateViewer,
];
