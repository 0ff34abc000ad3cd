/** A live log of 1,000 lines a second and its 100 viewers. */
import { against, median, within } from './figures.mjs';
import { helper, note, rssOf } from './processes.mjs';
import { startRelay } from './relayed.mjs';
import { placeOf, runningStep, TICK, watch } from './watching.mjs';

const LIMIT = 1.5;
const RSS_LIMIT_MB = 250;
const VIEWERS = 100;
const PER_SECOND = 1_000;
const ROUNDS = 5;
const ROUND_SECONDS = 4;
const WARM_SECONDS = 3;
const WATCH_SECONDS = 20;

/** Answers `ws-fanout-p99` and `rss-100-viewers`. */
export async function fanOut(world, door) {
  const step = await runningStep(world);
  const viewers = helper(new URL('./viewers.mjs', import.meta.url));
  const relay = await startRelay(TICK);
  try {
    const control = { set: 'tcp', sink: relay.line, place: { tcp: { port: relay.port } } };
    const product = { set: 'websocket', sink: door.line, place: { ws: placeOf(world, step) } };
    const before = rssOf(world.pid);
    const round = async ({ place, ...side }, seconds, name, ending) => {
      await viewers.ask({ command: 'connect', set: side.set, count: VIEWERS, ...place });
      const got = await watch(viewers, side, { perSecond: PER_SECOND, seconds, name, ending });
      await viewers.ask({ command: 'disconnect', set: side.set });
      return got.p99;
    };

    await round(control, WARM_SECONDS, 'raw TCP, to warm up');
    await round(product, WARM_SECONDS, 'websocket, to warm up');
    const rounds = { tcp: [], websocket: [] };
    for (let turn = 0; turn < ROUNDS; turn += 1) {
      rounds.tcp.push(await round(control, ROUND_SECONDS, 'raw TCP'));
      rounds.websocket.push(await round(product, ROUND_SECONDS, 'websocket'));
    }
    let rss = 0;
    await round(product, WATCH_SECONDS, 'websocket, for memory', () => {
      rss = rssOf(world.pid);
    });
    note(`  memory: ${before.toFixed(0)} MB before the viewers, ${rss.toFixed(0)} MB after`);
    return [
      against('ws-fanout-p99', 'ms', median(rounds.websocket), median(rounds.tcp), LIMIT),
      within('rss-100-viewers', 'MB', rss, before, RSS_LIMIT_MB),
    ];
  } finally {
    await Promise.all([viewers.stop(), relay.stop()]);
  }
}
