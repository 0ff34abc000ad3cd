import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { openBuild, repositoryOf, triedUntilGone } from './steps.ts';

test.use({
  worldOptions: {
    name: 'faults',
    adjust: (config) => {
      // A server that is back is noticed within a second, not half a minute.
      config.limits = { upstream: { breakerProbeMinMs: 300, breakerProbeMaxMs: 1_000, headersMs: 2_500 } };
    },
  },
});
test.setTimeout(150_000);

const raw = 'database is locked (made up)';
const repo = 'acme/checkout';
const nav = (page: Page, name: string) =>
  page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name });
/** Presses it where it still stands: the page may have gone on by itself. */
const tryAgain = (page: Page) =>
  page
    .getByRole('button', { name: 'Try again' })
    .first()
    .click({ timeout: 1_000 })
    .catch(() => {});
const kinds = [
  {
    name: 'answers 500',
    fault: { face: 'drone', status: 500, contentType: 'application/json', body: `{"message":"${raw}"}` },
  },
  { name: 'is down', fault: { face: 'drone', refuse: true } },
] as const;

for (const { name, fault } of kinds) {
  test(`the CI server ${name}: Deck and list keep what they showed, with its age, and go on afterwards`, async ({
    page,
    sandbox,
    signIn,
  }) => {
    await signIn(page, 'grace');
    const recent = page.getByRole('region', { name: 'Recent' }).getByRole('listitem');
    await expect(recent.first()).toBeVisible();
    const before = await recent.count();
    await nav(page, 'Repositories').click();
    const row = page
      .getByRole('table', { name: 'Repositories' })
      .getByRole('link', { name: repo, exact: true });
    await expect(row).toBeVisible();
    await sandbox.fault(fault);

    const old = page.getByText(
      /Drone has not answered since|Shown as it was at|As of .* Drone does not answer/,
    );
    await expect(async () => {
      await nav(page, 'Deck').click();
      await expect(recent.first()).toBeVisible();
      await nav(page, 'Repositories').click();
      await expect(old.first()).toBeVisible({ timeout: 3_000 });
    }).toPass({ timeout: 60_000 });
    await expect(row).toBeVisible();
    await nav(page, 'Deck').click();
    await expect(recent.first()).toBeVisible();
    expect(await recent.count()).toBeGreaterThanOrEqual(before - 2);

    await sandbox.clearFaults();
    await expect(async () => {
      await nav(page, 'Repositories').click();
      await nav(page, 'Deck').click();
      await expect(old).toHaveCount(0, { timeout: 3_000 });
    }).toPass({ timeout: 60_000 });
  });

  test(`the CI server ${name}: pages opened only then show what is known, with its age, and go on afterwards`, async ({
    page,
    sandbox,
    signIn,
  }) => {
    await signIn(page, 'linus', '/r/drone/acme/load-tests/-/builds/1');
    const heading = page.getByRole('heading', { level: 1 });
    await expect(heading).toContainText('Logs of every size');
    // The log of the first step, which stays with the console once it has been read.
    const at = '/r/drone/acme/load-tests/-/builds/1/1/1';
    await page.goto(at);
    const line = page.getByRole('log').locator('.log-num').first();
    await expect(line).toBeVisible();
    await page.goto('/account');
    await expect(page.getByRole('heading', { name: 'Account', level: 1 })).toBeVisible();
    await sandbox.fault(fault);

    const old = page.getByText(/Drone (does not answer|reported an error of its own)\. Shown as it was at/);
    await page.goto(at);
    await expect(heading).toContainText('Logs of every size');
    await expect(line).toBeVisible();
    await expect(old).toBeVisible({ timeout: 30_000 });
    await page.goto('/r/drone/acme/load-tests');
    await expect(page.getByRole('list', { name: 'Builds of acme/load-tests' })).toBeVisible();
    await expect(old).toBeVisible();
    await sandbox.clearFaults();
    await triedUntilGone(page, old);
  });

  test(`the CI server ${name}: what nobody can know says the sentence, code and raw message, and retry works`, async ({
    page,
    sandbox,
    signIn,
  }) => {
    await signIn(page, 'linus', '/account');
    await expect(page.getByRole('heading', { name: 'Account', level: 1 })).toBeVisible();
    await sandbox.fault(fault);
    await page.goto('/r/drone/acme/load-tests/-/builds/999');
    const alert = page.getByRole('alert');
    await expect(alert).toContainText(/Drone (does not answer|reported an error of its own)\./);
    await expect(alert).toContainText(/ci_(unreachable|error)/);
    await alert.getByText('The server’s own message').click();
    await expect(alert).toContainText('Request');
    if ('status' in fault) await expect(alert).toContainText(raw);
    await sandbox.clearFaults();
    await expect(async () => {
      await tryAgain(page);
      await expect(alert).toContainText('not_found', { timeout: 2_000 });
    }).toPass({ timeout: 60_000 });
  });
}

test('the forge is down: who is signed in is not signed out, and the page says which side fails', async ({
  page,
  sandbox,
  signIn,
}) => {
  await signIn(page, 'wei', '/account');
  await expect(page.getByRole('heading', { name: 'Account', level: 1 })).toBeVisible();
  await sandbox.fault({ face: 'gitea', refuse: true });
  await page.goto('/r/drone/acme/infra');
  await expect(page.getByRole('alert')).toContainText('Gitea does not answer.');
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeHidden();
  await sandbox.clearFaults();
  await expect(async () => {
    await tryAgain(page);
    await expect(page.getByRole('list', { name: 'Builds of acme/infra' })).toBeVisible({ timeout: 2_000 });
  }).toPass({ timeout: 60_000 });
});

test('forge tokens that ran out are renewed unseen; when they cannot be, the person signs in again', async ({
  page,
  sandbox,
  signIn,
}) => {
  await signIn(page, 'wei', '/repos');
  await expect(page.getByRole('link', { name: 'data/etl-nightly', exact: true })).toBeVisible();
  await sandbox.post('/tokens/expire', { login: 'wei' });
  await page.goto('/r/drone/acme/infra/-/settings/secrets');
  await expect(page.getByRole('button', { name: 'Add secret' })).toBeVisible();
  await expect(page.getByRole('alert')).toHaveCount(0);

  await sandbox.post('/tokens/expire', { login: 'wei', refresh: true });
  await page.goto('/r/drone/data/etl-nightly/-/settings/secrets');
  const again = page
    .getByText('Gitea no longer accepts your sign-in. Sign in again.')
    .or(page.getByRole('heading', { name: 'Sign in', level: 1 }));
  await expect(again.first()).toBeVisible();
});

test('a start that the server refuses keeps the form; the next try starts one build', async ({
  page,
  sandbox,
  signIn,
}) => {
  await signIn(page, 'grace', `/r/drone/${repo}`);
  await page.getByRole('button', { name: 'Start a build…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Add parameter' }).click();
  await dialog.getByRole('textbox', { name: 'Name 1' }).fill('REGION');
  await dialog.getByRole('textbox', { name: 'Value REGION' }).fill('ap-southeast 亚太');
  const before = (await repositoryOf(sandbox, repo)).builds.length;
  await sandbox.fault({
    face: 'drone',
    match: `^POST /api/repos/${repo}/builds`,
    status: 500,
    contentType: 'application/json',
    body: `{"message":"${raw}"}`,
  });
  await dialog.getByRole('button', { name: 'Start build of main' }).click();
  await expect(dialog.getByRole('alert')).toBeVisible();
  await dialog.getByRole('alert').getByText('The server’s own message').click();
  await expect(dialog.getByRole('alert')).toContainText(raw);
  await expect(dialog.getByRole('textbox', { name: 'Value REGION' })).toHaveValue('ap-southeast 亚太');
  await sandbox.clearFaults();
  await expect(async () => {
    await dialog.getByRole('button', { name: 'Start build of main' }).click();
    await expect(page).toHaveURL(/\/-\/builds\/\d+/, { timeout: 3_000 });
  }).toPass({ timeout: 60_000 });
  const after = (await repositoryOf(sandbox, repo)).builds;
  expect(after.length).toBe(before + 1);
  expect(after[0]?.number).toBe(openBuild(page));
});

test('a secret that could not be saved keeps what was typed', async ({ page, sandbox, signIn }) => {
  await signIn(page, 'grace', `/r/drone/${repo}/-/settings/secrets`);
  await page.getByRole('button', { name: 'Add secret' }).click();
  const form = page.getByRole('form', { name: 'Add secret' });
  await form.getByLabel('Name').fill('kept_token');
  await form.getByLabel('Value').fill('made-up-and-kept');
  await sandbox.fault({ face: 'drone', match: `^POST /api/repos/${repo}/secrets`, refuse: true });
  await form.getByRole('button', { name: 'Add secret' }).click();
  await expect(form.getByRole('alert')).toBeVisible();
  await expect(form.getByLabel('Name')).toHaveValue('kept_token');
  await expect(form.getByLabel('Value')).toHaveValue('made-up-and-kept');
  await sandbox.clearFaults();
  await expect(async () => {
    await form.getByRole('button', { name: 'Add secret' }).click();
    await expect(page.getByText('kept_token was added.', { exact: false })).toBeVisible({ timeout: 3_000 });
  }).toPass({ timeout: 60_000 });
});

test('the console itself is gone for a while: the page keeps its data, says so, and goes on', async ({
  page,
  world,
  sandbox,
  signIn,
}) => {
  await signIn(page, 'grace', `/r/drone/${repo}`);
  const rows = page.getByRole('list', { name: `Builds of ${repo}` }).getByRole('listitem');
  await expect(rows.first()).toBeVisible();
  await world.bff.stop('SIGKILL');
  await expect(page.getByText('Live updates are cut off; reconnecting')).toBeVisible();
  await expect(rows.first()).toBeVisible();
  await sandbox.push({ repo, author: 'ada', message: 'While nobody looked' });
  await world.bff.start();
  await expect(page.getByText('Live updates are cut off; reconnecting')).toBeHidden({ timeout: 40_000 });
  await expect(page.getByRole('link', { name: 'While nobody looked' })).toBeVisible();
});

test('the console was updated while a page was open: what was typed stays, and the page says to load it again', async ({
  page,
  signIn,
}) => {
  await signIn(page, 'grace', '/r/drone/acme/checkout');
  const start = page.getByRole('button', { name: 'Start a build…' });
  await expect(start).toBeVisible();
  // From now on only what the page holds already is there.
  let gone = true;
  await page.route(/\/assets\/[^/]+\.(js|css)$/, (route) =>
    gone ? route.fulfill({ status: 404, body: 'Not found' }) : route.continue(),
  );
  await start.click();
  const commit = page.getByRole('dialog').getByLabel('Commit');
  await commit.fill('91c7b17');
  await page.keyboard.press('Control+k');
  const note = page.getByText('Flightdeck was updated meanwhile, and a part of this page is gone.');
  await expect(note).toBeVisible();
  await expect(commit).toHaveValue('91c7b17');
  await page.keyboard.press('Escape');

  await page.getByRole('link', { name: 'Settings' }).click();
  await expect(page.getByRole('heading', { name: 'Flightdeck was updated meanwhile' })).toBeVisible();
  gone = false;
  await page.getByRole('main').getByRole('button', { name: 'Load the page again' }).click();
  await expect(page).toHaveURL(/acme\/checkout\/-\/settings$/);
  await expect(page.getByRole('heading', { name: 'checkout' })).toBeVisible();
  await expect(page.getByRole('navigation', { name: 'Settings of the repository' })).toBeVisible();
  await expect(note).toHaveCount(0);
});
