import type { Locator } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { failedBuild, newestBuild } from './steps.ts';

test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

const paths = [
  '/',
  '/repos',
  '/r/drone/acme/checkout',
  '/r/drone/acme/checkout/-/deployments',
  '/r/drone/acme/checkout/-/settings/secrets',
  '/account',
];

test.describe('at phone width', () => {
  test('no page is wider than the screen, and controls can be hit', async ({ page, sandbox, signIn }) => {
    await signIn(page, 'ada');
    const waits = await newestBuild(sandbox, 'acme/infra', ({ status }) => status === 'pending');
    const builds = [
      `acme/infra/-/builds/${waits}`,
      `acme/checkout/-/builds/${await failedBuild(page, sandbox)}`,
    ];
    for (const path of [...paths, ...builds.map((build) => `/r/drone/${build}`)]) {
      await test.step(path, async () => {
        await page.goto(path);
        await expect(page.getByRole('main')).toBeVisible();
        await expect(page.locator('[aria-busy=true]')).toHaveCount(0);
        const { wide, small } = await page.evaluate(() => ({
          wide: document.documentElement.scrollWidth,
          small: [
            ...document.querySelectorAll<HTMLElement>('main .mantine-Button-root, main .mantine-Input-input'),
          ]
            .filter((e) => e.offsetParent !== null && e.getBoundingClientRect().height < 43.5)
            .map((e) => e.textContent || e.getAttribute('aria-label') || e.outerHTML.slice(0, 80)),
        }));
        expect.soft(wide, path).toBeLessThanOrEqual(390);
        expect.soft(small, path).toEqual([]);
      });
    }
  });

  test('a linked line, and each hit, is in view on a small screen, not behind what can be done', async ({
    page,
    signIn,
  }) => {
    await page.setViewportSize({ width: 360, height: 520 });
    await signIn(page, 'ada');
    await page.goto('/r/drone/acme/load-tests/-/builds/1/1/2#p1234');
    const line = page.locator('[data-target] .log-text');
    await expect(line).toBeVisible({ timeout: 60_000 });
    /** What stands at the middle of the line is the line, and nothing over it. */
    const bare = (one: Locator) =>
      one.evaluate((element) => {
        const box = element.getBoundingClientRect();
        return element.contains(document.elementFromPoint(box.left + 4, box.top + box.height / 2));
      });
    await expect.poll(() => bare(line)).toBe(true);

    await page.evaluate(() => window.scrollTo(0, 0));
    await page.getByRole('button', { name: 'Search this step' }).tap();
    await page.getByRole('searchbox', { name: 'Search this step' }).fill('case');
    await expect(page.getByText(/^– of \d/)).toBeVisible({ timeout: 60_000 });
    await page.getByRole('button', { name: 'Next hit' }).tap();
    const hit = page.locator('[data-now] .log-text');
    await expect(hit).toBeVisible();
    await expect.poll(() => bare(hit)).toBe(true);
  });

  test('the main job by thumb: find the failure, read its log, restart', async ({
    page,
    sandbox,
    signIn,
  }) => {
    await signIn(page, 'grace');
    const number = await failedBuild(page, sandbox);
    await page.goto(`/r/drone/acme/checkout/-/builds/${number}`);
    await expect(page.getByText('test failed with exit code 1.')).toBeVisible();
    await expect(page.getByText('72 tests, 71 passed, 1 failed')).toBeVisible();
    await page.getByText('5 steps').tap();
    await page.getByRole('button', { name: /^(Passed )?clone/ }).tap();
    await expect(page).toHaveURL(/\/1\/1$/);
    await page.getByRole('button', { name: 'Restart…' }).tap();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: `Restart #${number}` })
      .tap();
    await expect(page).not.toHaveURL(new RegExp(`/${number}(?:/|$)`));
    await expect(page.getByText(`from #${number}`)).toBeVisible();
  });
});
