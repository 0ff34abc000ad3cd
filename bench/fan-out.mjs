/** A live log of 1,000 lines a second and its 100 viewers. */
import { connect } from 'node:net';
import { against, median, within } from './figures.mjs';
import { flow } from './line-source.mjs';
import { helper, note, pause, rssOf, sharedNow, until } from './processes.mjs';

const LIMIT = 1.5;
const RSS_LIMIT_MB = 250;
const VIEWERS = 100;
const PER_SECOND = 1_000;
const ROUNDS = 5;
const ROUND_SECONDS = 4;
const WARM_SECONDS = 3;
const WATCH_SECONDS = 20;
/** Of the console's live side (`live/log-channel.ts`), ms. */
const TICK = 25;
const repo = 'acme/checkout';

/** Answers `ws-fanout-p99` and `rss-100-viewers`. */
export async function fanOut(world, door) {
  const step = await runningStep(world);
  const viewers = helper(new URL('./viewers.mjs', import.meta.url));
  const relay = helper(new URL('./relay.mjs', import.meta.url));
  try {
    const ports = await relay.ask({ tick: TICK });
    const into = connect(ports.into, '127.0.0.1').setNoDelay(true);
    const control = { sink: (text) => into.write(text), place: { tcp: { port: ports.out } } };
    const product = { sink: door.line, place: { ws: placeOf(world, step) } };
    const before = rssOf(world.pid);

    await watch(viewers, control, WARM_SECONDS, 'raw TCP, to warm up');
    await watch(viewers, product, WARM_SECONDS, 'websocket, to warm up');
    const rounds = { tcp: [], websocket: [] };
    for (let round = 0; round < ROUNDS; round += 1) {
      rounds.tcp.push(await watch(viewers, control, ROUND_SECONDS, 'raw TCP'));
      rounds.websocket.push(await watch(viewers, product, ROUND_SECONDS, 'websocket'));
    }
    let rss = 0;
    await watch(viewers, product, WATCH_SECONDS, 'websocket, for memory', () => {
      rss = rssOf(world.pid);
    });
    into.destroy();
    note(`  memory: ${before.toFixed(0)} MB before the viewers, ${rss.toFixed(0)} MB after`);
    return [
      against('ws-fanout-p99', 'ms', median(rounds.websocket), median(rounds.tcp), LIMIT),
      within('rss-100-viewers', 'MB', rss, before, RSS_LIMIT_MB),
    ];
  } finally {
    await Promise.all([viewers.stop(), relay.stop()]);
  }
}

/** A step that runs until the world ends: the sandbox holds it, its lines come from the door. */
async function runningStep(world) {
  const pipeline =
    'kind: pipeline\ntype: exec\nname: talk\nclone: { disable: true }\nsteps:\n  - name: speak\n    commands:\n      - sandbox-hold here\n';
  const { build } = await world.control('POST', '/push', {
    ...{ repo, branch: 'main', author: 'grace', message: 'A step that is watched' },
    files: { '.drone.yml': pipeline },
  });
  const at = new URLSearchParams({ repo, build, stage: 1, step: 1 });
  await until('a running step', () =>
    world.control('GET', `/steps/printed?${at}`).then(
      ({ held }) => held === 'here',
      () => false,
    ),
  );
  return { number: build, stage: 1, step: 1 };
}

const placeOf = (world, step) => ({
  url: `${world.url.replace('http', 'ws')}/api/live`,
  origin: world.url,
  protocol: 'flightdeck.v1',
  cookie: `${world.session.name}=${world.session.value}`,
  topic: { kind: 'log', server: 'drone', repo: repo.replace('/', '~'), ...step, generation: 0, after: -1 },
});

/** Viewers come, lines flow, and each timed viewer must have had each line. Answers the p99 latency, ms. */
async function watch(viewers, { sink, place }, seconds, name, whileWatched = () => {}) {
  await viewers.ask({ command: 'connect', count: VIEWERS, ...place });
  const stop = flow(PER_SECOND, sink);
  // A second to settle in: connections are young, and who came late is told what it missed.
  const from = sharedNow() + 1e9;
  const to = from + seconds * 1e9;
  await viewers.ask({ command: 'measure', from, to });
  await pause((to - sharedNow()) / 1e6 + 1_000);
  whileWatched();
  stop();
  const got = await viewers.ask({ command: 'report' });
  await viewers.ask({ command: 'disconnect' });
  note(`  ${name}: p50 ${got.p50.toFixed(1)}, p99 ${got.p99.toFixed(1)}, max ${got.max.toFixed(0)} ms`);
  const due = seconds * PER_SECOND;
  // Where the window begins between two lines there may be one more or less.
  const whole = Math.abs(got.fewest - due) <= 1 && Math.abs(got.most - due) <= 1;
  if (!whole) throw new Error(`${name}: of ${due} lines viewers had ${got.fewest} to ${got.most}`);
  // Of the others bytes are counted, from a moment at which they need not be equally far.
  if (got.leastBytes < got.mostBytes * 0.8)
    throw new Error(`${name}: viewers had ${got.leastBytes} to ${got.mostBytes} bytes`);
  return got.p99;
}
