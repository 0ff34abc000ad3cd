import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import type { Sandbox } from './sandbox.ts';
import { open, speaking } from './talking-step.ts';

const E = '\u001b';

/** What a step prints, and what a reader must see of it. */
const printed: readonly [out: string, seen: string][] = [
  ['<script>window.harmed = 1</script>', '<script>window.harmed = 1</script>'],
  ['<img src=x onerror="window.harmed = 2">', '<img src=x onerror="window.harmed = 2">'],
  ['</span></div><style>*{display:none}</style>', '</span></div><style>*{display:none}</style>'],
  ['&lt;b&gt;&#60;', '&lt;b&gt;&#60;'],
  [`${E}]8;;javascript:window.harmed=3${E}\\not a link${E}]8;;${E}\\`, 'not a link'],
  [`${E}]0;another title\u0007the tab keeps its title`, 'the tab keeps its title'],
  [`${E}[2J${E}[3J${E}[?1049h${E}cnothing is wiped`, 'nothing is wiped'],
  [`pass\u202edrow\u202c`, 'pass‹U+202E›drow‹U+202C›'],
  ['zero\u200bwidth', 'zero‹U+200B›width'],
  [`nul\u0000bell\u0007`, 'nulbell'],
  [`${E}]0;a title that never ends`, '0;a title that never ends'],
  [`${E}P+q544e${E}\\${E}[6n${E}[cno answer is typed`, 'no answer is typed'],
];

/** Longer than anything a page can draw at once, in one line. */
const LONG = 4_000_000;
const longLine = `the long line begins ${'0123456789'.repeat(LONG / 10)}`;

/** Whatever a page does that a log must not make it do. */
function watch(page: Page) {
  const done: string[] = [];
  page.on('dialog', async (dialog) => {
    done.push(`dialog ${dialog.message()}`);
    await dialog.dismiss();
  });
  page.on('request', (request) => {
    const { origin } = new URL(request.url());
    // People's pictures come from the forge.
    if (origin === new URL(page.url()).origin || request.url().includes('/avatars/')) return;
    done.push(`request ${request.url().slice(0, 80)}`);
  });
  page.on('pageerror', (error) => done.push(`error ${error.message.slice(0, 200)}`));
  return done;
}

async function harmless(page: Page, done: string[]) {
  for (const [, seen] of printed) await expect(page.getByText(seen, { exact: true })).toBeVisible();
  expect(await page.evaluate(() => (window as { harmed?: number }).harmed)).toBeUndefined();
  const log = page.getByRole('log');
  await expect(
    log.locator('.log-text').locator('script, img, style, svg, iframe, object, a[href^="javascript"]'),
  ).toHaveCount(0);
  await expect(page).not.toHaveTitle(/another title/);
  expect(done).toEqual([]);
}

/** The long line is shown as far as a page can, says so, and what comes behind it is there and found. */
async function longLineIsBounded(page: Page) {
  const row = page.locator('.log-row', { hasText: 'the long line begins' });
  await expect(row).toHaveCount(1);
  await expect(row.getByText('the download has all of it')).toHaveCount(1);
  expect((await row.textContent())?.length).toBeLessThan(66_000);
  await page.getByRole('searchbox', { name: 'Search this step' }).fill('and ends');
  await expect(page.getByText('– of 1', { exact: true })).toBeVisible({ timeout: 30_000 });
  await page.getByRole('searchbox', { name: 'Search this step' }).fill('');
}

async function isDownloadedAsStored(page: Page, sandbox: Sandbox, at: Parameters<Sandbox['stored']>[0]) {
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download' }).click();
  await page.getByRole('menuitem', { name: 'Text with colour codes' }).first().click();
  const parts = await (await (await download).createReadStream()).toArray();
  const stored = (await sandbox.stored(at)) ?? [];
  expect(Buffer.concat(parts).equals(Buffer.from(stored.map(({ out }) => out).join('')))).toBe(true);
}

test('a step that prints what harms elsewhere, and a line of 4 MB, is shown harmlessly while it runs and afterwards', async ({
  page,
  sandbox,
  signIn,
}) => {
  test.setTimeout(180_000);
  await signIn(page, 'grace');
  const at = await speaking(sandbox);
  await open(page, at);
  await expect(page.getByText('begin', { exact: true })).toBeVisible();
  const done = watch(page);
  await sandbox.print(at, printed.map(([out]) => `${out}${E}[0m\n`).join(''));
  await harmless(page, done);

  await sandbox.print(at, longLine);
  await sandbox.print(at, ' and ends\nbehind the long line\n');
  await expect(page.getByText('behind the long line', { exact: true })).toBeVisible({ timeout: 60_000 });
  await longLineIsBounded(page);

  await sandbox.release(at);
  await expect(page.getByRole('status').filter({ hasText: 'Complete' })).toBeVisible({ timeout: 60_000 });
  await page.reload();
  await harmless(page, done);
  await longLineIsBounded(page);
  await isDownloadedAsStored(page, sandbox, at);
});
