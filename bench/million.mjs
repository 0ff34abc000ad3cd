/** The log pane on a step of 1,000,000 lines, beside itself on 10,000 and beside other viewers on the same text. */
import { readFileSync } from 'node:fs';
import { against, figure, median, within } from './figures.mjs';
import { timeToLines } from './pages.mjs';
import { besidePeers, peerRows } from './peers.mjs';
import { note } from './processes.mjs';
import { servePeers } from './serve-peers.mjs';

const MANY = 1_000_000;
const FEW = 10_000;
const LOADS = 5;
const LONG_FRAME_MS = 50;
/** Steps of the sandbox's build whose stored logs are replaced: any that have ended. */
const steps = { few: 1, many: 2 };
const where = { repo: 'acme/load-tests', build: 1, stage: 1 };
const addressOf = (step) => `/r/drone/acme/load-tests/-/builds/1/1/${step}`;

export const millionRows = [
  ['first-lines-1m', 'ms', 2],
  ['log-memory-1m', 'MB', 1.3],
  ['log-elements-1m', 'elements', 600],
  ['log-blank-rows-1m', 'frames', 0],
  ['log-long-frames-1m', 'frames', 1.5],
  ...peerRows,
];

export async function millionLines(world, browser, fresh) {
  await world.control('POST', '/steps/generate', { ...where, step: steps.few, lines: FEW });
  await world.control('POST', '/steps/generate', { ...where, step: steps.many, lines: MANY });
  const times = { few: [], many: [] };
  for (let load = -1; load < LOADS; load += 1) {
    for (const which of load % 2 === 0 ? ['few', 'many'] : ['many', 'few']) {
      const ms = await fresh((page) => timeToLines(page, world.url + addressOf(steps[which])));
      if (load >= 0) times[which].push(ms);
    }
  }
  note(`  first lines: ${times.many.map(Math.round)} ms, of ${FEW} lines ${times.few.map(Math.round)} ms`);
  const few = await look(world, browser, fresh, steps.few);
  const many = await look(world, browser, fresh, steps.many);
  note(`  frames: ${said(many.frames)}; ${FEW} lines: ${said(few.frames)}`);
  const log = await fetch(
    `${world.url}/api/servers/drone/repositories/acme~load-tests/builds/1/stages/1/steps/${steps.many}/log/download`,
    { headers: { cookie: `${world.session.name}=${world.session.value}` } },
  );
  const served = await servePeers(log);
  const ours = median(times.many);
  const { control, beside } = await fromPeers(fresh, served, ours).finally(served.close);
  return [
    against('first-lines-1m', 'ms', ours, median(times.few), 2),
    against('log-memory-1m', 'MB', many.memory, few.memory, 1.3),
    within('log-elements-1m', 'elements', many.elements, few.elements, 600),
    figure({
      name: 'log-blank-rows-1m',
      unit: 'frames',
      value: many.frames.blank,
      control: control.blank,
      ratio: many.frames.blank,
      limit: 0,
    }),
    // One frame more or less is chance.
    figure({
      name: 'log-long-frames-1m',
      unit: 'frames',
      value: many.frames.long,
      control: control.long,
      ratio: (many.frames.long + 2) / (control.long + 2),
      limit: 1.5,
    }),
    ...beside,
  ];
}

async function fromPeers(fresh, served, ours) {
  const control = await fresh(async (page) => {
    await page.goto(served.page('plain-list'));
    await page.locator('.log-text').first().waitFor({ timeout: 120_000 });
    return scroll(page);
  });
  note(`  plain list: ${said(control)}`);
  return { control, beside: await besidePeers(fresh, served, ours) };
}

const said = ({ count, long, p95, blank }) =>
  `${count} frames, ${long} over ${LONG_FRAME_MS} ms, p95 ${p95.toFixed(0)} ms, ${blank} blank`;

/** Scrolls through a step, then jumps all over it; what the page needs for that. */
async function look(world, browser, fresh, step) {
  return fresh(async (page) => {
    await page.goto(world.url + addressOf(step));
    await page.getByText(/Lines 1 to (1,000,000|10,000)/).waitFor({ timeout: 120_000 });
    await page.locator('.log-text').first().waitFor();
    const frames = await scroll(page);
    await page.evaluate(jumpAround);
    const elements = await page.evaluate(() => document.querySelectorAll('*').length);
    const heap = await page.context().newCDPSession(page);
    await heap.send('HeapProfiler.collectGarbage');
    const used = await heap.send('Runtime.getHeapUsage');
    const memory = (used.usedSize + used.embedderHeapUsedSize + used.backingStorageSize) / 1_000_000;
    note(`  memory: ${memory.toFixed(1)} MB; whole renderer ${(await rendererMb(browser)).toFixed(0)} MB`);
    return { frames, elements, memory };
  });
}

/** 5 s at 600 px a frame, from the first line on. Runs in any page with a list of `[data-index]` rows. */
const scroll = (page) => page.evaluate(scrollAlong, LONG_FRAME_MS);

async function scrollAlong(longMs) {
  const list = document.querySelector('[role="log"]');
  const times = [];
  let blank = 0;
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  await frame();
  const end = performance.now() + 5_000;
  let last = performance.now();
  while (performance.now() < end) {
    list.scrollTop += 600;
    if (list.scrollTop + list.clientHeight >= list.scrollHeight - 1) list.scrollTop = 0;
    await frame();
    const now = performance.now();
    times.push(now - last);
    last = now;
    const box = list.getBoundingClientRect();
    const at = document.elementFromPoint(box.left + 40, box.top + box.height / 2);
    // A row whose text is still on its way counts as blank.
    if (!at?.closest('[data-index]')?.querySelector('.log-text')?.textContent) blank += 1;
  }
  times.sort((a, b) => a - b);
  return {
    count: times.length,
    long: times.filter((ms) => ms > longMs).length,
    p95: times[Math.floor(times.length * 0.95)] ?? Number.NaN,
    blank,
  };
}

/** To 150 places in turn: what a page keeps of what it has been through. */
async function jumpAround() {
  const list = document.querySelector('[role="log"]');
  for (let i = 0; i < 150; i += 1) {
    list.scrollTop = (((i * 37) % 150) / 150) * (list.scrollHeight - list.clientHeight);
    const until = performance.now() + 2_000;
    do await new Promise((resolve) => requestAnimationFrame(resolve));
    while (list.querySelector('.log-wait') && performance.now() < until);
  }
}

/** Resident memory of the greatest renderer: the one page that is open, with what the driver keeps of its network traffic. */
async function rendererMb(browser) {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  const sizes = processInfo
    .filter(({ type }) => type === 'renderer')
    .map(({ id }) => /VmRSS:\s*(\d+) kB/.exec(readFileSync(`/proc/${id}/status`, 'utf8')))
    .map((found) => (Number(found?.[1] ?? 0) * 1_024) / 1_000_000);
  return Math.max(...sizes);
}
