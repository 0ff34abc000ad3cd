import { expect, test } from './fixtures.ts';

const steps = '/r/drone/acme/load-tests/-/builds/1';

test.describe('long logs', () => {
  test('200,000 lines open at once, scroll without blank rows and jump to the end', async ({
    page,
    sandbox,
    signIn,
  }) => {
    expect(sandbox).toBeTruthy();
    await signIn(page, 'ada', steps);
    await page.getByRole('button', { name: /two-hundred-thousand/ }).click();
    await expect(page.getByText(/Lines 1 to 200,00\d/)).toBeVisible({ timeout: 30_000 });
    const log = page.getByRole('log');
    const blank = await log.evaluate(async (pane) => {
      const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
      let bare = 0;
      for (let i = 0; i < 120; i += 1) {
        pane.scrollTop += 600;
        await frame();
        await frame();
        const box = pane.getBoundingClientRect();
        const row = document
          .elementFromPoint(box.left + 40, box.top + box.height / 2)
          ?.closest('[data-index]');
        // A row whose text is still on its way counts as blank.
        if (!row?.querySelector('.log-text')?.textContent) bare += 1;
      }
      return bare;
    });
    expect(blank).toBe(0);
    await log.focus();
    await page.keyboard.press('End');
    await expect(page.getByRole('link', { name: /^Line 200,00\d$/ }).last()).toBeVisible();
    const elements = await page.evaluate(() => document.querySelectorAll('*').length);
    expect(elements).toBeLessThan(1_500);
  });

  test('a log cut at the server’s limit says what was dropped', async ({ page, sandbox, signIn }) => {
    expect(sandbox).toBeTruthy();
    await signIn(page, 'ada', steps);
    await page.getByRole('button', { name: /over-the-limit/ }).click();
    await expect(page.getByRole('note').filter({ hasText: 'keeps the last 5 MiB' })).toBeVisible({
      timeout: 30_000,
    });
    await expect(page.getByRole('note').filter({ hasText: '15,720 records' })).toBeVisible();
    await expect(page.getByRole('status').filter({ hasText: 'Cut by the server' })).toBeVisible();
    await expect(page.getByText('counted from the first line kept')).toBeVisible();
    await page.goto(`${page.url()}#p3`);
    await expect(page.getByText('in the part that the server dropped')).toBeVisible();
  });
});
