import { expect, test } from './fixtures.ts';
import { linesOf, readWholeLog } from './log-reader.ts';
import { burst, open, speaking, toTop } from './talking-step.ts';

test.describe('live log', () => {
  test.setTimeout(180_000);

  test('a restart of the CI server leaves a marked gap while the step runs, gone at the end', async ({
    page,
    sandbox,
    signIn,
  }) => {
    await signIn(page, 'grace');
    const at = await speaking(sandbox);
    await open(page, at);
    await sandbox.print(at, burst(1, 10));
    await expect(page.getByText('line 10 of the story')).toBeVisible();
    await sandbox.restartServer({ silence: 0, down: 500 });
    await sandbox.print(at, burst(11, 10));
    await expect(page.getByRole('note').filter({ hasText: 'restarted' })).toBeVisible({ timeout: 60_000 });
    await expect(page.getByText('line 10 of the story')).toBeVisible();
    await sandbox.release(at);
    await expect(page.getByRole('status').filter({ hasText: 'Complete' })).toBeVisible({ timeout: 60_000 });
    await expect(page.getByRole('note').filter({ hasText: 'restarted' })).toBeHidden();
    expect(await readWholeLog(page)).toEqual(linesOf((await sandbox.stored(at)) ?? []));
  });

  test('a viewer who comes late gets the beginning only at the end, and is told', async ({
    page,
    sandbox,
    signIn,
  }) => {
    await signIn(page, 'grace');
    const at = await speaking(sandbox);
    await sandbox.print(at, burst(1, 7_000));
    // The runner sends once a second: before that there is nothing to be late for.
    await sandbox.clock({ advance: 3_000 });
    await open(page, at);
    await expect(page.getByText('line 7000 of the story')).toBeVisible({ timeout: 30_000 });
    await toTop(page);
    await expect(page.getByRole('note').filter({ hasText: 'cannot be sent again' })).toBeVisible();
    await sandbox.release(at);
    await expect(page.getByRole('status').filter({ hasText: 'Complete' })).toBeVisible({ timeout: 60_000 });
    await expect(page.getByText('begin', { exact: true })).toBeVisible();
    await expect(page.getByRole('note')).toBeHidden();
  });

  test('follow stops when one scrolls up and offers to resume', async ({ page, sandbox, signIn }) => {
    await signIn(page, 'grace');
    const at = await speaking(sandbox);
    await sandbox.print(at, burst(1, 300));
    await open(page, at);
    await expect(page.getByText('line 300 of the story')).toBeVisible();
    await page.getByRole('log').hover();
    await page.mouse.wheel(0, -2_000);
    await expect(page.getByRole('button', { name: 'Follow' }).first()).toHaveAttribute(
      'aria-pressed',
      'false',
    );
    await sandbox.print(at, burst(301, 25));
    const resume = page.getByRole('button', { name: /25 new lines/ });
    await expect(resume).toBeVisible();
    await expect(page.getByText('line 325 of the story')).toBeHidden();
    await resume.click();
    await expect(page.getByText('line 325 of the story')).toBeVisible();
    await sandbox.release(at);
  });

  test('a permalink taken while the step ran points at the same lines afterwards, also in another browser', async ({
    page,
    browser,
    world,
    sandbox,
    signIn,
  }) => {
    await signIn(page, 'grace');
    const at = await speaking(sandbox);
    await sandbox.print(at, burst(1, 60));
    await open(page, at);
    await expect(page.getByText('line 60 of the story')).toBeVisible();
    await toTop(page);
    await page.getByRole('link', { name: 'Line 12', exact: true }).click();
    await page.getByRole('link', { name: 'Line 15', exact: true }).click({ modifiers: ['Shift'] });
    await expect(page).toHaveURL(/#p\d+-p\d+$/);
    await expect(page.getByText('4 lines selected')).toBeVisible();
    const link = page.url();
    await sandbox.release(at);
    await expect(page.getByRole('status').filter({ hasText: 'Complete' })).toBeVisible({ timeout: 30_000 });

    const other = await browser.newContext({ baseURL: `${world.url}/` });
    const elsewhere = await other.newPage();
    await signIn(elsewhere, 'linus');
    await elsewhere.goto(link);
    const marked = elsewhere.locator('[data-target]');
    await expect(marked).toHaveCount(4);
    await expect(marked.first()).toContainText('line 9 of the story');
    await other.close();
  });

  test('searches the whole step, downloads it whole', async ({ page, sandbox, signIn }) => {
    await signIn(page, 'grace');
    const at = await speaking(sandbox);
    await sandbox.print(at, burst(1, 1_200));
    await sandbox.release(at);
    await open(page, at);
    await expect(page.getByRole('status').filter({ hasText: 'Complete' })).toBeVisible({ timeout: 30_000 });
    await page.getByRole('searchbox', { name: 'Search this step' }).fill('LINE 11');
    await expect(page.getByText('– of 111')).toBeVisible();
    await page.keyboard.press('Enter');
    await expect(page.getByText('1 of 111')).toBeVisible();
    await expect(page.locator('[data-now]')).toContainText('line 11 of the story');
    await page.getByRole('button', { name: 'Match case' }).click();
    await expect(page.getByText('No hit')).toBeVisible();
    await page.getByRole('button', { name: 'Regular expression' }).click();
    await page.getByRole('searchbox', { name: 'Search this step' }).fill('line (7|8) of');
    await expect(page.getByText('– of 2')).toBeVisible();
    await page.getByRole('searchbox', { name: 'Search this step' }).fill('line (7');
    await expect(page.getByText('not a valid pattern')).toBeVisible();

    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download' }).click();
    await page.getByRole('menuitem', { name: 'Text with colour codes' }).first().click();
    const text = await (await (await download).createReadStream()).toArray();
    const stored = await sandbox.stored(at);
    expect(Buffer.concat(text).toString('utf8')).toBe((stored ?? []).map((record) => record.out).join(''));
  });
});
