import { createHash } from 'node:crypto';
import type { HttpClient, LiveClient } from '@flightdeck/api-client/client';
import type { Gap } from '@flightdeck/api-client/model';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { Random } from '../../sandbox/src/world/random.ts';
import { linesWithGaps } from '../src/live/testing/reference-lines.ts';
import { type Clock, systemClock } from '../src/ports/clock.ts';
import type { Browser } from '../testing/browser.ts';
import { type RunningConsole, startConsole } from '../testing/console.ts';
import { clientOf } from '../testing/console-client.ts';
import { CuttingProxy, type Plan } from '../testing/cutting-proxy.ts';
import { LogPage, openSocket } from '../testing/log-page.ts';
import { begin, ended, stages, type Talk } from '../testing/talking-steps.ts';

/** Cuts while a log is carried, and how many of each kind there are at least. */
const CUTS = 500;
const LEAST: Record<string, number> = { drone: 80, woodpecker: 80, old: 30, socket: 80, chunk: 1, stored: 5 };
const TABS = 3;
/** What is printed and where it is cut. The order in which the connections come is the machine's. */
const SEED = process.env.FLIGHTDECK_CUT_SEED ?? String(Date.now());

const random = new Random(SEED);
const below = (limit: number) => Math.floor(random.next() * limit);

/** Tries follow each other ten times as fast. Deadlines, and what is done a few times a minute, stay as they are. */
const hasty: Clock = {
  now: systemClock.now,
  sleep: (ms, signal) => systemClock.sleep(ms < 3_000 ? ms / 10 : ms, signal),
};
const until = <T>(condition: () => T | Promise<T>) =>
  vi.waitFor(condition, { timeout: 120_000, interval: 40 });

let at: RunningConsole;
let grace: HttpClient;
let browser: Browser;
let talks: Talk[] = [];
const pages: LogPage[] = [];
const tabs: LiveClient[] = [];
const proxies: CuttingProxy[] = [];
let calm = true;

const cutAfter = (kind: string, after: number, sign = '') => ({ kind, after, sign, reset: below(2) === 0 });

/** Every stream of a log, one half in what was there before; each stored log twice; looks at a build now and then. */
const betweenServer =
  (server: string): Plan =>
  (request, { longest, times }) => {
    if (calm) return null;
    if (/\/stream\/(?:logs|[^/ ]+\/[^/ ]+\/\d+)\//.test(request))
      return cutAfter(server, below(2) === 0 ? below(longest) : longest + below(300), 'data:');
    if (/\/logs\/\d+\/\d+/.test(request))
      return times < 2 ? cutAfter('stored', 1 + below(Math.max(2_000, longest))) : null;
    const looks = /\/(?:builds|pipelines)\/\d+ /.test(request) && below(30) === 0;
    return looks ? cutAfter('look', below(2_000), '\0') : null;
  };

/** Every socket, and a third of what pages fetch. */
const betweenPages: Plan = (request) => {
  if (calm) return null;
  if (request.startsWith('GET /api/live ')) return cutAfter('socket', below(8_000), '"type":"lines"');
  return /\/log\/lines/.test(request) && below(3) === 0 ? cutAfter('chunk', below(20_000)) : null;
};

async function through(url: string, plan: Plan): Promise<string> {
  const proxy = new CuttingProxy(new URL(url), plan);
  proxies.push(proxy);
  return proxy.listen();
}

beforeAll(async () => {
  at = await startConsole({
    clock: hasty,
    sandbox: {
      // A step may run for an hour of this clock, which a busy machine must not need.
      rate: 10,
      servers: [
        { id: 'woodpecker', vendor: 'woodpecker' },
        { id: 'old', vendor: 'drone-0.8' },
      ],
    },
    // So many looks do not break off at a server that is there.
    env: { FLIGHTDECK_LIMITS_UPSTREAM_BREAKER_FAILURES: '100000' },
    adjust: async (env, { urls, servers }) => {
      for (const { id, url } of [{ id: 'drone', url: urls.drone }, ...servers])
        env[`FLIGHTDECK_SERVER_${id.toUpperCase()}_INTERNAL_URL`] = await through(url, betweenServer(id));
    },
  });
  grace = await clientOf(at, 'grace');
  browser = await at.signIn('grace');
  talks = (await Promise.all(stages.map((stage) => begin(at, grace, stage, until)))).flat();
  const { host, origin } = new URL(at.url);
  const visit = {
    url: await through(at.url, betweenPages),
    headers: { cookie: browser.cookies(at.url), origin, host },
    clock: hasty,
    random: () => random.next(),
  };
  for (let tab = 0; tab < TABS; tab++) {
    const live = openSocket(visit);
    tabs.push(live);
    pages.push(...talks.map(({ step }) => new LogPage(live, visit, step)));
  }
}, 120_000);
afterAll(async () => {
  for (const tab of tabs) tab.close();
  for (const proxy of proxies) await proxy.stop();
  await at.stop();
});

const pieces = [
  ...[
    '\u001b[1;31mred',
    '\u001b[0m',
    '\u001b[38;2;9;99;199m',
    '汉字',
    '😀',
    '👩‍👩‍👧',
    'é',
    '‹›',
    '\t',
    '&<b>',
  ],
  ...['10%\r20%\r30%', 'some words', ' ', '"\\', '\n', '\n', '\n\n'],
];

/** What a process writes at once: lines and parts of lines, which may end within an escape sequence. */
function words(): string {
  const all = Array.from({ length: 1 + below(12) }, () => random.pick(pieces)).join('');
  const characters = [...all];
  const text = characters.slice(0, Math.max(1, characters.length - below(4))).join('');
  // The page does not hold the return before a line's end: none comes about where two writings meet.
  return text.replace(/\r$/, '.');
}

function print(talk: Talk, text: string): void {
  at.sandbox.control.print(talk.address, text);
  talk.printed += text;
}

const watching = (talk: Talk) => pages.filter(({ step }) => step === talk.step);

/** What every page shows of a step is the beginning of what was printed but for the gaps it marks. Gives the lines. */
function checkNow(talk: Talk): number {
  const records = ended(talk, at.sandbox.control.printed(talk.address).records);
  const linesBut = (gaps: readonly Gap[]) => linesWithGaps(records, Number.POSITIVE_INFINITY, gaps);
  const all = linesBut([]);
  let seen = 0;
  for (const { summary, shown } of watching(talk)) {
    const gaps = summary?.gaps ?? [];
    const lines = gaps.length === 0 ? all : linesBut(gaps);
    for (const [index, line] of shown.entries()) {
      if (!line) continue;
      seen += 1;
      const { pos, text = '' } = lines[index] ?? {};
      // The last one there may be half there, while others are counted already.
      const whole = shown[index + 1] ? text : text.slice(0, line.text.length);
      if (line.pos !== pos || line.text !== whole)
        expect({ index, ...line }).toEqual({ ...line, index, pos, text });
    }
  }
  return seen;
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const textOf = (lines: readonly { text: string }[]) => lines.map(({ text }) => `${text}\n`).join('');

function counted(): Record<string, number> {
  const sum: Record<string, number> = {};
  for (const { cuts } of proxies) for (const [kind, count] of cuts) sum[kind] = (sum[kind] ?? 0) + count;
  return sum;
}
function areEnough(kinds: readonly string[]): boolean {
  const cuts = counted();
  const all = Object.values(cuts).reduce((a, b) => a + b, 0);
  return all >= CUTS && kinds.every((kind) => (cuts[kind] ?? 0) >= (LEAST[kind] ?? 0));
}

it(`shows to the byte what was printed, through ${CUTS} cuts at random bytes (seed ${SEED})`, async () => {
  const whileItRuns = Object.keys(LEAST).filter((kind) => kind !== 'stored');
  let seen = 0;
  let fault: unknown = null;
  const look = (talk: Talk) => {
    try {
      seen += checkNow(talk);
    } catch (error) {
      fault ??= error;
    }
  };
  // Through all the cuts everybody catches up. On the way there one step is looked at each time, and all at the end.
  const caughtUp = async () => {
    await until(() => {
      look(random.pick(talks));
      // What was wrong once was wrong, also when it is well the next time.
      if (fault !== null) return;
      for (const talk of talks) {
        const count = talk.printed.split('\n').length - 1;
        for (const { trouble, summary, shown } of watching(talk)) {
          const missing = count - shown.filter((line) => line !== undefined).length;
          // Not by `expect`: most often it is not so yet, and what it would say costs more than all the rest.
          if (trouble !== null || missing !== 0)
            throw new Error(`${talk.address.server} ${summary?.state}: ${missing} lines missing, ${trouble}`);
        }
      }
    });
    for (const talk of talks) look(talk);
    if (fault !== null) throw fault;
  };
  // Of three steps more than a page holds in one piece, and more than it is sent at once.
  for (const talk of talks) {
    const lines = talk.step.stage === 1 ? 1_100 : 40;
    print(talk, Array.from({ length: lines }, () => `${words()}\n`).join(''));
  }
  await caughtUp();
  calm = false;
  for (const proxy of proxies) proxy.again();
  for (let round = 0; !areEnough(whileItRuns) && round < 1_000; round++) {
    for (const talk of talks) for (let count = below(4); count > 0; count--) print(talk, words());
    if (below(4) === 0) continue;
    for (const talk of talks) print(talk, '\n');
    await caughtUp();
  }
  for (const { address } of talks) at.sandbox.control.exit(address, 0);
  await until(() => {
    for (const { summary } of pages)
      expect(summary).toMatchObject({ state: 'complete', indexed: true, gaps: [] });
  });
  calm = true;
  for (const talk of talks) {
    const { server, repo, number, stage, step } = talk.step;
    const path = `api/servers/${server}/repositories/${repo}/builds/${number}/stages/${stage}/steps/${step}/log/download`;
    const printed = sha256(talk.printed);
    const kept = ended(talk, at.sandbox.control.stored(talk.address) ?? []);
    expect(sha256(kept.map(({ out }) => out).join(''))).toBe(printed);
    expect(sha256(await (await at.api(browser, 'GET', path)).text())).toBe(printed);
    for (const page of watching(talk)) expect(sha256(textOf(await page.copied()))).toBe(printed);
  }
  expect({ ...counted(), enough: areEnough(Object.keys(LEAST)) }).toMatchObject({ enough: true });
  expect(seen).toBeGreaterThan(100_000);
}, 300_000);
