/**
 * Takes the pictures of the documents: `npm run build`, then `node scripts/screenshots.mjs [name…]`. Starts a sandbox
 * and a console of its own on free ports and writes `docs/images/<name>.<language>.<theme>.png`.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, expect } from '@playwright/test';
import { findBrowser } from './browser.mjs';
import { answers, end, freePort, root, sandboxConfig, start, startSandbox } from './launch.mjs';

const only = process.argv.slice(2);
const folder = join(root, 'docs/images');
const data = mkdtempSync(join(tmpdir(), 'flightdeck-pictures-'));
const desktop = { width: 1440, height: 900 };
const phone = { width: 390, height: 844 };
const repo = '/r/drone/acme/checkout';
const million = '/r/drone/acme/load-tests/-/builds/1/1/2';

/** What is on a picture: who looks where, what has to be there first, how much of the height is kept, and the looks. */
const pictures = [
  { name: 'sign-in', who: null, at: () => '/sign-in', height: 720, in: ['en light', 'zh dark'] },
  { name: 'deck', at: () => '/', height: 720, in: ['en light', 'en dark', 'zh light', 'zh dark'] },
  { name: 'repositories', at: () => '/repos', height: 600, in: ['en light', 'zh light'] },
  { name: 'builds', at: () => repo, height: 600, in: ['en light', 'zh dark'] },
  {
    name: 'failed-build',
    at: ({ failed }) => `${repo}/-/builds/${failed}`,
    shows: logLines,
    height: 700,
    in: ['en light', 'en dark', 'zh light', 'zh dark'],
  },
  { name: 'waiting-build', at: ({ waiting }) => waiting, height: 420, in: ['en light', 'zh light'] },
  {
    name: 'promote',
    at: ({ good }) => `${repo}/-/builds/${good}`,
    shows: promoteDialog,
    height: 740,
    in: ['en light', 'zh dark'],
  },
  { name: 'deployments', at: () => `${repo}/-/deployments`, height: 540, in: ['en light', 'zh light'] },
  { name: 'secrets', at: () => `${repo}/-/settings/secrets`, height: 420, in: ['en dark', 'zh light'] },
  {
    name: 'phone-build',
    at: ({ failed }) => `${repo}/-/builds/${failed}`,
    shows: logLines,
    size: phone,
    in: ['en light', 'zh dark'],
  },
  // The log pane, on a step of a million lines; these come last, for they make a build and a log of their own.
  { name: 'log-open', at: () => million, shows: logLines, height: 620, in: ['en light', 'zh dark'] },
  { name: 'log-end', at: () => million, shows: logEnd, height: 900, in: ['en light', 'zh dark'] },
  { name: 'log-search', at: () => million, shows: logSearch, height: 700, in: ['en dark', 'zh light'] },
  {
    name: 'log-link',
    at: () => `${million}#L500000-L500004`,
    shows: linkedLines,
    height: 900,
    in: ['en light', 'zh dark'],
  },
  {
    name: 'log-follow',
    at: ({ followed }) => followed(),
    shows: followedEnd,
    height: 900,
    in: ['en dark', 'zh light'],
  },
  {
    name: 'log-folds',
    at: ({ folded }) => folded(),
    shows: logLines,
    height: 620,
    in: ['en light', 'zh dark'],
  },
  {
    name: 'phone-log',
    at: () => `${million}#L654322-L654325`,
    shows: lineMarked,
    size: phone,
    in: ['en dark', 'zh light'],
  },
  // The last one: from then on the person reads logs so.
  {
    name: 'log-plain',
    at: () => `${million}#L77770`,
    shows: plainLog,
    height: 560,
    in: ['en light'],
  },
];

mkdirSync(folder, { recursive: true });
let code = 1;
try {
  const world = await startWorld();
  const browser = await openBrowser();
  const facts = await lookUp(browser, world);
  for (const picture of pictures) {
    if (only.length > 0 && !only.includes(picture.name)) continue;
    for (const look of picture.in) await take(browser, world, facts, picture, look);
  }
  await browser.close();
  code = 0;
} catch (error) {
  console.error(error);
} finally {
  process.once('exit', () => rmSync(data, { recursive: true, force: true }));
  await end(code);
}

async function startWorld() {
  const port = await freePort(0);
  const url = `http://localhost:${port}`;
  const sandbox = await startSandbox(['apps/sandbox/dist/main.js'], url);
  const env = sandboxConfig(sandbox, { publicUrl: url, port, folder: data });
  start(['apps/bff/dist/main.js'], {
    env: { NODE_ENV: 'production', FLIGHTDECK_LOG_LEVEL: 'error', ...env },
  });
  await answers(`${url}/healthz`);
  const control = async (path, body) => {
    const answer = await fetch(sandbox.control + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`control door ${path}: ${answer.status}`);
    return answer.json();
  };
  /** Where a running step waits; null while it does not. */
  const heldAt = async (at) => {
    const answer = await fetch(`${sandbox.control}/steps/printed?${new URLSearchParams(at)}`);
    return answer.ok ? ((await answer.json()).held ?? null) : null;
  };
  const step = { repo: 'acme/load-tests', build: 1, stage: 1, step: 2 };
  await control('/steps/generate', { ...step, lines: 1_000_000 });
  return {
    url,
    control,
    heldAt,
    people: sandbox.people,
    servers: ['drone', ...sandbox.servers.map(({ id }) => id)],
  };
}

async function openBrowser() {
  await findBrowser(root);
  const note = readFileSync(join(root, 'node_modules/.cache/flightdeck/browser'), 'utf8').trim();
  return chromium.launch({ executablePath: note, args: ['--no-sandbox'] });
}

/** A page of somebody who has signed in and put away the offer to link an account. */
async function signedIn(browser, world, options) {
  const context = await browser.newContext({ timezoneId: 'Asia/Shanghai', ...options });
  const page = await context.newPage();
  const { login, password } = world.people.find((person) => person.login === 'grace');
  await page.goto(`${world.url}/sign-in`);
  await page.getByRole('link', { name: /Gitea/ }).click();
  await page.getByLabel(/user ?name/i).fill(login);
  await page.getByLabel(/password/i).fill(password);
  await page.getByRole('button', { name: /sign in/i }).click();
  const allow = page.getByRole('button', { name: /authorize/i });
  const home = page.getByRole('main');
  await allow.or(home).first().waitFor();
  if (await allow.isVisible()) await allow.click();
  await page.waitForURL(`${world.url}/`);
  for (const server of world.servers) await ask(page, 'POST', `/api/accounts/${server}/dismiss`);
  return page;
}

function ask(page, method, path) {
  return page.evaluate(
    async ([how, where]) => {
      const answer = await fetch(where, { method: how, headers: { 'x-flightdeck': '1' } });
      return answer.json();
    },
    [method, path],
  );
}

/** Which builds the pictures show. The index of builds is filled behind the first look. */
async function lookUp(browser, world) {
  const page = await signedIn(browser, world, {});
  const list = async (path, query) => {
    const at = `/api/servers/drone/repositories/${path.replace('/', '~')}/builds?${query}`;
    let items = [];
    await expect
      .poll(
        async () => {
          const answer = await ask(page, 'GET', at);
          items = answer.items ?? [];
          return items.length > 0;
        },
        { message: `builds of ${path} with ${query}`, timeout: 60_000 },
      )
      .toBe(true);
    return items;
  };
  const failed = await list('acme/checkout', 'status=failure&event=push');
  const good = await list('acme/checkout', 'status=success&event=push');
  const [waiting] = await list('mobile/ios-wallet', 'status=waiting');
  await page.context().close();
  let broken = null;
  let running = null;
  return {
    followed: () => {
      running ??= printAMillion(world);
      return running;
    },
    folded: () => {
      broken ??= failInSteps(world);
      return broken;
    },
    failed: numberOf(failed[0]),
    good: numberOf(good[0]),
    waiting: `/r/drone/mobile/ios-wallet/-/builds/${numberOf(waiting)}`,
  };
}

/** A build of which a step fails at the last of its commands, after some that took their time. */
async function failInSteps(world) {
  const scripts = {
    'ci/build.sh': 'sandbox-gen lines=8204 kind=compile\nsleep 18\n',
    'ci/vet.sh': 'sandbox-gen lines=311 kind=short\nsleep 21\n',
    'ci/test.sh':
      'sandbox-gen lines=24 kind=compile\nsleep 192\necho "ERROR: expected 100.00, got 97.00"\nexit 1\n',
  };
  const file = [
    ...['kind: pipeline', 'type: exec', 'name: test', 'clone: { disable: true }', 'steps:'],
    ...['  - name: unit', '    commands:', ...Object.keys(scripts).map((path) => `      - sh ${path}`)],
  ].join('\n');
  const files = { '.drone.yml': `${file}\n`, ...scripts };
  const message = 'Hold the row lock until the ledger entry is written';
  const push = { repo: 'acme/load-tests', branch: 'main', message, author: 'ada', files };
  const { build } = await world.control('/push', push);
  for (let minutes = 0; minutes < 6; minutes += 1) await world.control('/clock', { advance: 60_000 });
  return `/r/drone/acme/load-tests/-/builds/${build}/1/1`;
}

/** A running step of Woodpecker's that has printed a million lines and goes on. */
async function printAMillion(world) {
  const repo = 'ops/shop-deploy';
  const file = [
    ...['when: [{ event: push }]', 'skip_clone: true', 'steps:', '  - name: render', '    image: bash'],
    ...['    commands: ["echo begin", "sandbox-hold here"]'],
  ].join('\n');
  const others = ['build', 'publish', 'deploy'].map((name) => [`.woodpecker/${name}.yaml`, null]);
  const files = { ...Object.fromEntries(others), '.woodpecker/render.yaml': `${file}\n` };
  const message = 'Render every page of the shop';
  const push = { repo, branch: 'main', message, author: 'grace', files };
  const { builds } = await world.control('/push', push);
  const at = { server: 'woodpecker', repo, build: builds.woodpecker, stage: 1, step: 2 };
  await expect.poll(() => world.heldAt(at), { timeout: 60_000 }).toBe('here');
  await world.control('/steps/generate', { ...at, lines: 1_000_000 });
  return `/r/woodpecker/${repo}/-/builds/${at.build}/1/2`;
}

function numberOf(item) {
  return item.number ?? item.build?.number ?? item.head?.number;
}

async function take(browser, world, facts, picture, look) {
  const [language, theme] = look.split(' ');
  const options = {
    viewport: picture.size ?? desktop,
    locale: language === 'zh' ? 'zh-CN' : 'en-GB',
    colorScheme: theme,
    reducedMotion: 'reduce',
  };
  const page =
    picture.who === null
      ? await (await browser.newContext(options)).newPage()
      : await signedIn(browser, world, options);
  await page.goto(world.url + (await picture.at(facts)));
  await page.getByRole('heading').first().waitFor();
  await page.waitForLoadState('networkidle', { timeout: 5_000 }).catch(() => {});
  await picture.shows?.(page);
  await page.evaluate(() => document.fonts.ready);
  const file = `${picture.name}.${language}.${theme}.png`;
  const { width, height } = picture.size ?? desktop;
  const clip = { x: 0, y: 0, width, height: picture.height ?? height };
  await page.screenshot({ path: join(folder, file), clip, animations: 'disabled' });
  console.log(file);
  await page.context().close();
}

async function logLines(page) {
  await page.locator('.log-num').first().waitFor();
}

async function wholeLog(page) {
  await page
    .getByText(/1,000,000/)
    .first()
    .waitFor({ timeout: 240_000 });
  await page.locator('.log-wait').first().waitFor({ state: 'detached' });
}

async function logEnd(page) {
  await logLines(page);
  await wholeLog(page);
  await page.locator('.log-scroll').focus();
  await page.keyboard.press('End');
  await page.getByRole('link', { name: /1,000,000/ }).waitFor();
}

async function logSearch(page) {
  await logLines(page);
  await wholeLog(page);
  const field = page.getByRole('searchbox', { name: /Search this step|在本步骤中搜索/ });
  await field.fill('needle');
  await page.getByText(/– of 1,000$|第 – 处，共 1,000 处/).waitFor({ timeout: 60_000 });
  for (let hits = 0; hits < 4; hits += 1) await field.press('Enter');
  await page.locator('[data-now]').waitFor();
}

async function linkedLines(page) {
  await page.locator('[data-target] .log-text').first().waitFor({ timeout: 240_000 });
}

async function followedEnd(page) {
  await page
    .getByText(/#0999999 /)
    .first()
    .waitFor({ timeout: 240_000 });
}

async function lineMarked(page) {
  await linkedLines(page);
  // The step's log is further down: the head of the page scrolls away.
  await page.locator('.log-pane').evaluate((pane) => pane.scrollIntoView({ block: 'end' }));
}

async function plainLog(page) {
  await linkedLines(page);
  await wholeLog(page);
  await page.getByRole('button', { name: /More ways|更多显示方式/ }).click();
  await page.getByRole('menuitemcheckbox').click();
  await page.getByRole('listitem').first().waitFor();
}

async function promoteDialog(page) {
  await page
    .getByRole('button', { name: /^(Promote|发布)/ })
    .first()
    .click();
  await page.getByRole('dialog').waitFor();
  await page.getByRole('dialog').getByText('production', { exact: true }).first().click();
  await page.getByText('deploy-production').first().waitFor();
}
