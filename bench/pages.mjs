/** What a person waits for: Chromium opens pages of the console, cold each time. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { against, median, within } from './figures.mjs';
import { note, root } from './processes.mjs';

const FIRST_LINES_LIMIT = 2;
const FIRST_PAGE_LIMIT_KB = 500;
/** Woodpecker's console, 3.17, measured the same way; Drone's, 2.25: 3,030 KB. */
const PEER_KB = 780;
const LOADS = 7;
const steps = { short: 1, long: 2 };

export async function withBrowser(world, run) {
  const found = join(root, 'node_modules/.cache/flightdeck/browser');
  const executablePath =
    process.env.CHROMIUM_PATH ?? (existsSync(found) ? readFileSync(found, 'utf8').trim() : undefined);
  const browser = await chromium.launch({
    ...(executablePath ? { executablePath } : {}),
    args: ['--no-sandbox'],
  });
  /** A new profile: nothing cached, ada signed in; the console has no log either. */
  const fresh = async (use) => {
    await world.forgetLogs();
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-GB' });
    await context.addCookies([{ ...world.session, url: world.url }]);
    try {
      return await use(await context.newPage());
    } finally {
      await context.close();
    }
  };
  try {
    return await run(fresh, browser);
  } finally {
    await browser.close();
  }
}

/** First lines of the 200,000-line step beside those of a 2,000-line step of the same build. */
export async function firstLines(world, fresh) {
  const times = { short: [], long: [] };
  for (let load = -1; load < LOADS; load += 1) {
    for (const which of load % 2 === 0 ? ['short', 'long'] : ['long', 'short']) {
      const ms = await fresh((page) => timeToLines(page, `${world.url}${addressOf(steps[which])}`));
      // The first pair warms up programs that have just started.
      if (load >= 0) times[which].push(ms);
    }
  }
  for (const [name, values] of Object.entries(times))
    note(`  ${name}: ${values.map((ms) => ms.toFixed(0)).join(', ')} ms`);
  return against('first-lines-200k', 'ms', median(times.long), median(times.short), FIRST_LINES_LIMIT);
}

const addressOf = (step) => `/r/drone/acme/load-tests/-/builds/1/1/${step}`;

export const timeToLines = (page, address) => timeTo(page, address, watchForLines, null, 30_000);

/** ms until `watch`, which runs in the page, calls `benchShown`. Throws NothingShown when that takes longer than `patience`. */
export async function timeTo(page, address, watch, facts, patience) {
  const shown = new Promise((resolve) => {
    void page
      .exposeFunction('benchShown', resolve)
      .then(() => page.addInitScript(watch, facts))
      .then(() => page.goto(address, { waitUntil: 'commit' }));
  });
  const late = new Promise((_, reject) => {
    const error = Object.assign(new Error(`no lines at ${address}`), { name: 'NothingShown' });
    setTimeout(() => reject(error), patience).unref();
  });
  return Promise.race([shown, late]);
}

/** Runs in the page: tells when a frame with lines in view has been painted, ms since navigation began. */
function watchForLines() {
  const inView = () => {
    const pane = document.querySelector('[role="log"]');
    const box = pane?.getBoundingClientRect();
    if (!box || box.height < 100) return 0;
    return [...pane.querySelectorAll('.log-text')].filter((line) => {
      const { top, bottom } = line.getBoundingClientRect();
      return line.textContent !== '' && bottom > box.top && top < box.bottom;
    }).length;
  };
  const look = () => {
    if (inView() < 10) return void requestAnimationFrame(look);
    requestAnimationFrame(() => setTimeout(() => window.benchShown(performance.now()), 0));
  };
  requestAnimationFrame(look);
}

/** All that comes over the network until the Deck stands: headers and bodies as sent, the live socket's messages too. */
export async function firstPageBytes(world, fresh) {
  const sizes = [];
  let requests = 0;
  for (let load = 0; load < 3; load += 1) {
    sizes.push(
      await fresh(async (page) => {
        const network = await page.context().newCDPSession(page);
        let bytes = 0;
        requests = 0;
        network.on('Network.loadingFinished', ({ encodedDataLength }) => {
          bytes += encodedDataLength;
          requests += 1;
        });
        network.on('Network.webSocketFrameReceived', ({ response }) => {
          bytes += Buffer.byteLength(response.payloadData);
        });
        await network.send('Network.enable');
        await page.goto(`${world.url}/`);
        await page.locator('main a[href*="/-/builds/"]').first().waitFor();
        await page.waitForLoadState('networkidle');
        return bytes / 1_000;
      }),
    );
  }
  note(
    `  ${requests} requests, ${sizes.map((kb) => kb.toFixed(0)).join(', ')} KB; Woodpecker 780 KB, Drone 3,030 KB`,
  );
  return within('first-page-bytes', 'KB', median(sizes), PEER_KB, FIRST_PAGE_LIMIT_KB);
}
