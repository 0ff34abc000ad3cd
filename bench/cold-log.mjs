/**
 * A log of 1,000,000 lines that the console has not seen: until its first lines and until all of it can be searched, what
 * that costs in memory, and a search of it.
 */
import { against, median, within } from './figures.mjs';
import { note, pause, rssOf } from './processes.mjs';

const MANY = 1_000_000;
const FEW = 10_000;
const ROUNDS = 3;
const SEARCHES = 15;
const PATIENCE_MS = 120_000;
const where = { repo: 'acme/load-tests', build: 1, stage: 1 };
const steps = { few: 1, many: 2 };
/** Once in a thousand lines. */
const needle = 'needle';

export const coldLogRows = [
  ['log-first-lines-cold-1m', 'ms', 2],
  ['log-indexed-cold-1m', 'ms', 2],
  ['log-open-memory-1m', 'MB', 60],
  ['log-search-1m', 'ms', 4],
];

export async function coldLog(world) {
  await world.control('POST', '/steps/generate', { ...where, step: steps.few, lines: FEW });
  await world.control('POST', '/steps/generate', { ...where, step: steps.many, lines: MANY });
  await openCold(world, steps.few);
  const before = rssOf(world.pid);
  const times = { first: [], firstFew: [], indexed: [], split: [] };
  let peak = before;
  const watching = setInterval(() => {
    peak = Math.max(peak, rssOf(world.pid));
  }, 20);
  for (let round = 0; round < ROUNDS; round += 1) {
    times.split.push(await splitAll(world));
    const many = await openCold(world, steps.many);
    times.first.push(many.first);
    times.indexed.push(many.indexed);
    times.firstFew.push((await openCold(world, steps.few)).first);
  }
  clearInterval(watching);
  for (const [name, values] of Object.entries(times))
    note(`  ${name}: ${values.map(Math.round).join(', ')} ms`);
  note(`  memory: ${before.toFixed(0)} MB before, ${peak.toFixed(0)} MB at most`);
  const { search, scan } = await searches(world);
  return [
    against('log-first-lines-cold-1m', 'ms', median(times.first), median(times.firstFew), 2),
    against('log-indexed-cold-1m', 'ms', median(times.indexed), median(times.split), 2),
    within('log-open-memory-1m', 'MB', peak - before, before, 60),
    against('log-search-1m', 'ms', search, scan, 4),
  ];
}

/** As a page asks: the summary, the first chunk; then until the summary says that nothing is missing. */
async function openCold(world, step) {
  await world.forgetLogs();
  const from = performance.now();
  let summary = await ask(world, step, '');
  const { lines } = await ask(world, step, `/lines?generation=${summary.generation}&from=0`);
  if (lines.length !== 512) throw new Error(`${lines.length} first lines`);
  const first = performance.now() - from;
  for (const late = from + PATIENCE_MS; !summary.indexed; await pause(20)) {
    summary = await ask(world, step, '');
    if (performance.now() > late) throw new Error('it was not read to its end');
  }
  return { first, indexed: performance.now() - from };
}

/** The same bytes from the same server, cut into records and each one parsed: nothing kept, nothing else done. */
async function splitAll(world) {
  const from = performance.now();
  const answer = await fetch(`${world.drone}/api/repos/acme/load-tests/builds/1/logs/1/${steps.many}`, {
    headers: { authorization: `Bearer ${world.serviceToken}` },
  });
  let rest = Buffer.alloc(0);
  let records = 0;
  for await (const part of answer.body) {
    const bytes = rest.length === 0 ? Buffer.from(part) : Buffer.concat([rest, part]);
    let at = bytes[0] === 0x7b ? 0 : 1;
    // No text of this log holds these three.
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

/** A search as the page asks for it, any case, its answers added up, beside counting the same word in a Buffer of the same text. */
async function searches(world) {
  await openCold(world, steps.many);
  const text = Buffer.from(await (await get(world, steps.many, '/download?as=plain')).arrayBuffer());
  const times = { search: [], scan: [] };
  for (let round = -2; round < SEARCHES; round += 1) {
    const scan = timed(() => countIn(text));
    const from = performance.now();
    let total = 0;
    for (let at = 0, complete = false; !complete; ) {
      const found = await ask(world, steps.many, `/search?q=${needle}&from=${at}`);
      total += found.total;
      at = found.scanned;
      complete = found.complete;
    }
    const search = performance.now() - from;
    if (total !== scan.result) throw new Error(`found ${total} of ${scan.result}`);
    // The first ones warm up both programs.
    if (round < 0) continue;
    times.search.push(search);
    times.scan.push(scan.ms);
  }
  note(
    `  search: ${times.search.map(Math.round).join(', ')} ms, scan: ${times.scan.map(Math.round).join(', ')} ms`,
  );
  return { search: median(times.search), scan: median(times.scan) };
}

function countIn(text) {
  let count = 0;
  for (let at = text.indexOf(needle); at >= 0; at = text.indexOf(needle, at + needle.length)) count += 1;
  return count;
}

function timed(run) {
  const from = performance.now();
  const result = run();
  return { result, ms: performance.now() - from };
}

async function ask(world, step, rest) {
  const answer = await get(world, step, rest);
  const body = await answer.json();
  if (!answer.ok) throw new Error(`${rest}: ${answer.status} ${body.code}`);
  return body;
}

const get = (world, step, rest) =>
  fetch(
    `${world.url}/api/servers/drone/repositories/acme~load-tests/builds/1/stages/1/steps/${step}/log${rest}`,
    { headers: { cookie: `${world.session.name}=${world.session.value}` } },
  );
