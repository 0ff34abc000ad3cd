import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';

const signedOut = (page: Page) => page.getByRole('heading', { name: 'Sign in', level: 1 });

async function signOut(page: Page) {
  await page.getByRole('button', { name: /Your account/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
}

/** The page's live connection stands: subscriptions have been answered. */
async function live(page: Page, open: () => Promise<unknown>) {
  const answered = page
    .waitForEvent('websocket')
    .then((socket) =>
      socket
        .waitForEvent('framereceived', (frame) => String(frame.payload).includes('"subscribed"'))
        .then(() => socket),
    );
  await open();
  return answered;
}

test('signing out ends the session and the sockets of its other tabs within 5 s', async ({
  page,
  context,
  signIn,
}) => {
  await signIn(page, 'grace');
  const other = await context.newPage();
  const socket = await live(other, () => other.goto('/r/drone/acme/checkout?status=failure'));
  const cookie = (await context.cookies()).find(({ name }) => name === 'sid');
  expect(cookie).toBeDefined();

  let closed = false;
  socket.on('close', () => {
    closed = true;
  });
  await signOut(page);
  await expect(page.getByRole('status').filter({ hasText: 'You are signed out.' })).toBeVisible();
  await expect(signedOut(other)).toBeVisible({ timeout: 5_000 });
  expect(closed).toBe(true);
  // It knows where it was.
  expect(new URL(other.url()).searchParams.get('return')).toBe('/r/drone/acme/checkout?status=failure');

  await test.step('the cookie that somebody kept is worth nothing', async () => {
    await context.clearCookies({ name: 'sid' });
    if (cookie) await context.addCookies([cookie]);
    await page.goto('/account');
    await expect(signedOut(page)).toBeVisible();
    expect((await context.request.get('api/session')).status()).toBe(401);
  });
});

test('signing out here leaves another browser signed in; signing out everywhere ends it too', async ({
  page,
  signIn,
  elsewhere,
}) => {
  const far = await elsewhere();
  await signIn(far, 'linus');
  await signIn(page, 'linus');
  await signOut(page);
  await expect(signedOut(page)).toBeVisible();
  await far.reload();
  await expect(far.getByRole('heading', { name: 'Deck', level: 1 })).toBeVisible();

  const stranger = await elsewhere();
  await signIn(stranger, 'wei');
  await signIn(page, 'linus', '/account');
  await live(far, () => far.reload());
  await page.getByRole('button', { name: 'Sign out everywhere' }).click();
  await expect(signedOut(page)).toBeVisible();
  await expect(signedOut(far)).toBeVisible({ timeout: 5_000 });
  await test.step('other people stay', async () => {
    await stranger.reload();
    await expect(stranger.getByRole('navigation', { name: /Main|主/ })).toBeVisible();
  });
});

test('the back button shows nothing of a person who signed out', async ({ page, signIn }) => {
  await signIn(page, 'ada', '/r/drone/acme/infra/-/settings/secrets');
  await expect(page.getByRole('heading', { name: 'infra', level: 1 })).toBeVisible();
  await signOut(page);
  await expect(signedOut(page)).toBeVisible();
  await page.goBack();
  await expect(signedOut(page)).toBeVisible();
  await expect(page.getByRole('heading', { name: 'infra' })).toBeHidden();
});
