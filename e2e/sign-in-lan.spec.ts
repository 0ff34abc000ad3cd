import { expect, test } from './fixtures.ts';

// A console under a name of the local network, over plain http: no secure context, no Secure cookie.
test.use({ worldOptions: { name: 'lan', host: 'ci.lan' } });

test('under a LAN name, over plain http: sign in, link, copy, start, live updates, and a notice to administrators', async ({
  page,
  context,
  world,
  sandbox,
  signIn,
}) => {
  await test.step('sign in', async () => {
    await signIn(page, 'ada', '/r/drone/acme/load-tests/-/builds/1/1/1#p10');
    expect(new URL(page.url()).host).toBe(new URL(world.url).host);
    expect(new URL(page.url()).hostname).toBe('ci.lan');
    expect(
      await page.evaluate(() => [isSecureContext, 'randomUUID' in crypto, 'clipboard' in navigator]),
    ).toEqual([false, false, false]);
    const cookie = (await context.cookies()).find(({ domain }) => domain === 'ci.lan');
    expect(cookie).toMatchObject({ name: 'sid', httpOnly: true, secure: false, sameSite: 'Lax' });
  });

  await test.step('the copied link is the link, and opens the same line', async () => {
    await expect(page.getByText('1 line selected')).toBeVisible();
    await page.getByRole('button', { name: 'Copy link' }).click();
    await expect(page.getByRole('button', { name: 'Copied' })).toBeVisible();
    const field = page.getByRole('searchbox', { name: 'Search this step' });
    await field.focus();
    await page.keyboard.press('ControlOrMeta+V');
    await expect(field).toHaveValue(`${world.url}/r/drone/acme/load-tests/-/builds/1/1/1#p10`);
  });

  await test.step('link the account by one click, then the notice for administrators stands there', async () => {
    await page.goto('/account');
    await expect(page.getByText('served over plain http')).toBeHidden();
    await page.getByRole('main').getByRole('link', { name: 'Link my account' }).first().click();
    const allow = page.getByRole('button', { name: /authorize/i });
    const linked = page.getByText('Linked', { exact: true });
    await expect(allow.or(linked)).toBeVisible();
    if (await allow.isVisible()) await allow.click();
    await expect(linked).toBeVisible();
    await expect(page.getByText('This console is served over plain http')).toBeVisible();
  });

  await test.step('start a build and see it move by itself', async () => {
    await page.goto('/r/drone/acme/checkout');
    await page.getByRole('button', { name: 'Start a build…' }).click();
    await page.getByRole('button', { name: 'Start build of main' }).click();
    await expect(page).toHaveURL(/\/-\/builds\/\d+$/);
    await expect(page.getByText(/^Passed in/)).toBeVisible({ timeout: 60_000 });
    const number = Number(new URL(page.url()).pathname.split('/').at(-1));
    const state = await sandbox.get<{ slug: string; builds: { number: number; event: string }[] }[]>(
      '/state',
      {},
    );
    const build = state
      .find(({ slug }) => slug === 'acme/checkout')
      ?.builds.find((one) => one.number === number);
    expect(build?.event).toBe('custom');
  });
});

test('somebody who administers nothing is not shown the notice', async ({ page, signIn }) => {
  await signIn(page, 'linus');
  await expect(page.getByRole('heading', { name: 'Deck', level: 1 })).toBeVisible();
  await expect(page.getByText('served over plain http')).toBeHidden();
});
