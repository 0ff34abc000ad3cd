/**
 * `npm run bench`: one JSON object a line on stdout, progress on stderr; exit code 1 when a figure is not within its
 * limit or could not be measured. What each figure is: README.md. `npm run bench -- <part of a name>` runs some.
 */
import { loadavg } from 'node:os';
import { ansiScreen, ansiScreenRows } from './ansi-screen.mjs';
import { entryBundle } from './bundle.mjs';
import { coldLogs } from './cold-log.mjs';
import { fanOut } from './fan-out.mjs';
import { unmeasured } from './figures.mjs';
import { createLineDoor } from './line-door.mjs';
import { logStalled, logStalledRows } from './log-stalled.mjs';
import { logViewerRows, logViewers } from './log-viewers.mjs';
import { millionLines, millionRows } from './million.mjs';
import { firstLines, firstPageBytes, withBrowser } from './pages.mjs';
import { killAll, note } from './processes.mjs';
import { proxiedGet } from './proxied-get.mjs';
import { startWorld } from './world.mjs';

/** A thousand viewers, other people's log viewers and logs of a million lines, each several times, take most of it. */
const MOST_MS = 900_000;
const [wanted = ''] = process.argv.slice(2);
let good = true;

const giveUp = (why) => {
  note(why);
  killAll();
  process.exit(1);
};
setTimeout(giveUp, MOST_MS, 'It takes too long: given up.').unref();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => giveUp('Ended.'));

note(`load of the machine: ${loadavg()[0].toFixed(1)}`);
await figures([['entry-bundle-gzip', 'KB', 250]], async () => [entryBundle()]);

const unhurried = { reads: 1_000_000, readBurst: 1_000_000, guestReads: 1_000_000 };
await inWorld(
  [
    ...['proxied-get-p50', 'first-lines-200k', 'first-page-bytes'],
    ...[...ansiScreenRows, ...millionRows].map(([name]) => name),
  ],
  // No finished log stays in the console's memory: each one is read from the CI server, as at the first visit.
  { limits: { rates: unhurried, logs: { memoryBytes: 1, graceMs: 1 } } },
  async (world) => {
    await figures([['proxied-get-p50', 'ms', 1.5]], async () => [await proxiedGet(world)]);
    await withBrowser(world, async (fresh, browser) => {
      await figures([['first-lines-200k', 'ms', 2]], async () => [await firstLines(world, fresh)]);
      await figures([['first-page-bytes', 'KB', 500]], async () => [await firstPageBytes(world, fresh)]);
      await figures(ansiScreenRows, () => ansiScreen(world, fresh));
      await figures(millionRows, () => millionLines(world, browser, fresh));
    });
  },
);

await inWorld(
  coldLogs.flatMap(([rows]) => rows.map(([name]) => name)),
  {
    servers: 'woodpecker',
    limits: {
      rates: { ...unhurried, chunks: 1_000_000, searches: 1_000_000 },
      logs: { memoryBytes: 1 },
    },
  },
  async (world) => {
    for (const [rows, measure] of coldLogs) await figures(rows, () => measure(world));
  },
);

const door = createLineDoor();
await inWorld(
  ['ws-fanout-p99', 'rss-100-viewers'],
  { front: door.front, limits: { rates: unhurried, socket: { socketsPerPerson: 200 } } },
  (world) =>
    figures(
      [
        ['ws-fanout-p99', 'ms', 1.5],
        ['rss-100-viewers', 'MB', 250],
      ],
      () => fanOut(world, door),
    ),
);

const crowdDoor = createLineDoor();
await inWorld(
  logViewerRows.map(([name]) => name),
  // As installed but for the rates: a hundred people sign in within seconds, and a benchmark asks more often than they.
  {
    front: crowdDoor.front,
    limits: { rates: { ...unhurried, signInStarts: 1_000_000, searches: 1_000_000 } },
  },
  (world) => figures(logViewerRows, () => logViewers(world, crowdDoor)),
);

await figures(logStalledRows, () =>
  logStalled(async (run) => {
    const door = createLineDoor();
    const world = await startWorld({ front: door.front, limits: { rates: unhurried } });
    try {
      return await run(world, door);
    } finally {
      await world.end();
    }
  }),
);

process.exit(good ? 0 : 1);

async function inWorld(names, options, run) {
  if (!names.some((name) => name.includes(wanted))) return;
  note('starting the console and a sandbox…');
  const world = await startWorld(options);
  try {
    await run(world);
  } finally {
    await world.end();
  }
}

/** Measures and prints; one that breaks is printed as not measured, and the others go on. */
async function figures(rows, measure) {
  if (!rows.some(([name]) => name.includes(wanted))) return;
  note(`${rows.map(([name]) => name).join(', ')}…`);
  const results = await measure().catch((error) => {
    note(error.stack);
    return rows.map((row) => unmeasured(...row));
  });
  for (const result of results) {
    good &&= result.ok;
    process.stdout.write(`${JSON.stringify(result)}\n`);
  }
}
