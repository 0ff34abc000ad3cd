import type { Page } from '@playwright/test';
import { axeFaults } from './axe.ts';
import { expect, test } from './fixtures.ts';
import { linkByToken } from './steps.ts';
import type { Config, World } from './world.ts';

test.use({
  worldOptions: {
    name: 'several-forges',
    forges: 'lab=gitlab,gogs',
    servers: 'lab-ci=woodpecker/lab',
    adjust: (config, facts) => {
      const [gitea] = config.forges;
      config.forges = [
        gitea,
        { ...gitea, id: 'lab', kind: 'gitlab', name: 'GitLab', publicUrl: facts.forges?.lab },
        { id: 'gogs', kind: 'gogs', name: 'Gogs', publicUrl: facts.forges?.gogs },
      ];
      // A CI server each, so that the lists show their repositories; these two know none of them yet.
      const [drone, woodpecker] = config.servers as Config[];
      config.servers = [
        drone,
        { ...woodpecker, name: 'Lab CI' },
        { ...drone, id: 'gogs-ci', name: 'Gogs CI', forge: 'gogs', oneClickLink: false },
      ];
    },
  },
});

const passwordOf = (world: World, login: string): string =>
  world.people.find((person) => person.login === login)?.password ?? '';

/** GitLab's own pages, where they are shown. */
async function throughGitlab(page: Page, world: World, login: string): Promise<void> {
  const name = page.getByLabel('Username or primary email');
  const authorize = page.getByRole('button', { name: /^Authorize/ });
  // Who agreed once is sent back at once.
  const back = page.getByRole('navigation', { name: 'Main' }).or(page.getByRole('alert'));
  await expect(name.or(authorize).or(back).first()).toBeVisible();
  if (await name.isVisible()) {
    await name.fill(login);
    await page.getByLabel('Password').fill(passwordOf(world, login));
    await page.getByRole('button', { name: 'Sign in' }).click();
  }
  await expect(authorize.or(back).first()).toBeVisible();
  if (await authorize.isVisible()) await authorize.click();
  await page.waitForURL((url) => url.href.startsWith(world.url));
}

test('sign in with GitLab: repositories of nested groups are there, and open at their address', async ({
  page,
  world,
}) => {
  await page.goto('/repos?q=web%2Fshop');
  await page.getByRole('link', { name: 'Continue with GitLab' }).click();
  await throughGitlab(page, world, 'grace');
  await expect(page).toHaveURL(/\/repos\?q=web%2Fshop$/);
  for (const name of ['basket', 'labels']) {
    const link = page.getByRole('link', { name: `atelier/…/shop/${name}` });
    await expect(link).toHaveAttribute('href', `/r/lab-ci/atelier/web/shop/${name}`);
  }
  await expect(page.getByRole('link', { name: 'acme/checkout' })).toHaveCount(0);
  await page.getByRole('link', { name: 'atelier/…/shop/basket' }).click();
  await expect(page).toHaveURL(/\/r\/lab-ci\/atelier\/web\/shop\/basket$/);
  await expect(page.getByRole('heading', { name: 'basket', level: 1 })).toBeVisible();
  // A denial is no other answer than absence, however deep.
  await page.goto('/r/lab-ci/atelier/web/site/deeper');
  await expect(page.getByRole('alert')).toContainText('not_found');
});

test('sign in with a token of Gogs; a wrong password keeps the login and tells nothing more', async ({
  page,
}) => {
  await page.goto('/');
  await page.getByRole('button', { name: 'Continue with Gogs' }).click();
  await page.getByRole('radio', { name: 'Login and password' }).check();
  await expect(page.getByText(/passes through this console once/)).toBeVisible();
  await expect(page.getByText(/not encrypted \(http\)/)).toBeVisible();
  expect(await axeFaults(page)).toEqual([]);
  await page.getByLabel('Login on Gogs').fill('grace');
  await page.getByLabel('Password on Gogs').fill('made-up-wrong');
  await page.getByRole('button', { name: 'Sign in with Gogs' }).click();
  await expect(page.getByRole('alert')).toContainText('Gogs did not accept that.');
  await expect(page.getByLabel('Login on Gogs')).toHaveValue('grace');
  await expect(page.getByLabel('Password on Gogs')).toHaveValue('');
  await page.getByRole('radio', { name: /Access token/ }).check();
  await page.getByLabel('Access token of Gogs').fill('grace-access-token');
  await page.getByRole('button', { name: 'Sign in with Gogs' }).click();
  await expect(page.getByRole('heading', { name: 'Deck', level: 1 })).toBeVisible();
  await page.goto('/repos');
  await expect(page.getByRole('link', { name: 'workshop/lathe' })).toBeVisible();
  expect(await page.content()).not.toContain('grace-access-token');
});

test('one person, three forges: added on the account page, one list, one sign-out', async ({
  page,
  world,
  signIn,
}) => {
  await signIn(page, 'ada', '/account');
  await page.getByRole('button', { name: 'Add GitLab' }).click();
  await throughGitlab(page, world, 'ada');
  await expect(page.getByText('Your account on GitLab is added.')).toBeVisible();
  await page.getByRole('button', { name: 'Add Gogs' }).click();
  await page.getByLabel('Access token of Gogs').fill('ada-access-token');
  await page.getByRole('button', { name: 'Add account on Gogs' }).click();
  await expect(page.getByText('Your account on Gogs is added.')).toBeVisible();
  expect(await axeFaults(page)).toEqual([]);

  await page.goto('/repos');
  for (const path of ['acme/checkout', 'atelier/handbook', 'workshop/keys']) {
    await expect(page.getByRole('link', { name: path, exact: true })).toBeVisible();
  }
  await page.goto('/account');
  await page.getByRole('button', { name: 'Remove Gogs' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove Gogs' }).click();
  await expect(page.getByText('Your account on Gogs is removed.')).toBeVisible();
  await page.goto('/repos');
  await expect(page.getByRole('link', { name: 'acme/checkout', exact: true })).toBeVisible();
  await expect(page.getByRole('link', { name: 'workshop/keys', exact: true })).toHaveCount(0);
  await page.getByRole('button', { name: /Your account/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  await page.goto('/repos');
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
});

test('a repository in a group of a group: activated, built, and its build read by who may read it', async ({
  page,
  world,
  sandbox,
  elsewhere,
}) => {
  test.setTimeout(180_000);
  const repo = 'atelier/web/shop/basket';
  const at = `/r/lab-ci/${repo}`;
  await page.goto('/account');
  await page.getByRole('link', { name: 'Continue with GitLab' }).click();
  await throughGitlab(page, world, 'ada');
  await linkByToken(page, sandbox, 'ada', { id: 'lab-ci', name: 'Lab CI' });
  await page.goto('/repos?q=basket');
  await page.getByRole('button', { name: `Activate… ${repo}` }).click();
  const dialog = page.getByRole('dialog', { name: `Activate ${repo}` });
  await dialog.getByRole('button', { name: `Activate ${repo}` }).click();
  await expect(dialog.getByText(`${repo} is active.`)).toBeVisible();

  const file = [
    'when: [{ event: push }]',
    'skip_clone: true',
    'steps:',
    '  - { name: weigh, image: bash, commands: ["echo three kilos"] }',
    '',
  ];
  const { builds } = await sandbox.post<{ builds: Record<string, number | null> }>('/push', {
    ...{ forge: 'lab', repo, author: 'ada', message: 'Weigh the basket' },
    files: { '.woodpecker.yaml': file.join('\n') },
  });
  expect(builds['lab-ci']).toBe(1);
  await page.goto(`${at}/-/builds/1`);
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Weigh the basket');
  await expect(page.getByText('three kilos', { exact: true })).toBeVisible({ timeout: 30_000 });
  await page.getByRole('button', { name: 'More', exact: true }).click();
  const name = 'Commit on the forge';
  const link = page.getByRole('menuitem', { name }).or(page.getByRole('link', { name }));
  expect(await link.first().getAttribute('href')).toMatch(/^http.*\/atelier\/web\/shop\/basket\/-\/commit\//);

  const list = page.getByRole('list', { name: `Builds of ${repo}` });
  await page.goto(`${at}?event=push&branch=main`);
  await expect(list.getByRole('link', { name: 'Weigh the basket' })).toBeVisible();
  await page.goto(`${at}?event=tag`);
  await expect(page.getByRole('heading', { name: 'basket', level: 1 })).toBeVisible();
  await expect(list.getByRole('listitem')).toHaveCount(0);

  // A reader opens the same address; a guest of the group, who may not see its code, is told that it is not there.
  for (const login of ['linus', 'mallory']) {
    const theirs = await elsewhere();
    await theirs.goto(`${at}/-/builds/1`);
    await theirs.getByRole('link', { name: 'Continue with GitLab' }).click();
    await throughGitlab(theirs, world, login);
    if (login === 'mallory') await expect(theirs.getByRole('alert')).toContainText('not_found');
    else await expect(theirs.getByText('three kilos', { exact: true })).toBeVisible();
  }
});
