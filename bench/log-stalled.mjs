/** 20 viewers of 10,000 lines a second who stop reading: what each costs, and that none of them loses a line. */
import { crowd } from './crowd.mjs';
import { median, stated, within } from './figures.mjs';
import { flow } from './line-source.mjs';
import { helper, note, pause, rssOf, until } from './processes.mjs';
import { placeOf, runningStep } from './watching.mjs';

const STALLED = 20;
const READING = 4;
const PER_SECOND = 10_000;
const STALL_SECONDS = 12;
const PAIRS = 2;
const SET = 'reading';

export const logStalledRows = [
  ['log-stalled-viewer', 'MB', 2],
  ['log-stalled-waiting', 'MB', null],
];

/** `inFresh(run)` runs with a console that has just started and the door before its CI server. */
export async function logStalled(inFresh) {
  const runs = { without: [], with: [] };
  for (let pair = 0; pair < PAIRS; pair += 1) {
    runs.without.push(await inFresh((world, door) => oneRun(world, door, 0)));
    runs.with.push(await inFresh((world, door) => oneRun(world, door, STALLED)));
  }
  const grown = (which) => median(runs[which].map(({ rss }) => rss));
  const waiting = Math.max(...runs.with.map((run) => run.waiting));
  return [
    within('log-stalled-viewer', 'MB', (grown('with') - grown('without')) / STALLED, null, 2),
    stated('log-stalled-waiting', 'MB', waiting / STALLED / 1e6, null),
  ];
}

/** Answers by what the console's memory grew at most (MB), and the most that waited in its sockets (bytes). */
async function oneRun(world, door, stalled) {
  const [readers, slow] = await crowd(world, 2);
  const step = await runningStep(world);
  const reading = helper(new URL('./viewers.mjs', import.meta.url));
  const stalling = helper(new URL('./stalled-viewers.mjs', import.meta.url));
  try {
    await reading.ask({
      ...{ command: 'connect', set: SET, count: READING },
      ws: placeOf(world, step, [readers]),
    });
    await stalling.ask({ command: 'connect', count: stalled, ws: placeOf(world, step, [slow]) });
    await until('the stream', () => door.streams.open === 1);
    await stalling.ask({ command: 'stall' });
    await reading.ask({ command: 'measure', set: SET, from: 0, to: Number.MAX_SAFE_INTEGER });
    const before = rssOf(world.pid);
    let [rss, waiting] = [before, 0];
    const stop = flow(PER_SECOND, door.line);
    for (const end = performance.now() + STALL_SECONDS * 1_000; performance.now() < end; ) {
      await pause(200);
      rss = Math.max(rss, rssOf(world.pid));
      waiting = Math.max(waiting, (await world.usage()).waiting);
    }
    const total = stop();
    await until('all lines at those who read', async () => {
      const { fewest, most } = await reading.ask({ command: 'report', set: SET });
      if (most > total) throw new Error(`${most} of ${total} lines`);
      return fewest === total;
    });
    const { skips, missed } = await stalling.ask({
      ...{ command: 'resume', total },
      url: `${world.url}/api/servers/drone/repositories/acme~checkout/builds/${step.number}/stages/1/steps/1/log`,
    });
    if (stalled > 0 && Math.min(...missed) === 0) throw new Error('nobody was left out: they did not stall');
    note(
      `  ${stalled} stalled: memory ${before.toFixed(0)} to ${rss.toFixed(0)} MB, ${(waiting / 1e6).toFixed(1)} MB waiting; of ${total} lines ${skips} notes left out ${missed.at(0) ?? 0} each`,
    );
    return { rss: rss - before, waiting };
  } finally {
    await Promise.all([reading.stop(), stalling.stop()]);
  }
}
