import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { linkByToken, repositoryOf } from './steps.ts';

test.use({ worldOptions: { name: 'repositories' } });

const table = (page: Page) => page.getByRole('table', { name: 'Repositories', exact: true });
const row = (page: Page, path: string) =>
  table(page)
    .getByRole('row')
    .filter({ has: page.getByRole('link', { name: path, exact: true }) });

test('search and filters live in the address: a link shows a colleague the same', async ({
  page,
  elsewhere,
  signIn,
}) => {
  await signIn(page, 'ada', '/repos');
  await expect(row(page, 'acme/checkout')).toContainText('Active');
  await expect(row(page, 'acme/checkout')).toContainText('owner');
  await expect(row(page, 'acme/docs-site')).toContainText('Not active');
  await expect(row(page, 'data/warehouse')).toContainText('Not synced');
  await expect(row(page, 'acme/infra').getByTitle('Private')).toBeVisible();
  await expect(row(page, 'mobile/ios-wallet')).toContainText('read');

  await page.getByRole('searchbox', { name: 'Filter by name' }).fill('ACME');
  await expect(page).toHaveURL(/[?&]q=ACME/);
  await expect(row(page, 'mobile/ios-wallet')).toBeHidden();
  await page
    .getByRole('navigation', { name: 'Show' })
    .getByRole('link', { name: 'Active', exact: true })
    .click();
  await expect(page).toHaveURL(/show=active/);
  await expect(row(page, 'acme/docs-site')).toBeHidden();
  await page.getByRole('combobox', { name: 'Order' }).click();
  await page.getByRole('option', { name: 'By name' }).click();
  await expect(page).toHaveURL(/sort=name/);
  const names = () =>
    table(page)
      .getByRole('link', { name: /^\w+\/[\w-]+$/ })
      .allTextContents();
  await expect.poll(names).toEqual(['acme/checkout', 'acme/infra', 'acme/load-tests', 'acme/storefront']);

  const colleague = await elsewhere();
  await signIn(colleague, 'linus', new URL(page.url()).pathname + new URL(page.url()).search);
  await expect(row(colleague, 'acme/infra')).toBeVisible();
  await expect(colleague.getByRole('searchbox', { name: 'Filter by name' })).toHaveValue('ACME');
  await expect(colleague.getByRole('combobox', { name: 'Order' })).toHaveValue('By name');
  await expect(
    colleague.getByRole('navigation', { name: 'Show' }).getByRole('link', { name: 'Active', exact: true }),
  ).toHaveAttribute('aria-current', 'true');

  await page.getByRole('searchbox', { name: 'Filter by name' }).fill('no-such-thing');
  await expect(page.getByText('No repository matches.')).toBeVisible();
  await page.getByRole('link', { name: 'Clear the filters' }).click();
  await expect(page).toHaveURL(/\/repos$/);
  await expect(page.getByRole('searchbox', { name: 'Filter by name' })).toHaveValue('');
  await expect(row(page, 'data/warehouse')).toBeVisible();
});

test('favourites are kept and filtered', async ({ page, signIn }) => {
  await signIn(page, 'grace', '/repos');
  await page.getByRole('button', { name: 'Make acme/storefront a favourite' }).click();
  await expect(
    page.getByRole('button', { name: 'Remove acme/storefront from the favourites' }),
  ).toBeVisible();
  await page.goto('/repos?show=favourites');
  await expect(row(page, 'acme/storefront')).toBeVisible();
  await expect(row(page, 'acme/checkout')).toBeHidden();
  await page.goto('/');
  await expect(
    page.getByRole('complementary', { name: 'Favourites' }).getByRole('link', { name: 'acme/storefront' }),
  ).toBeVisible();
});

test('activates what the server has not heard of, with each step reported, and its next push builds', async ({
  page,
  sandbox,
  signIn,
}) => {
  const path = 'data/warehouse';
  await signIn(page, 'ada');
  await linkByToken(page, sandbox, 'ada');
  await page.goto('/repos?show=inactive');
  await page.getByRole('button', { name: `Activate… ${path}` }).click();
  const dialog = page.getByRole('dialog', { name: `Activate ${path}` });
  expect((await repositoryOf(sandbox, path)).active).toBe(false);
  await dialog.getByRole('button', { name: `Activate ${path}` }).click();
  await expect(dialog.getByText(`${path} is active.`)).toBeVisible();
  const steps = dialog.getByRole('listitem');
  await expect(steps).toHaveCount(4);
  for (const step of [
    'Read your repositories anew',
    'Find the repository',
    'Enable it',
    'Check the webhook',
  ]) {
    await expect(steps.filter({ hasText: step })).toHaveText(/ms|not needed/);
  }
  await expect(steps.filter({ hasText: 'Enable it' }).getByRole('img', { name: 'done' })).toBeVisible();
  expect((await repositoryOf(sandbox, path)).active).toBe(true);

  await dialog.getByRole('link', { name: `Open ${path}` }).click();
  await expect(page.getByText('No builds yet.', { exact: false })).toBeVisible();
  const { build } = await sandbox.push({ repo: path, author: 'ada', message: 'First build of all' });
  expect(build).toBe(1);
  await expect(page.getByRole('link', { name: 'First build of all' })).toBeVisible();
});
test('an activation that fails half-way says at which step and why, and can be done again', async ({
  page,
  sandbox,
  signIn,
}) => {
  await signIn(page, 'ada');
  await linkByToken(page, sandbox, 'ada');
  await page.goto('/r/drone/acme/docs-site/-/settings');
  const already = (await repositoryOf(sandbox, 'acme/docs-site')).active;
  if (already) {
    await page.getByRole('button', { name: 'Deactivate acme/docs-site…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Deactivate acme/docs-site' }).click();
    await expect(page.getByRole('dialog')).toBeHidden();
  }
  await sandbox.fault({
    face: 'drone',
    match: '^POST /api/repos/acme/docs-site$',
    status: 500,
    contentType: 'application/json',
    body: '{"message":"cannot create the hook (made up)"}',
  });
  await page.goto('/repos?show=inactive');
  await page.getByRole('button', { name: 'Activate… acme/docs-site' }).click();
  const dialog = page.getByRole('dialog', { name: 'Activate acme/docs-site' });
  await dialog.getByRole('button', { name: 'Activate acme/docs-site' }).click();
  await expect(dialog.getByText('acme/docs-site was not activated.')).toBeVisible();
  const enable = dialog.getByRole('listitem').filter({ hasText: 'Enable it' });
  await expect(enable.getByRole('img', { name: 'failed' })).toBeVisible();
  await expect(enable).toContainText('cannot create the hook (made up)');
  await sandbox.clearFaults();
  await dialog.getByRole('button', { name: 'Activate again' }).click();
  await expect(dialog.getByText('acme/docs-site is active.')).toBeVisible();
});

test('sync shows that it runs and what came of it', async ({ page, sandbox, signIn }) => {
  await signIn(page, 'grace');
  await linkByToken(page, sandbox, 'grace');
  await page.goto('/repos');
  await sandbox.forgetCalls();
  await sandbox.fault({ face: 'drone', match: '^POST /api/user/repos', delay: 2_500 });
  await page.getByRole('button', { name: 'Sync Drone' }).click();
  await expect(page.getByRole('button', { name: 'Sync Drone' })).toContainText('Syncing…');
  await expect(page.getByText(/^Synced\. Drone knows \d+ repositories of yours\./)).toBeVisible();
  await expect(page.getByText(/^synced (just now|\d)/)).toBeVisible();
  const asked = await sandbox.get<{ who: string }[]>('/calls', {
    face: 'drone',
    match: '^POST /api/user/repos',
  });
  expect(asked.map(({ who }) => who)).toEqual(['grace']);
});

test('deactivates after asking once; its builds stay', async ({ page, sandbox, signIn }) => {
  await signIn(page, 'ada');
  await linkByToken(page, sandbox, 'ada');
  await page.goto('/r/drone/acme/load-tests/-/settings');
  await page.getByRole('button', { name: 'Deactivate acme/load-tests…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Deactivate acme/load-tests?' });
  await expect(dialog).toContainText('Builds and secrets stay on Drone');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  expect((await repositoryOf(sandbox, 'acme/load-tests')).active).toBe(true);
  await page.getByRole('button', { name: 'Deactivate acme/load-tests…' }).click();
  await dialog.getByRole('button', { name: 'Deactivate acme/load-tests' }).click();
  await expect(dialog).toBeHidden();
  expect((await repositoryOf(sandbox, 'acme/load-tests')).active).toBe(false);
  await page.getByRole('link', { name: 'Builds', exact: true }).click();
  await expect(page.getByText('This repository is not active on Drone: pushes build nothing.')).toBeVisible();
  await expect(page.getByRole('link', { name: 'Logs of every size 各种大小的日志' }).first()).toBeVisible();
  await expect(page.getByRole('button', { name: 'Start a build…' })).toBeHidden();
});

test('settings: what only an administrator of the CI server may change is shown and explained', async ({
  page,
  sandbox,
  signIn,
}) => {
  await signIn(page, 'grace');
  await linkByToken(page, sandbox, 'grace');
  await page.goto('/r/drone/mobile/ios-wallet/-/settings');
  const trusted = page.getByLabel(/^Trusted:/);
  await expect(trusted).toBeDisabled();
  await expect(page.getByLabel('Time limit in minutes')).toBeDisabled();
  await expect(page.getByText('Only an administrator of Drone may.').first()).toBeVisible();
  const forks = page.getByLabel('No builds of pull requests from forks');
  await expect(forks).not.toBeChecked();
  await forks.check({ force: true });
  await expect(page.getByText('1 change', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Save settings' }).click();
  await expect(page.getByText('Saved.', { exact: true })).toBeVisible();
  await page.reload();
  await expect(forks).toBeChecked();
});

test('settings: a reader sees them, with the reason why not to change them', async ({ page, signIn }) => {
  await signIn(page, 'linus', '/r/drone/acme/checkout/-/settings');
  await expect(page.getByRole('textbox', { name: 'Pipeline file' })).toHaveValue('.drone.yml');
  await expect(page.getByRole('textbox', { name: 'Pipeline file' })).toBeDisabled();
  await expect(page.getByText('Only an administrator of the repository may.').first()).toBeVisible();
  await expect(page.getByRole('button', { name: 'Save settings' })).toBeHidden();
});

test('a person without rights sees nothing private, and public repositories by search', async ({
  page,
  signIn,
}) => {
  const hidden = ['acme/infra', 'acme/storefront', 'mobile/ios-wallet', 'data/etl-nightly', 'data/warehouse'];
  const bodies: string[] = [];
  page.on('response', async (response) => {
    // What the console is connected to names the sandbox's people and what they may do: that is no answer about builds.
    const { pathname } = new URL(response.url());
    if (pathname.startsWith('/api/') && pathname !== '/api/console')
      bodies.push(await response.text().catch(() => ''));
  });
  await signIn(page, 'mallory', '/repos');
  await expect(page.getByRole('heading', { name: 'Repositories', level: 1 })).toBeVisible();
  await page.getByRole('searchbox', { name: 'Filter by name' }).fill('tiny');
  const others = page.getByRole('table', { name: 'Public repositories of others' });
  const found = others.or(table(page)).getByRole('link', { name: 'oss/tinyqueue' });
  await expect(found).toBeVisible();
  await page.getByRole('searchbox', { name: 'Filter by name' }).fill('infra');
  await expect(page.getByText('No public repository of that name.')).toBeVisible();
  await page.goto('/');
  await expect(page.getByRole('heading', { name: 'Deck', level: 1 })).toBeVisible();
  await expect(page.getByRole('region', { name: 'Recent' })).toBeVisible();
  for (const path of hidden) expect(bodies.filter((body) => body.includes(path))).toEqual([]);

  const texts: string[] = [];
  for (const path of ['acme/infra', 'acme/storefront/-/builds/1', 'acme/never-was']) {
    await page.goto(`/r/drone/${path}`);
    const alert = page.getByRole('main').getByText('There is nothing here, or you may not see it.');
    await expect(alert).toBeVisible();
    texts.push(await page.getByRole('alert').innerText());
  }
  // Both look the same on purpose, but for the request's number.
  const same = new Set(texts.map((text) => text.replace(/Request\s+\S+/, '')));
  expect([...same]).toHaveLength(1);
});
