import type { Page } from '@playwright/test';
import { axeFaults } from './axe.ts';
import { expect, test } from './fixtures.ts';
import { linkByToken } from './steps.ts';

test.use({ worldOptions: { name: 'doctor' } });

const main = (page: Page) => page.getByRole('main');
const hop = (page: Page, name: string) =>
  main(page)
    .getByRole('listitem')
    .filter({ has: page.getByRole('heading', { name, exact: true }) });

/** Pictures to look at, where a folder for them is named. */
async function shoot(page: Page, name: string): Promise<void> {
  const folder = process.env.E2E_PICTURES;
  if (folder) await page.screenshot({ path: `${folder}/doctor.${name}.png`, fullPage: true });
}

test('an administrator finds the check in the menu, and it tells each hop', async ({
  page,
  sandbox,
  signIn,
}) => {
  await signIn(page, 'ada');
  // Not yet an administrator as far as the console knows.
  await page.getByRole('button', { name: /^Your account/ }).click();
  await expect(page.getByRole('menuitem', { name: 'Check the configuration' })).toHaveCount(0);
  await page.keyboard.press('Escape');
  await linkByToken(page, sandbox, 'ada');
  await page.getByRole('button', { name: /^Your account/ }).click();
  await page.getByRole('menuitem', { name: 'Check the configuration' }).click();

  await expect(page.getByRole('heading', { name: 'Check of the configuration' })).toBeVisible();
  await expect(hop(page, 'Public address')).toContainText('leads here');
  await expect(hop(page, 'Websocket')).toContainText('Websockets pass.');
  await expect(hop(page, 'OAuth client')).toContainText('Client id and secret are accepted.');
  await expect(hop(page, 'Its forge')).toContainText('It signs people in with Gitea.');
  await expect(hop(page, 'Webhooks')).toContainText('The last push arrived at');
  // What is in order keeps its details folded; what is not shows them.
  await expect(hop(page, 'PKCE').getByText('code_challenge_methods_supported')).toBeVisible();
  await expect(hop(page, 'OAuth client').getByText('POST', { exact: false })).toBeHidden();
  await hop(page, 'OAuth client').getByText('Details').click();
  await expect(hop(page, 'OAuth client')).toContainText('/login/oauth/access_token');
  await expect(hop(page, 'OAuth client')).toContainText('client is not authorized');
});

test('a server that went away is broken, what hangs on it waits, and another check shows it mended', async ({
  page,
  sandbox,
  signIn,
}) => {
  await signIn(page, 'ada');
  await linkByToken(page, sandbox, 'ada');
  await sandbox.post('/server/stop', { server: 'drone' });
  try {
    await page.goto('/admin/doctor');
    const drone = main(page)
      .locator('section')
      .filter({ has: page.getByRole('heading', { name: 'Drone', exact: true }) });
    const reach = drone.getByRole('listitem').filter({ hasText: 'Reachable' }).first();
    await expect(reach).toContainText('Nothing answers at');
    await expect(reach).toContainText('ECONNREFUSED');
    await expect(reach).toContainText('internalUrl');
    await expect(drone).toContainText('Waits for “Reachable” to be mended.');
    await expect(main(page)).toContainText('One hop is broken.');
  } finally {
    await sandbox.post('/server/start', { server: 'drone' });
  }
  await page.getByRole('button', { name: 'Check again' }).click();
  await expect(main(page)).toContainText('Drone 2.25.0 answers at');
  await expect(main(page)).not.toContainText('broken');
});

test('nobody else may: the page says why, and shows nothing of the installation', async ({
  page,
  sandbox,
  signIn,
}) => {
  expect(sandbox).toBeTruthy();
  await signIn(page, 'grace', '/admin/doctor');
  await expect(main(page).getByText('needs_ci_administrator')).toBeVisible();
  await expect(main(page).getByRole('listitem')).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Check again' })).toHaveCount(0);
});

test('without a barrier, light and dark', async ({ page, sandbox, signIn }) => {
  await signIn(page, 'ada');
  await linkByToken(page, sandbox, 'ada');
  await page.goto('/admin/doctor');
  await expect(hop(page, 'Webhooks')).toBeVisible();
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await axeFaults(page), colorScheme).toEqual([]);
    await shoot(page, `wide.en.${colorScheme}`);
  }
});

test('in Chinese, on a phone, light and dark', async ({ elsewhere, sandbox, signIn }) => {
  const phone = await elsewhere({
    ...{ locale: 'zh-CN', viewport: { width: 390, height: 844 }, hasTouch: true },
  });
  await signIn(phone, 'ada');
  const { token } = await sandbox.post<{ token: string }>('/tokens/rotate', { login: 'ada' });
  await phone.goto('/account?paste=drone');
  await phone.getByLabel('您在 Drone 上的令牌').fill(token);
  await phone.getByRole('button', { name: '关联 Drone 上的账号' }).click();
  await expect(phone.getByText('已关联您在 Drone 上的账号。')).toBeVisible();
  await phone.goto('/admin/doctor');
  await expect(phone.getByRole('heading', { name: '配置检查' })).toBeVisible();
  await expect(hop(phone, 'OAuth 应用')).toContainText('均被接受');
  await expect(hop(phone, 'PKCE 校验')).toContainText('升级代码托管');
  const wider = await phone.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
  expect(wider).toBe(false);
  for (const colorScheme of ['light', 'dark'] as const) {
    await phone.emulateMedia({ colorScheme });
    expect(await axeFaults(phone), colorScheme).toEqual([]);
    await shoot(phone, `phone.zh.${colorScheme}`);
  }
});
