import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { triedUntilGone } from './steps.ts';

test.use({
  worldOptions: {
    name: 'several-servers',
    servers: 'woodpecker',
    adjust: (config) => {
      // A server that is back is noticed within a second, not half a minute.
      config.limits = { upstream: { breakerProbeMinMs: 300, breakerProbeMaxMs: 1_000, headersMs: 2_500 } };
    },
  },
});
test.setTimeout(240_000);

const drone = {
  ...{ id: 'drone', name: 'Drone', repo: 'acme/checkout', word: 'checkout' },
  ...{ deployed: 'acme/checkout', product: /^Drone\s*2\.25\.0/, file: '.drone.yml' },
};
const woodpecker = {
  ...{ id: 'woodpecker', name: 'Woodpecker', repo: 'ops/api-gateway', word: 'gateway' },
  ...{ deployed: 'ops/shop-deploy', product: /^Woodpecker\s*3\.17\.0/, file: '.woodpecker/' },
};

const nav = (page: Page, name: string) =>
  page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name });
const table = (page: Page) => page.getByRole('table', { name: 'Repositories', exact: true });
const row = (page: Page, path: string) => table(page).getByRole('link', { name: path, exact: true });
const recent = (page: Page) => page.getByRole('region', { name: 'Recent' });
/** Among what runs, and later among what ran. */
const built = (page: Page, title: string) =>
  page.getByRole('main').getByRole('link', { name: title }).first();
/** Times are told as the clock shows them, or with the day. */
const since = /\d{1,2}:\d{2}/;

/** What the command palette finds. */
async function finds(page: Page, wanted: readonly { word: string; repo: string }[]) {
  await page.keyboard.press('ControlOrMeta+k');
  const field = page.getByPlaceholder('Repository, #build, page or action');
  await expect(field).toBeFocused();
  for (const { word, repo } of wanted) {
    await field.fill(word);
    const found = page.getByRole('option', { name: repo }).or(page.getByRole('button', { name: repo }));
    await expect(found.first()).toBeVisible();
  }
  await page.keyboard.press('Escape');
  await expect(field).toBeHidden();
}

for (const [down, other] of [
  [woodpecker, drone],
  [drone, woodpecker],
] as const) {
  test(`${down.name} is down: the other’s rows go on, its own stay with their age, and it comes back by itself`, async ({
    page,
    sandbox,
    signIn,
  }) => {
    const silent = page.getByText(new RegExp(`^${down.name} has not answered since`));
    const asOf = page.getByText(new RegExp(`^As of .*: ${down.name} does not answer`));
    const otherIsSilent = page.getByText(
      new RegExp(`^${other.name} has not answered|: ${other.name} does not answer`),
    );
    await signIn(page, 'grace', '/repos');
    for (const { repo } of [down, other]) await expect(row(page, repo)).toBeVisible();
    await nav(page, 'Deck').click();
    for (const { repo } of [down, other])
      await expect(recent(page).getByRole('link', { name: repo, exact: true }).first()).toBeVisible();

    await sandbox.fault({ face: down.id, refuse: true });
    await sandbox.cutStreams({ server: down.id });
    // Nobody touches the page: it hears of it.
    await expect(silent).toBeVisible({ timeout: 60_000 });
    await expect(silent).toContainText(since);
    await expect(silent).toContainText('Its repositories are shown as they were then.');
    for (const { repo } of [down, other])
      await expect(recent(page).getByRole('link', { name: repo, exact: true }).first()).toBeVisible();
    await sandbox.push({ repo: other.repo, author: 'ada', message: `While ${down.name} was away` });
    await expect(built(page, `While ${down.name} was away`)).toBeVisible();
    await expect(otherIsSilent).toHaveCount(0);

    await nav(page, 'Repositories').click();
    await expect(asOf.first()).toBeVisible();
    await expect(asOf.first()).toContainText(since);
    for (const { repo } of [down, other]) await expect(row(page, repo)).toBeVisible();
    await finds(page, [down, other]);
    // Read anew by somebody who comes now.
    await page.reload();
    for (const { repo } of [down, other]) await expect(row(page, repo)).toBeVisible();
    await expect(asOf.first()).toBeVisible();
    await expect(otherIsSilent).toHaveCount(0);

    await nav(page, 'Deck').click();
    await expect(silent).toBeVisible();
    await sandbox.clearFaults();
    await expect(silent).toBeHidden({ timeout: 60_000 });
    await sandbox.push({ repo: down.repo, author: 'ada', message: `${down.name} is back` });
    await expect(built(page, `${down.name} is back`)).toBeVisible();
    await nav(page, 'Repositories').click();
    await expect(row(page, down.repo)).toBeVisible();
    await expect(asOf).toHaveCount(0);
  });
}

for (const [down, other] of [
  [woodpecker, drone],
  [drone, woodpecker],
] as const) {
  test(`${down.name} is down: on each page of a repository there stands what was last known, with its age`, async ({
    page,
    sandbox,
    signIn,
  }) => {
    const at = (server: typeof down | typeof other, rest = '') => `/r/${server.id}/${server.deployed}${rest}`;
    const old = page.getByText(
      new RegExp(
        `${down.name} (does not answer|reported an error of its own)\\. Shown as it was at .*\\d:\\d\\d`,
      ),
    );
    const builds = page.getByRole('list', { name: /^Builds of / }).getByRole('listitem');
    const production = page.getByRole('region', { name: 'production' });
    const file = page.getByLabel('Pipeline file', { exact: true });
    const openBuild = /\/-\/builds\/\d+/;

    await signIn(page, 'grace', at(down));
    await builds.first().getByRole('link').first().click();
    await expect(page).toHaveURL(openBuild);
    const build = page.url();
    const heading = page.getByRole('heading', { level: 1 });
    await expect(heading).toContainText(/#\d+ \S/);
    const title = (await heading.textContent()) ?? '';
    for (const server of [down, other]) {
      await page.goto(at(server, '/-/deployments'));
      await expect(production).toBeVisible();
    }
    await page.goto(at(down, '/-/settings'));
    await expect(file).toHaveValue(down.file);
    await expect(old).toHaveCount(0);

    await sandbox.fault({ face: down.id, refuse: true });
    // Each page is loaded anew: nothing of it is remembered by the browser.
    await page.goto(at(down));
    await expect(old).toBeVisible({ timeout: 60_000 });
    await expect(builds.first()).toBeVisible();
    await page.goto(build);
    await expect(heading).toHaveText(title);
    await expect(old).toBeVisible();
    await page.goto(at(down, '/-/deployments'));
    await expect(production).toBeVisible();
    await expect(old).toBeVisible();
    await page.goto(at(down, '/-/settings'));
    await expect(file).toHaveValue(down.file);
    await expect(old).toBeVisible();
    // Nobody but the server knows its secrets; the rest of the page stays.
    await page.getByRole('link', { name: 'Secrets', exact: true }).click();
    await expect(page.getByRole('main').getByRole('alert')).toContainText(`${down.name} does not answer.`);
    await expect(page.getByRole('navigation', { name: 'Settings of the repository' })).toBeVisible();

    await page.goto('/account');
    for (const { product } of [down, other])
      await expect(page.getByRole('main').getByRole('listitem').filter({ hasText: product })).toBeVisible();
    await expect(page.getByRole('main').getByRole('alert')).toHaveCount(0);
    await page.keyboard.press('ControlOrMeta+k');
    const field = page.getByPlaceholder('Repository, #build, page or action');
    for (const [server, hint] of [
      [down, new RegExp(`As of .*\\d:\\d\\d: ${down.name} does not answer\\.$`)],
      [other, new RegExp(`${other.name}$`)],
    ] as const) {
      await field.fill(server.deployed);
      const found = page
        .getByRole('option', { name: server.deployed })
        .or(page.getByRole('button', { name: server.deployed }));
      await expect(found.first()).toHaveText(hint);
    }
    await page.keyboard.press('Escape');

    await page.goto(at(other, '/-/deployments'));
    await expect(production).toBeVisible();
    await page.goto(at(other));
    await expect(builds.first()).toBeVisible();
    await expect(page.getByText(/does not answer/)).toHaveCount(0);

    await page.goto(at(down, '/-/deployments'));
    await expect(old).toBeVisible();
    await sandbox.clearFaults();
    await triedUntilGone(page, old);
    await expect(production).toBeVisible();
  });
}
