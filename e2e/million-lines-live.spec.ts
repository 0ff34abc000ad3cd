import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { woodpecker } from './main-job/woodpecker.ts';
import { storiesOf } from './main-job/server.ts';
import { burst } from './talking-step.ts';

test.use({ worldOptions: { ...woodpecker.world, name: 'million-lines-live' } });

const LINES = 1_000_000;

const shown = (page: Page, number: number) =>
  expect(page.getByText(`line ${number} of the story`, { exact: true })).toBeInViewport({ timeout: 60_000 });

test('a running step of 1,000,000 lines is followed with few elements, let go by scrolling up and followed again', async ({
  page,
  sandbox,
  signIn,
}) => {
  test.setTimeout(240_000);
  const of = storiesOf(woodpecker);
  await signIn(page, 'grace');
  const at = await of.speaking(sandbox, 'Print a million lines and go on');
  await sandbox.post('/steps/generate', { ...at, lines: LINES });

  await page.goto(`${of.buildPage(at.build)}/${at.stage}/${at.step}`);
  const follow = page.getByRole('button', { name: 'Follow' }).first();
  await expect(follow).toHaveAttribute('aria-pressed', 'true');
  await expect(page.getByText(/Lines 1 to 1,000,00\d/)).toBeVisible({ timeout: 40_000 });
  await sandbox.print(at, burst(1, 300));
  await shown(page, 300);
  await sandbox.print(at, burst(301, 3_000));
  await shown(page, 3_300);
  await expect(follow).toHaveAttribute('aria-pressed', 'true');
  expect(await page.evaluate(() => document.querySelectorAll('*').length)).toBeLessThan(600);
});
