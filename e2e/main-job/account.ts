import { expect, test } from '../fixtures.ts';
import { linkByToken } from '../steps.ts';
import { type StoryServer, storiesOf } from './server.ts';

/** Signing in, linking an account, bringing a repository to the CI server. */
export function tellOfAccounts(server: StoryServer): void {
  const { id, name, repo, inactive } = server;
  const of = storiesOf(server);

  test('the page asked for is the page one lands on, with query and fragment', async ({ page, signIn }) => {
    const wanted = of.page(repo, '?status=failure&author=ada#below');
    await signIn(page, 'grace', wanted);
    await expect(page.getByRole('heading', { name: repo.split('/').at(-1) ?? '', level: 1 })).toBeVisible();
    const { pathname, search, hash } = new URL(page.url());
    expect(pathname + search + hash).toBe(wanted);
    await expect(page.getByRole('combobox', { name: 'Status' })).toHaveValue('Failed');
    await expect(page.getByRole('combobox', { name: 'Author' })).toHaveValue('ada');
  });

  test('a pasted token links the account, is never shown again, and unlinking deletes it', async ({
    page,
    sandbox,
    signIn,
  }) => {
    const { token } = await sandbox.post<{ token: string }>('/tokens/rotate', { login: 'wei', server: id });
    const bodies: string[] = [];
    page.on('response', async (response) => {
      bodies.push(await response.text().catch(() => ''));
    });
    await signIn(page, 'wei', `/account?paste=${id}`);
    const field = page.getByLabel(`Token of your account on ${name}`);
    const link = page.getByRole('button', { name: `Link account on ${name}` });
    await link.click();
    await expect(page.getByText('Paste the token.')).toBeVisible();
    await field.fill(`  ${token}\n`);
    await link.click();
    await expect(page.getByText(`Your account on ${name} is linked.`)).toBeVisible();
    await expect(page.getByRole('main')).toContainText('as wei');
    await expect(field).toBeHidden();
    expect(await page.content()).not.toContain(token);
    expect(bodies.filter((body) => body.includes(token))).toEqual([]);

    const unlink = page.getByRole('button', { name: `Unlink ${name}` });
    const dialog = page.getByRole('dialog', { name: `Unlink your account on ${name}?` });
    await unlink.click();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await expect(unlink).toBeVisible();
    await unlink.click();
    await dialog.getByRole('button', { name: `Unlink ${name}` }).click();
    await expect(page.getByText(`Your account on ${name} is unlinked.`)).toBeVisible();
    await page.reload();
    await expect(page.getByRole('heading', { name: 'Account', level: 1 })).toBeVisible();
    await expect(page.getByText(name, { exact: true }).first()).toBeVisible();
    await expect(unlink).toBeHidden();
  });

  test('sync reads the repositories anew; one is activated in one click, and its next push builds', async ({
    page,
    sandbox,
    signIn,
  }) => {
    await signIn(page, 'ada');
    await linkByToken(page, sandbox, 'ada', server);
    await page.goto('/repos?show=inactive');
    await page.getByRole('button', { name: `Sync ${name}` }).click();
    await expect(page.getByText(new RegExp(`^Synced\\. ${name} knows \\d+ repositories`))).toBeVisible();

    await page.getByRole('button', { name: `Activate… ${inactive}` }).click();
    const dialog = page.getByRole('dialog', { name: `Activate ${inactive}` });
    expect(await of.active(sandbox, inactive)).toBe(false);
    await dialog.getByRole('button', { name: `Activate ${inactive}` }).click();
    await expect(dialog.getByText(`${inactive} is active.`)).toBeVisible();
    const steps = dialog.getByRole('listitem');
    for (const step of ['Find the repository', 'Enable it', 'Check the webhook'])
      await expect(steps.filter({ hasText: step })).toHaveText(/ms|not needed/);
    await expect(steps.filter({ hasText: 'Enable it' }).getByRole('img', { name: 'done' })).toBeVisible();
    expect(await of.active(sandbox, inactive)).toBe(true);

    await dialog.getByRole('link', { name: `Open ${inactive}` }).click();
    await expect(page.getByText('No builds yet.', { exact: false })).toBeVisible();
    const { builds } = await sandbox.push({ repo: inactive, author: 'ada', message: 'First build of all' });
    expect(builds[id]).toBe(1);
    await expect(page.getByRole('link', { name: 'First build of all' })).toBeVisible();
  });
}
