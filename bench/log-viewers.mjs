/** A live log of 1,000 lines a second before 1,000 viewers: 100 people with 10 sockets each. */
import { crowd } from './crowd.mjs';
import { against, median, stated } from './figures.mjs';
import { flow } from './line-source.mjs';
import { helper, note, pause, rssOf, sharedNow } from './processes.mjs';
import { startRelay } from './relayed.mjs';
import { placeOf, runningStep, TICK, watch } from './watching.mjs';

const PEOPLE = 100;
const VIEWERS = 1_000;
const PER_SECOND = 1_000;
const ROUNDS = 5;
const ROUND_SECONDS = 4;
const WARM_SECONDS = 3;
const LINES = 1_000_000;
const long = { repo: 'acme/load-tests', build: 1, stage: 1, step: 2 };

export const logViewerRows = [
  ['log-viewers-p99', 'ms', 1.5],
  ['log-viewers-cpu', '% of a core', null],
  ['log-viewers-rss', 'MB', null],
  ['log-viewers-loop-p99', 'ms', null],
  ['log-viewers-loop-max', 'ms', null],
];

export async function logViewers(world, door) {
  const sessions = await crowd(world, PEOPLE);
  const step = await runningStep(world);
  const viewers = helper(new URL('./viewers.mjs', import.meta.url));
  const relay = await startRelay(TICK);
  try {
    const before = rssOf(world.pid);
    const control = { set: 'tcp', sink: relay.line, usage: relay.usage };
    const product = { set: 'websocket', sink: door.line, usage: world.usage };
    // All stay connected: those whose turn it is not are sent nothing.
    await viewers.ask({ command: 'connect', set: 'tcp', count: VIEWERS, tcp: { port: relay.port } });
    await viewers.ask({
      ...{ command: 'connect', set: 'websocket', count: VIEWERS },
      ws: placeOf(world, step, sessions),
    });
    note(`  ${PEOPLE} people are signed in, ${VIEWERS} viewers of each kind connected`);
    const turn = (side, seconds, name) => measured(viewers, side, { perSecond: PER_SECOND, seconds, name });

    await turn(control, WARM_SECONDS, 'raw TCP, to warm up');
    await turn(product, WARM_SECONDS, 'websocket, to warm up');
    const rounds = { control: [], product: [] };
    for (let round = 0; round < ROUNDS; round += 1) {
      rounds.control.push(await turn(control, ROUND_SECONDS, 'raw TCP'));
      rounds.product.push(await turn(product, ROUND_SECONDS, 'websocket'));
    }
    const rss = rssOf(world.pid);
    const { open, opened } = door.streams;
    if (open !== 1 || opened !== 1)
      throw new Error(`${opened} streams of one step were opened, ${open} stand`);
    const loaded = await underLoad(world, viewers, product);
    const of = (side, what) => median(rounds[side].map((one) => one[what]));
    return [
      against('log-viewers-p99', 'ms', of('product', 'p99'), of('control', 'p99'), 1.5),
      stated('log-viewers-cpu', '% of a core', of('product', 'cpu'), of('control', 'cpu')),
      stated('log-viewers-rss', 'MB', rss, before),
      stated('log-viewers-loop-p99', 'ms', loaded.p99, of('control', 'loopP99')),
      stated('log-viewers-loop-max', 'ms', loaded.max, of('control', 'loopMax')),
    ];
  } finally {
    await Promise.all([viewers.stop(), relay.stop()]);
  }
}

/** One turn with what its server needed for it. */
async function measured(viewers, { set, sink, usage }, { perSecond, seconds, name }) {
  let used = null;
  const got = await watch(
    viewers,
    { set, sink },
    {
      ...{ perSecond, seconds, name },
      began: usage,
      ending: async () => {
        used = await usage();
      },
    },
  );
  const cpu = (used.seconds / seconds) * 100;
  note(
    `    ${cpu.toFixed(0)} % of a core, event loop late by p99 ${used.p99.toFixed(0)}, max ${used.max.toFixed(0)} ms`,
  );
  return { p99: got.p99, cpu, loopP99: used.p99, loopMax: used.max };
}

/** Lines flow for as long as it takes to read a log of a million lines from the CI server, search and download it. */
async function underLoad(world, viewers, { set, sink, usage }) {
  await world.control('POST', '/steps/generate', { ...long, lines: LINES });
  const reader = helper(new URL('./long-reader.mjs', import.meta.url));
  const stop = flow(PER_SECOND, sink);
  try {
    await pause(1_000);
    await viewers.ask({ command: 'measure', set, from: sharedNow(), to: Number.MAX_SAFE_INTEGER });
    await usage();
    const took = await reader.ask({
      url: `${world.url}/api/servers/drone/repositories/acme~load-tests/builds/1/stages/1/steps/${long.step}/log`,
      cookie: `${world.session.name}=${world.session.value}`,
      lines: LINES,
    });
    const used = await usage();
    stop();
    await pause(1_000);
    const got = await viewers.ask({ command: 'report', set });
    const said = Object.entries(took).map(([what, ms]) => `${what} ${(ms / 1_000).toFixed(1)} s`);
    note(
      `  websocket, a long log beside it (${said.join(', ')}): p50 ${got.p50.toFixed(1)}, p99 ${got.p99.toFixed(1)} ms`,
    );
    if (got.fewest !== got.most) throw new Error(`viewers had ${got.fewest} to ${got.most} lines`);
    return used;
  } finally {
    stop();
    await reader.stop();
  }
}
