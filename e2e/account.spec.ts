import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { consentToCiServer, linkByToken } from './steps.ts';

test.use({ worldOptions: { name: 'account' } });

const offer = (page: Page) =>
  page.getByText('Link your account on Drone: then builds you start carry your name', { exact: false });
const main = (page: Page) => page.getByRole('main');

test('after the first sign-in linking is offered; one click does it and ends on the same page', async ({
  page,
  sandbox,
  signIn,
}) => {
  await signIn(page, 'grace', '/repos?show=active');
  await expect(offer(page)).toBeVisible();
  await sandbox.forgetCalls();
  await main(page).getByRole('link', { name: 'Link my account' }).click();
  await consentToCiServer(page, '**/repos?show=active');
  await expect(offer(page)).toBeHidden();
  await page.goto('/account');
  await expect(main(page).getByText('Linked', { exact: true })).toBeVisible();
  await expect(main(page)).toContainText('as grace');
  // The CI server itself exchanged the code; the console asked it who the token belongs to.
  expect((await sandbox.calls({ face: 'drone', match: '^GET /login\\?.*code=' })).length).toBe(1);
  expect((await sandbox.calls({ face: 'drone', match: '^GET /api/user$' })).length).toBeGreaterThan(0);
});

test('an offer that was declined stays away, and the account page still links by one click', async ({
  page,
  elsewhere,
  signIn,
}) => {
  await signIn(page, 'linus');
  await page.getByRole('button', { name: 'Not now' }).click();
  await expect(offer(page)).toBeHidden();
  const later = await elsewhere();
  await signIn(later, 'linus');
  await expect(later.getByRole('heading', { name: 'Deck', level: 1 })).toBeVisible();
  await expect(offer(later)).toBeHidden();
  await later.goto('/account');
  await expect(main(later).getByText('Not linked')).toBeVisible();
  await main(later).getByRole('link', { name: 'Link my account' }).click();
  await consentToCiServer(later, '**/account');
  await expect(main(later).getByText('Linked', { exact: true })).toBeVisible();
});

test('another person’s token is refused, and so is one that the CI server does not know', async ({
  page,
  sandbox,
  signIn,
}) => {
  const { token } = await sandbox.post<{ token: string }>('/tokens/rotate', { login: 'ada' });
  await signIn(page, 'linus', '/account?paste=drone');
  const field = page.getByLabel('Token of your account on Drone');
  const submit = page.getByRole('button', { name: 'Link account on Drone' });
  await field.fill(token);
  await submit.click();
  const alert = page.getByRole('alert');
  await expect(alert).toContainText('That account on Drone belongs to another person.');
  await expect(alert).toContainText('link_other_person');
  await expect(field).toHaveValue(token);
  await field.fill('no-such-token-made-up');
  await submit.click();
  await expect(alert).not.toContainText('belongs to another person');
  await expect(alert).toBeVisible();
  await page.goto('/account');
  await expect(main(page)).not.toContainText('as ada');
});

test('what needs a linked account says so and offers it, and works after linking', async ({
  page,
  sandbox,
  signIn,
}) => {
  await signIn(page, 'ada', '/r/drone/acme/checkout/-/settings');
  const needs = main(page).getByText('It needs your own account on Drone.').first();
  await expect(needs).toBeVisible();
  await expect(page.getByLabel('No builds of pull requests', { exact: true })).toBeDisabled();
  await expect(page.getByRole('button', { name: 'Repair acme/checkout' })).toBeHidden();

  await page.goto('/repos');
  await page.getByRole('button', { name: 'Not now' }).click();
  await expect(main(page).getByText('so it needs your account on Drone')).toBeVisible();
  await page.getByRole('button', { name: 'Activate… acme/docs-site' }).click();
  const dialog = page.getByRole('dialog', { name: 'Activate acme/docs-site' });
  await expect(dialog).toContainText('so it needs your account there');
  await expect(dialog.getByRole('button', { name: 'Activate acme/docs-site' })).toBeDisabled();

  await linkByToken(page, sandbox, 'ada');
  await page.goto('/r/drone/acme/checkout/-/settings');
  await expect(page.getByLabel('No builds of pull requests', { exact: true })).toBeEnabled();
  await expect(needs).toBeHidden();
  await expect(page.getByRole('button', { name: 'Repair acme/checkout' })).toBeEnabled();
});

test('a token that the CI server has renewed is noticed: the console says so and links again', async ({
  page,
  sandbox,
  signIn,
}) => {
  await signIn(page, 'ada');
  await linkByToken(page, sandbox, 'ada');
  await page.goto('/repos');
  // Linking began a sync of its own.
  await expect(page.getByText(/^synced /)).toBeVisible();
  await sandbox.post('/tokens/rotate', { login: 'ada' });
  await page.getByRole('button', { name: 'Sync Drone' }).click();
  await expect(
    page.getByText('Drone no longer accepts your linked account.', { exact: false }).first(),
  ).toBeVisible();
  await linkByToken(page, sandbox, 'ada');
  await expect(main(page)).toContainText('as ada');
});
