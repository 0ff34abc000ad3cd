import AxeBuilder from '@axe-core/playwright';
import type { Locator, Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';

test.use({ worldOptions: { name: 'million-lines' } });

const LINES = 1_000_000;
const step = '/r/drone/acme/load-tests/-/builds/1/1/2';

const pane = (page: Page) => page.getByRole('log');
const lineLink = (page: Page, number: string) =>
  page.getByRole('link', { name: `Line ${number}`, exact: true });
const rowOf = (page: Page, number: string) => page.locator('.log-row', { has: lineLink(page, number) });

/** Scrolls as a wheel does, and counts the frames in which a row in the middle of the pane had no text. */
const blankFrames = (log: Locator, frames: number, px: number) =>
  log.evaluate(
    async (element, { frames, px }) => {
      const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
      let blank = 0;
      for (let i = 0; i < frames; i += 1) {
        element.scrollTop += px;
        await frame();
        await frame();
        const box = element.getBoundingClientRect();
        const at = document.elementFromPoint(box.left + 60, box.top + box.height / 2);
        if (!at?.closest('[data-index]')?.querySelector('.log-text')?.textContent) blank += 1;
      }
      return blank;
    },
    { frames, px },
  );

/** The first and last number that stand in the pane. */
const numbersInView = (log: Locator) =>
  log.evaluate((element) => {
    const box = element.getBoundingClientRect();
    const seen = [...element.querySelectorAll('.log-num')].filter((one) => {
      const { top, bottom } = one.getBoundingClientRect();
      return top >= box.top - 1 && bottom <= box.bottom + 1;
    });
    return seen.map((one) => Number(one.textContent?.replace(/\D/g, '')));
  });

test.describe('a step of 1,000,000 lines', () => {
  test.setTimeout(420_000);

  test.beforeEach(async ({ sandbox, signIn, page }) => {
    await sandbox.post('/steps/generate', {
      repo: 'acme/load-tests',
      build: 1,
      stage: 1,
      step: 2,
      lines: LINES,
    });
    await signIn(page, 'ada');
  });

  test('opens, goes to its end and to any place, with few elements, no blank row and no row left out', async ({
    page,
  }) => {
    await page.goto(step);
    await expect(lineLink(page, '1')).toBeVisible();
    await expect(page.getByText('Lines 1 to 1,000,000')).toBeVisible({ timeout: 180_000 });
    const log = pane(page);
    await log.focus();
    await page.keyboard.press('End');
    await expect(rowOf(page, '1,000,000')).toContainText('::endgroup::');
    expect(await page.evaluate(() => document.querySelectorAll('*').length)).toBeLessThan(600);

    await log.evaluate((element) => {
      element.scrollTop = (element.scrollHeight - element.clientHeight) / 2;
    });
    await expect.poll(async () => Math.abs(((await numbersInView(log))[0] ?? 0) - 500_000)).toBeLessThan(100);
    await expect(page.locator('.log-wait')).toHaveCount(0);
    expect(await blankFrames(log, 60, 600)).toBe(0);
    const seen = await numbersInView(log);
    expect(seen).toEqual(seen.map((_, at) => (seen[0] ?? 0) + at));

    await page.keyboard.press('w');
    await expect(page.getByRole('button', { name: 'Wrap' })).toHaveAttribute('aria-pressed', 'true');
    expect(await blankFrames(log, 40, 400)).toBe(0);
    await log.focus();
    await page.keyboard.press('Home');
    await expect(lineLink(page, '1')).toBeVisible();
    await page.keyboard.press('End');
    await expect(lineLink(page, '1,000,000')).toBeVisible();
    expect(await page.evaluate(() => document.querySelectorAll('*').length)).toBeLessThan(600);
    await page.keyboard.press('w');
  });

  test('is searched whole: exact counts, by word, case and pattern, from hit to hit, and in all steps', async ({
    page,
  }) => {
    await page.goto(step);
    const field = page.getByRole('searchbox', { name: 'Search this step' });
    await field.fill('needle');
    await expect(page.getByText('– of 1,000', { exact: true })).toBeVisible({ timeout: 120_000 });
    await field.press('Enter');
    await expect(page.getByText('1 of 1,000', { exact: true })).toBeVisible();
    await expect(page.locator('[data-now]')).toContainText('#0000501 a needle in');
    await field.press('Shift+Enter');
    await expect(page.getByText('1,000 of 1,000')).toBeVisible();
    await expect(page.locator('[data-now]')).toContainText('#0999501 a needle in');
    await expect(page.locator('.log-ruler-hit')).toHaveCount(1);

    // Far more hits than are ever told by line.
    await field.fill('compil');
    await expect(page.getByText(/^– of \d{3},\d{3}$/)).toBeVisible({ timeout: 60_000 });
    await page.getByRole('button', { name: 'Whole words' }).click();
    await expect(page.getByText('No hit')).toBeVisible({ timeout: 60_000 });
    await page.getByRole('button', { name: 'Whole words' }).click();
    await field.fill('error');
    await page.getByRole('button', { name: 'Match case' }).click();
    await expect(page.getByText('No hit')).toBeVisible({ timeout: 60_000 });
    await page.getByRole('button', { name: 'Match case' }).click();
    await page.getByRole('button', { name: 'Regular expression' }).click();
    await field.fill('^error #0[37]77778 ');
    await expect(page.getByText('– of 2', { exact: true })).toBeVisible({ timeout: 60_000 });
    await field.press('Enter');
    await field.press('Enter');
    await expect(page.locator('[data-now]')).toContainText('ERROR #0777778');
    await expect(page.locator('[data-now] mark').first()).toContainText('ERROR');

    await page.getByRole('button', { name: 'Regular expression' }).click();
    await field.fill('0500501');
    await page.getByRole('button', { name: 'All steps' }).click();
    const everywhere = page.getByRole('region', { name: 'Hits in all steps' });
    await expect(everywhere.getByText('1 line matches, in 1 of 5 steps')).toBeVisible({ timeout: 120_000 });
    await everywhere.getByRole('link').click();
    await expect(page).toHaveURL(/#p500500$/);
    await expect(page.locator('[data-target]')).toContainText('#0500501');
  });

  test('has permalinks that show the same line in another browser, also at phone width', async ({
    page,
    elsewhere,
    signIn,
  }) => {
    await page.goto(`${step}#L654321`);
    await lineLink(page, '654,322').click({ timeout: 60_000 });
    await expect(page).toHaveURL(/#p654321$/);
    await lineLink(page, '654,324').click({ modifiers: ['Shift'] });
    await expect(page).toHaveURL(/#p654321-p654323$/);

    const other = await elsewhere({ viewport: { width: 390, height: 844 } });
    await signIn(other, 'linus');
    await other.goto(page.url());
    const marked = other.locator('[data-target]');
    await expect(marked).toHaveCount(3, { timeout: 60_000 });
    await expect(marked.first()).toContainText('#0654322');
    await expect(lineLink(other, '654,322')).toBeInViewport();
    await expect(other.getByRole('button', { name: 'Wrap' })).toHaveAttribute('aria-pressed', 'true');
    expect(await blankFrames(pane(other), 30, 300)).toBe(0);
  });

  test('folds by command and group, goes to the first error, shows times and plain pages', async ({
    page,
  }) => {
    await page.goto(step);
    await expect(page.getByText('Lines 1 to 1,000,000')).toBeVisible({ timeout: 180_000 });
    const fold = page.getByRole('button', { name: 'make part-0: 9,999 lines' });
    await expect(fold).toHaveAttribute('aria-expanded', 'true', { timeout: 60_000 });
    await fold.click();
    await expect(fold).toHaveAttribute('aria-expanded', 'false');
    await expect(lineLink(page, '10,001')).toBeVisible();
    await expect(rowOf(page, '1')).toContainText('9,999 lines');

    await page.getByRole('button', { name: 'More ways to look at it' }).click();
    await page.getByRole('menuitem', { name: 'Fold all commands and groups' }).click();
    await expect(rowOf(page, '10,001')).toContainText('make part-1');
    await expect(lineLink(page, '10,002')).toHaveCount(0);

    await page.getByRole('button', { name: 'First error' }).click();
    await expect(rowOf(page, '77,778')).toContainText('ERROR');
    await expect(rowOf(page, '77,778')).toBeInViewport();

    await pane(page).focus();
    await page.keyboard.press('t');
    await expect(rowOf(page, '77,778').locator('.log-at')).toHaveText('1:17');
    await page.keyboard.press('t');
    await expect(rowOf(page, '77,778').locator('.log-at')).toHaveText(/^\d\d:\d\d:\d\d$/);
    await page.keyboard.press('t');
    await expect(page.locator('.log-at')).toHaveCount(0);

    await page.getByRole('button', { name: 'More ways to look at it' }).click();
    await page.getByRole('menuitemcheckbox', { name: /Plain text pages/ }).click();
    await expect(page.getByText('Lines 77,601 to 77,800 of 1,000,000')).toBeVisible();
    await page.getByRole('button', { name: 'Last lines' }).click();
    await expect(page.getByRole('listitem').filter({ hasText: '::endgroup::' }).last()).toBeVisible();
    const { violations } = await new AxeBuilder({ page }).include('.log-pane').analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);

    // How one looks at logs is kept.
    await page.reload();
    await expect(page.getByText('Lines 1 to 200 of 1,000,000')).toBeVisible({ timeout: 60_000 });
    await page.getByRole('button', { name: 'More ways to look at it' }).click();
    await page.getByRole('menuitemcheckbox', { name: /Plain text pages/ }).click();
    await expect(pane(page)).toBeVisible();
  });
});
