/**
 * Logs of 1,000,000 lines that the console has not seen: until their first lines and until all of them can be searched, what
 * that costs in memory, one at a time and three at once, and a search.
 */
import { against, median, within } from './figures.mjs';
import { logSearch } from './log-search.mjs';
import { note, pause, rssOf } from './processes.mjs';

const MANY = 1_000_000;
const FEW = 10_000;
const ROUNDS = 3;
const PATIENCE_MS = 180_000;
/** Builds of the sandbox's demo; the stored logs of their steps are replaced. */
const drone = {
  ...{ server: 'drone', repo: 'acme/load-tests', build: 1 },
  few: { stage: 1, step: 1 },
  many: { stage: 1, step: 2 },
  more: [3, 4].map((step) => ({ stage: 1, step })),
};
const woodpecker = {
  ...{ server: 'woodpecker', repo: 'ops/video-encoder', build: 1 },
  few: { stage: 1, step: 4 },
  many: { stage: 2, step: 5 },
};

const droneRows = [
  ['log-first-lines-cold-1m', 'ms', 2],
  ['log-indexed-cold-1m', 'ms', 2],
  ['log-open-memory-1m', 'MB', 60],
  ['log-search-1m', 'ms', 4],
];
const woodpeckerRows = [
  ['log-first-lines-cold-woodpecker-1m', 'ms', 2],
  ['log-indexed-cold-woodpecker-1m', 'ms', 2],
  ['log-open-memory-woodpecker-1m', 'MB', 60],
];
const severalRows = [['log-open-memory-three-1m', 'MB', 60]];

/** Rows and how they are measured; one that breaks leaves the others. */
export const coldLogs = [
  [droneRows, coldDrone],
  [woodpeckerRows, coldWoodpecker],
  [severalRows, severalAtOnce],
];

async function coldDrone(world) {
  const figures = await cold(world, drone, '', await logOfDrone(world));
  await openCold(world, drone, drone.many);
  const search = await logSearch(
    (rest) => ask(world, drone, drone.many, rest),
    () => plainText(world),
  );
  return [...figures, search];
}

async function coldWoodpecker(world) {
  return cold(world, woodpecker, 'woodpecker-', await logOfWoodpecker(world));
}

/** `source`: where the CI server has the long log, and as whom it is asked. */
async function cold(world, place, name, source) {
  await generate(world, place, place.few, FEW);
  await generate(world, place, place.many, MANY);
  await openCold(world, place, place.few);
  const times = { first: [], firstFew: [], indexed: [], split: [] };
  const { growth, before } = await growthDuring(world, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      times.split.push(await splitAll(source));
      const many = await openCold(world, place, place.many);
      times.first.push(many.first);
      times.indexed.push(many.indexed);
      times.firstFew.push((await openCold(world, place, place.few)).first);
    }
  });
  for (const [what, values] of Object.entries(times))
    note(`  ${place.server}, ${what}: ${values.map(Math.round).join(', ')} ms`);
  return [
    against(`log-first-lines-cold-${name}1m`, 'ms', median(times.first), median(times.firstFew), 2),
    against(`log-indexed-cold-${name}1m`, 'ms', median(times.indexed), median(times.split), 2),
    within(`log-open-memory-${name}1m`, 'MB', growth, before, 60),
  ];
}

async function severalAtOnce(world) {
  const steps = [drone.many, ...drone.more];
  for (const step of steps) await generate(world, drone, step, MANY);
  await world.forgetLogs();
  const { growth, before } = await growthDuring(world, () =>
    Promise.all(steps.map((step) => opened(world, drone, step))),
  );
  return [within('log-open-memory-three-1m', 'MB', growth, before, 60)];
}

/** How much the console's memory grew at most. */
async function growthDuring(world, run) {
  const before = rssOf(world.pid);
  let peak = before;
  const watching = setInterval(() => {
    peak = Math.max(peak, rssOf(world.pid));
  }, 20);
  await run().finally(() => clearInterval(watching));
  note(`  memory: ${before.toFixed(0)} MB before, ${peak.toFixed(0)} MB at most`);
  return { growth: peak - before, before };
}

const generate = (world, { server, repo, build }, step, lines) =>
  world.control('POST', '/steps/generate', { server, repo, build, ...step, lines });

async function openCold(world, place, step) {
  await world.forgetLogs();
  return opened(world, place, step);
}

/** As a page asks: the summary, the first chunk; then until the summary says that nothing is missing, and that is exact. */
async function opened(world, place, step) {
  const from = performance.now();
  let summary = await ask(world, place, step, '');
  const { lines } = await ask(world, place, step, `/lines?generation=${summary.generation}&from=0`);
  if (lines.length !== 512) throw new Error(`${lines.length} first lines`);
  const first = performance.now() - from;
  for (const late = from + PATIENCE_MS; !summary.indexed; await pause(50)) {
    summary = await ask(world, place, step, '');
    if (performance.now() > late) throw new Error('it was not read to its end');
  }
  const indexed = performance.now() - from;
  const wanted = step === place.few ? FEW : MANY;
  if (summary.lines !== wanted) throw new Error(`${summary.lines} of ${wanted} lines`);
  return { first, indexed };
}

/** The same bytes from the same server, cut into records and each one parsed: nothing kept, nothing else done. */
async function splitAll({ url, token }) {
  const from = performance.now();
  const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
  let rest = Buffer.alloc(0);
  let records = 0;
  for await (const part of answer.body) {
    const bytes = rest.length === 0 ? Buffer.from(part) : Buffer.concat([rest, part]);
    let at = bytes[0] === 0x7b ? 0 : 1;
    // No text of these logs holds these three.
    for (let end = bytes.indexOf('},{', at); end >= 0; end = bytes.indexOf('},{', at)) {
      JSON.parse(bytes.toString('utf8', at, end + 1));
      records += 1;
      at = end + 2;
    }
    rest = bytes.subarray(at);
  }
  JSON.parse(rest.toString('utf8', 0, rest.lastIndexOf('}') + 1));
  if (records + 1 !== MANY) throw new Error(`${records + 1} records`);
  return performance.now() - from;
}

const logOfDrone = async ({ drone: url, serviceToken: token }) => ({
  url: `${url}/api/repos/${drone.repo}/builds/${drone.build}/logs/${drone.many.stage}/${drone.many.step}`,
  token,
});

/** Its addresses have ids in them. */
async function logOfWoodpecker(world) {
  const { url, serviceToken: token } = world.servers.find(({ id }) => id === woodpecker.server);
  const read = async (path) =>
    (await fetch(url + path, { headers: { authorization: `Bearer ${token}` } })).json();
  const { id } = await read(`/api/repos/lookup/${woodpecker.repo}`);
  const { workflows } = await read(`/api/repos/${id}/pipelines/${woodpecker.build}`);
  const { stage, step: number } = woodpecker.many;
  const step = workflows.find(({ pid }) => pid === stage).children.find(({ pid }) => pid === number);
  return { url: `${url}/api/repos/${id}/logs/${woodpecker.build}/${step.id}`, token };
}

async function ask(world, place, step, rest) {
  const answer = await get(world, place, step, rest);
  const body = await answer.json();
  if (!answer.ok) throw new Error(`${rest}: ${answer.status} ${body.code}`);
  return body;
}

const plainText = async (world) =>
  Buffer.from(await (await get(world, drone, drone.many, '/download?as=plain')).arrayBuffer());

const get = (world, { server, repo, build }, { stage, step }, rest) =>
  fetch(
    `${world.url}/api/servers/${server}/repositories/${repo.replace('/', '~')}/builds/${build}/stages/${stage}/steps/${step}/log${rest}`,
    { headers: { cookie: `${world.session.name}=${world.session.value}` } },
  );
