import { featureAndPullRequest, pushed, pushes, tagged } from './history.ts';
import { ask } from './http.ts';
import type { Happening, Script } from './play.ts';

import { type Stage, sendRecorded } from './stage.ts';

const folder = 'drone-2.25.0/';

/** A call that the recorder made without keeping it. */
function called(at: number, person: string, method: string, path: string): Happening {
  return { at, run: (stage) => call(stage, person, method, path) };
}

export function call(stage: Stage, person: string, method: string, path: string) {
  return ask(stage.ports.drone, method, path, stage.credentials('drone', person), undefined);
}

const CHECKOUT = '/api/repos/acme/checkout';

const identity: Script = {
  file: `${folder}01-identity-and-repos.json`,
  server: 'drone',
  begin: 28,
  instead: {
    5: (stage, exchange) =>
      sendRecorded(stage, 'drone', exchange, { headers: { authorization: 'Bearer wrong' } }),
  },
};

const liveLog: Script = {
  file: `${folder}02-push-and-live-log.json`,
  server: 'drone',
  begin: 121.6,
  length: 21_000,
  happenings: [pushed(5_550, pushes.addPipelines())],
  streams: [
    { file: `${folder}02-events-ada.sse.json`, at: 100 },
    { file: `${folder}02-events-linus.sse.json`, at: 200 },
    { file: `${folder}02-events-anonymous.sse.json`, at: 300 },
    { file: `${folder}02-log-compile.sse.json`, at: 6_610 },
    { file: `${folder}02-log-compile-second-viewer.sse.json`, at: 8_920 },
    { file: `${folder}02-log-of-a-finished-step.sse.json`, at: 20_000 },
  ],
};

const actions: Script = {
  file: `${folder}03-actions.json`,
  server: 'drone',
  begin: 213.7,
  happenings: [pushed(62_300, pushes.needsApproval()), pushed(79_300, pushes.isDeclined())],
  streams: [{ file: `${folder}03-events-ada.sse.json`, at: 0 }],
};

/** The forge's side of two pushes between the lists, and a stage that its runner refused, of which no detail is known. */
const between: Script['happenings'] = [
  pushed(-193_000, pushes.badEscape()),
  {
    at: -127_000,
    run: async (stage) => {
      await pushed(0, pushes.refused()).run(stage);
      const { ci, clock } = stage.world;
      const repo = ci.repositoryBySlug('acme/big');
      const build = repo && ci.build(repo.id, 2);
      const row = build?.stages[0];
      if (!build || !row) throw new Error('the second push to acme/big made no build');
      const now = clock.seconds();
      Object.assign(row, { status: 'error', error: 'refused by its runner', started: now, stopped: now });
      Object.assign(build, { status: 'error', started: now, finished: now, version: 2 });
    },
  },
];

const failures: Script = {
  file: `${folder}04-failures-and-odd-logs.json`,
  server: 'drone',
  begin: 557,
  happenings: [
    ...between,
    pushed(4_300, pushes.oddLogs()),
    pushed(17_200, pushes.failing()),
    pushed(19_500, pushes.broken()),
    pushed(24_500, pushes.invalid()),
    pushed(29_500, pushes.noRunner()),
    pushed(45_000, pushes.skipped()),
    pushed(70_000, pushes.unmatched()),
    pushed(95_000, pushes.noFile()),
  ],
  streams: [{ file: `${folder}04-log-live-odd.sse.json`, at: 6_450 }],
};

const later: Script = { file: `${folder}05-later-looks.json`, server: 'drone', begin: 720 };

const settings: Script = { file: `${folder}06-secrets-and-settings.json`, server: 'drone', begin: 787 };

const pullRequest: Script = {
  file: `${folder}07-pull-request-and-tag.json`,
  server: 'drone',
  begin: 826,
  length: 118_000,
  happenings: [featureAndPullRequest(17_200), tagged(42_200), pushed(115_100, pushes.longLogs())],
};

let rotated: Record<string, string> = {};

const faults: Script = {
  file: `${folder}09-faults.json`,
  server: 'drone',
  begin: 1394.2,
  happenings: [
    called(900, 'ada', 'POST', `${CHECKOUT}/builds?branch=main`),
    { at: 4_080, run: (stage) => stage.stopCi() },
    { at: 9_080, run: (stage) => stage.breakCi() },
    { at: 15_200, run: (stage) => stage.startCi() },
    called(57_000, 'ada', 'POST', `${CHECKOUT}/builds?branch=main`),
    { at: 59_400, run: ({ core }) => core.pool.kill('exec1') },
    {
      at: 106_270,
      run: ({ core }) => {
        core.pool.add({ name: 'exec1', type: 'exec', os: 'linux', arch: 'amd64', capacity: 2 });
      },
    },
    {
      at: 152_000,
      run: (stage) => {
        rotated = stage.credentials('drone', 'linus');
        return call(stage, 'linus', 'POST', '/api/user/token?rotate=true');
      },
    },
  ],
  instead: { 5: (stage, exchange) => sendRecorded(stage, 'drone', exchange, { headers: rotated }) },
  streams: [
    { file: `${folder}09-events-server-restart.sse.json`, at: 1_500 },
    { file: `${folder}09-log-server-restart.sse.json`, at: 1_640 },
    { file: `${folder}09-log-after-restart.sse.json`, at: 15_300 },
    { file: `${folder}09-log-runner-killed.sse.json`, at: 57_300, keepOpen: true },
  ],
};

const nothingMatches: Script = {
  file: `${folder}11-nothing-matches.json`,
  server: 'drone',
  begin: 1662.2,
  happenings: [pushed(2_000, pushes.onlyPushes())],
};

/** Build after build cancelled in its second step. */
const cancels = [20, 21, 22, 23, 24].flatMap((number, index) => {
  const at = 21_900 + index * 3_000;
  return [
    called(at, 'ada', 'POST', `${CHECKOUT}/builds?branch=main`),
    called(at + 700, 'ada', 'DELETE', `${CHECKOUT}/builds/${number}`),
  ];
});

const edges: Script = {
  file: `${folder}12-approval-and-edges.json`,
  server: 'drone',
  begin: 2288.6,
  happenings: [
    pushed(4_300, pushes.guarded()),
    pushed(10_900, pushes.guarded2()),
    called(16_300, 'ada', 'POST', `${CHECKOUT}/builds?branch=main`),
    called(18_650, 'ada', 'DELETE', `${CHECKOUT}/builds/19`),
    ...cancels,
    ...[37_350, 37_390, 37_430].map((at) => called(at, 'ada', 'POST', `${CHECKOUT}/builds?branch=main`)),
    pushed(39_800, pushes.privatePipeline()),
  ],
  streams: [
    { file: `${folder}12-events-ada.sse.json`, at: 500 },
    { file: `${folder}12-events-linus.sse.json`, at: 600 },
    { file: `${folder}12-events-grace.sse.json`, at: 700 },
    { file: `${folder}12-log-cancelled-step.sse.json`, at: 16_480 },
    { file: `${folder}12-log-private-as-linus.sse.json`, at: 52_198 },
    { file: `${folder}12-log-private-as-grace.sse.json`, at: 52_600 },
    { file: `${folder}12-log-private-as-anonymous.sse.json`, at: 52_700 },
  ],
};

/** A viewer who comes after 12,000 lines, and a burst at the end. Its list is a note about the stored log. */
const lateViewer: Script = {
  file: `${folder}13-late-viewer-and-burst.json`,
  server: 'drone',
  begin: 2400,
  length: 14_000,
  happenings: [
    ...[11, 12, 13, 14].map((number, index) => pushed(index * 1_000, pushes.more(number))),
    pushed(5_000, pushes.burst()),
  ],
  streams: [{ file: `${folder}13-log-late-viewer.sse.json`, at: 8_560 }],
};

/** In the order in which they were recorded; the forge's two lists come in between. */
export const droneScripts: readonly Script[] = [
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
