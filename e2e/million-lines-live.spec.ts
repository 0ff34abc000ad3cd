import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { storiesOf } from './main-job/server.ts';
import { woodpecker } from './main-job/woodpecker.ts';
import { burst } from './talking-step.ts';

test.use({ worldOptions: { ...woodpecker.world, name: 'million-lines-live' } });

const LINES = 1_000_000;
/** Of its own commands, before what the story prints. */
const BEFORE = 3;

const line = (page: Page, number: number) => page.getByText(`line ${number} of the story`, { exact: true });
const shown = (page: Page, number: number) => expect(line(page, number)).toBeInViewport({ timeout: 60_000 });
const elements = (page: Page) => page.evaluate(() => document.querySelectorAll('*').length);
const count = (lines: number) => (BEFORE + LINES + lines).toLocaleString('en-GB');

// Woodpecker repeats all that was printed to whoever comes; Drone would repeat the newest 5,000 records.
test('a running step of 1,000,000 lines is followed with few elements, let go by scrolling up, and followed again', async ({
  page,
  sandbox,
  signIn,
}) => {
  test.setTimeout(600_000);
  const of = storiesOf(woodpecker);
  await signIn(page, 'grace');
  const at = await of.speaking(sandbox, 'Print a million lines and go on');
  await sandbox.post('/steps/generate', { ...at, lines: LINES });

  const step = `${of.buildPage(at.build)}/${at.stage}/${at.step}`;
  const follow = page.getByRole('button', { name: 'Follow' }).first();
  const on = (pressed: boolean) => expect(follow).toHaveAttribute('aria-pressed', String(pressed));
  await test.step('what was printed comes from the CI server while one reads the beginning', async () => {
    await page.goto(`${step}#L1`);
    await expect(page.getByText('begin', { exact: true })).toBeVisible({ timeout: 60_000 });
    await expect(page.getByText(`Lines 1 to ${count(0)}`)).toBeVisible({ timeout: 400_000 });
    await on(false);
    await expect(page.getByText('begin', { exact: true })).toBeInViewport();
    expect(await elements(page)).toBeLessThan(600);
  });

  await test.step('opened anew it follows at once, and stays at the end while lines come', async () => {
    await page.goto(step);
    await on(true);
    await expect(page.getByText(/#0999999 /)).toBeInViewport({ timeout: 60_000 });
    for (let turn = 0; turn < 5; turn += 1) {
      await sandbox.print(at, burst(turn * 1_000 + 1, 1_000));
      await shown(page, (turn + 1) * 1_000);
      await on(true);
    }
    await expect(page.getByText(`Lines 1 to ${count(5_000)}`)).toBeVisible();
    expect(await elements(page)).toBeLessThan(600);
  });

  await test.step('scrolling up lets go; what comes is counted, and one click goes on', async () => {
    await page.getByRole('log').hover();
    await page.mouse.wheel(0, -600);
    await on(false);
    await expect(line(page, 5_000)).not.toBeInViewport();
    const first = page.locator('.log-row').first();
    const place = await first.getAttribute('data-index');
    await sandbox.print(at, burst(5_001, 200));
    const news = page.getByRole('button', { name: '200 new lines' });
    await expect(news).toBeVisible({ timeout: 60_000 });
    expect(await first.getAttribute('data-index')).toBe(place);
    await news.click();
    await shown(page, 5_200);
    await on(true);
    await sandbox.print(at, burst(5_201, 100));
    await shown(page, 5_300);
  });

  await test.step('from the other end, by the keys', async () => {
    await page.getByRole('log').focus();
    await page.keyboard.press('Home');
    await expect(page.getByText('begin', { exact: true })).toBeInViewport({ timeout: 60_000 });
    await on(false);
    await page.keyboard.press('f');
    await on(true);
    await shown(page, 5_300);
    expect(await elements(page)).toBeLessThan(600);
  });
});
