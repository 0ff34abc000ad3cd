import type { APIRequestContext, Page } from '@playwright/test';
import { expect, giveConsent, test } from './fixtures.ts';
import type { PersonOfWorld } from './world.ts';
import { startWorld } from './world.ts';

// A slow forge should not cost a story ten seconds.
test.use({
  worldOptions: {
    name: 'sign-in',
    adjust: (config) => {
      config.limits = { upstream: { headersMs: 1_500, totalMs: 4_000 } };
    },
  },
});

const person = (people: readonly PersonOfWorld[], login: string): PersonOfWorld => {
  const found = people.find((one) => one.login === login);
  if (!found) throw new Error(`There is no ${login}.`);
  return found;
};

const begin = (page: Page) => page.getByRole('link', { name: 'Continue with Gitea' }).click();

test('a link to lines of a log opens at them after signing in', async ({ page, signIn }) => {
  await signIn(page, 'linus', '/r/drone/acme/load-tests/-/builds/1/1/1#p120-p122');
  await expect(page).toHaveURL(/\/-\/builds\/1\/1\/1#p120-p122$/);
  await expect(page.getByText('3 lines selected')).toBeVisible();
});

test('two tabs sign in at once; the one that began later may end first', async ({
  page,
  context,
  signIn,
}) => {
  // The forge's own pages keep one sign-in per browser: here the person is known to it already.
  await signIn(page, 'grace');
  await page.getByRole('button', { name: /Your account/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();

  const begun = await callbackOf(context.request, '/repos?show=active');
  const later = await context.newPage();
  await later.goto('/account#sessions');
  await begin(later);
  await expect(later.getByRole('heading', { name: 'Account', level: 1 })).toBeVisible();
  await expect(later).toHaveURL(/\/account#sessions$/);
  await page.goto(begun);
  await expect(page.getByRole('heading', { name: 'Repositories', level: 1 })).toBeVisible();
  await expect(page).toHaveURL(/\/repos\?show=active$/);
  // The session of the tab that ended first goes on.
  await later.reload();
  await expect(later.getByRole('heading', { name: 'Account', level: 1 })).toBeVisible();
});

test('a sign-in that began in another browser is refused, and nobody is signed in', async ({
  page,
  context,
  signIn,
  elsewhere,
}) => {
  await signIn(page, 'ada');
  const callback = await callbackOf(context.request, '/');
  const victim = await elsewhere();
  await victim.goto(callback);
  const alert = victim.getByRole('alert');
  await expect(alert).toContainText('This sign-in was begun in another browser');
  await expect(alert).toContainText('between your browser and Gitea');
  await expect(alert).toContainText('Press the button again and stay in this browser');
  await victim.goto('/repos');
  await expect(victim.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  expect((await victim.context().cookies()).map(({ name }) => name)).not.toContain('sid');
});

for (const away of [
  '//evil.test',
  'https://evil.test/',
  '/\\evil.test',
  '/%2f/evil.test',
  '/auth/forge/gitea',
]) {
  test(`signing in does not lead to ${away}`, async ({ page, world }) => {
    const visited: string[] = [];
    page.on('request', (request) => {
      if (request.isNavigationRequest()) visited.push(new URL(request.url()).host);
    });
    await page.goto(`/auth/forge/gitea?return=${encodeURIComponent(away)}`);
    await giveConsent(page, person(world.people, 'linus'));
    await expect(page.getByRole('heading', { name: 'Deck', level: 1 })).toBeVisible();
    expect(page.url()).toBe(`${world.url}/`);
    expect(visited.filter((host) => host.includes('evil'))).toEqual([]);
  });
}

test('who refuses at the forge is told so and may try again', async ({ page, world }) => {
  const mallory = person(world.people, 'mallory');
  await page.goto('/account');
  await begin(page);
  await page.getByLabel(/user ?name/i).fill(mallory.login);
  await page.getByLabel('Password').fill(mallory.password);
  await page.getByRole('button', { name: 'Sign In' }).click();
  await page.getByRole('button', { name: 'Cancel' }).click();
  const alert = page.getByRole('alert');
  await expect(alert).toContainText('You did not agree on Gitea, so nobody was signed in.');
  await expect(alert).toContainText('access_denied');
  await page.getByRole('link', { name: 'Try again with Gitea' }).click();
  await giveConsent(page, mallory);
  await expect(page.getByRole('heading', { name: 'Account', level: 1 })).toBeVisible();
});

const broken = [
  {
    name: 'a forge that is gone',
    fault: { match: 'POST /login/oauth/access_token', refuse: true },
    says: 'Gitea does not answer.',
    hop: 'between the console and Gitea, when it asked for a token',
    check: 'can the console’s own process resolve and reach its internal address?',
  },
  {
    name: 'a forge that is slow',
    fault: { match: 'POST /login/oauth/access_token', delay: 8_000 },
    says: 'Gitea takes too long to answer.',
    hop: 'between the console and Gitea, when it asked for a token',
    check: 'does a firewall drop packets',
  },
  {
    name: 'a proxy’s page in place of the forge',
    fault: {
      match: 'POST /login/oauth/access_token',
      status: 200,
      contentType: 'text/html',
      body: '<html><title>Company sign-in</title></html>',
    },
    says: 'Gitea answered with something that is not a sign-in answer.',
    hop: 'between the console and Gitea, when it asked for a token',
    check: 'does the internal address lead to Gitea itself',
  },
  {
    name: 'a forge whose API fails',
    fault: { match: 'GET /api/v1/user', status: 500, body: 'database is locked' },
    says: 'Gitea',
    hop: 'between the console and Gitea, when it asked who you are',
    check: 'Administrator:',
  },
];
for (const { name, fault, says, hop, check } of broken) {
  test(`${name}: the page names the hop and what to check, and the next try works`, async ({
    page,
    world,
    sandbox,
  }) => {
    await sandbox.fault({ face: 'gitea', ...fault });
    await page.goto('/repos?show=inactive');
    await begin(page);
    await giveConsent(page, person(world.people, 'grace'));
    const alert = page.getByRole('alert');
    await expect(alert).toContainText('Signing in did not work');
    await expect(alert).toContainText(says);
    await expect(alert).toContainText(hop);
    await expect(alert).toContainText(check);
    await sandbox.clearFaults();
    await page.getByRole('link', { name: 'Try again with Gitea' }).click();
    await expect(page.getByRole('heading', { name: 'Repositories', level: 1 })).toBeVisible();
    await expect(page).toHaveURL(/\/repos\?show=inactive$/);
  });
}

test('a wrong client secret is named, with what to compare, and never shown', async ({ elsewhere }) => {
  const wrong = 'wrong-secret-made-up-0815';
  const world = await startWorld({
    adjust: (config) => {
      config.forges[0].clientSecret = wrong;
    },
  });
  try {
    const page = await elsewhere({ baseURL: `${world.url}/` });
    await page.goto('/');
    await begin(page);
    await giveConsent(page, person(world.people, 'ada'));
    const alert = page.getByRole('alert');
    await expect(alert).toContainText('Gitea refused the console’s client id or secret.');
    await expect(alert).toContainText('when it asked for a token');
    await expect(alert).toContainText('compare client id and secret in the configuration');
    expect(await page.content()).not.toContain(wrong);
    expect(world.bff.output()).not.toContain(wrong);
    const request = await alert.getByText('Request').locator('xpath=following-sibling::dd[1]').textContent();
    expect(world.bff.output()).toContain(request);
  } finally {
    await world.end();
  }
});

/**
 * Begins signing in in a browser that the forge knows already, and stops where the forge sends it back: the address
 * that a tab would open next. Requests and tabs of one browser share its cookies.
 */
async function callbackOf(browser: APIRequestContext, returnTo: string): Promise<string> {
  const stop = { maxRedirects: 0 };
  const begun = await browser.get(`auth/forge/gitea?return=${encodeURIComponent(returnTo)}`, stop);
  const back = await browser.get(begun.headers().location ?? '', stop);
  const callback = back.headers().location ?? '';
  expect(callback).toContain('/auth/forge/gitea/callback?code=');
  return callback;
}
