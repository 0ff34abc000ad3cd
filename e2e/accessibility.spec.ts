import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';

const pages: [name: string, path: string, shown: RegExp][] = [
  ['Deck', '/', /Recent/],
  ['repositories', '/repos', /acme\/checkout|checkout/],
  ['builds of a repository', '/r/drone/acme/checkout', /#237/],
  ['deployments', '/r/drone/acme/checkout/-/deployments', /production/],
  ['a failed build', '/r/drone/acme/checkout/-/builds/228', /exit code/],
  ['a build that awaits approval', '/r/drone/acme/infra/-/builds/29', /Awaits your approval/],
  ['general settings', '/r/drone/acme/checkout/-/settings', /Settings/],
  ['secrets', '/r/drone/acme/checkout/-/settings/secrets', /Secrets/],
  ['registry credentials', '/r/drone/acme/checkout/-/settings/registries', /credential/i],
  ['account', '/account', /Account/],
  ['not found', '/r/drone/acme/absent', /nothing at this address|does not exist|may not see/i],
];

async function faults(page: Page): Promise<string[]> {
  // Live rows may repaint while axe reads: it is asked for what is wrong, not for what is moving.
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'])
    .analyze();
  return violations.flatMap((violation) =>
    violation.nodes.map((node) => `${violation.id}: ${node.target.join(' ')} ${node.failureSummary ?? ''}`),
  );
}

for (const theme of ['light', 'dark'] as const) {
  test.describe(`axe, ${theme}`, () => {
    test.use({ colorScheme: theme });
    test('every main page is clean', async ({ page, sandbox, signIn }) => {
      test.setTimeout(240_000);
      expect(sandbox).toBeTruthy();
      const problems: string[] = [];
      page.on('console', (message) => {
        if (/Content Security Policy/i.test(message.text())) problems.push(message.text());
      });
      await page.goto('/sign-in');
      await expect(page.getByRole('link', { name: /Gitea/ })).toBeVisible();
      expect(await faults(page), 'sign-in').toEqual([]);
      await signIn(page, 'ada');
      for (const [name, path, shown] of pages) {
        await test.step(name, async () => {
          await page.goto(path);
          await expect(page.getByText(shown).first()).toBeVisible();
          await expect(page.locator('[aria-busy=true]')).toHaveCount(0);
          expect.soft(await faults(page), name).toEqual([]);
        });
      }
      await test.step('promote dialog', async () => {
        await page.goto('/r/drone/acme/checkout/-/builds/237');
        await page.getByRole('button', { name: 'Promote…' }).click();
        await page.getByRole('radio', { name: 'staging' }).click();
        await expect(page.getByRole('dialog').getByText(/stages will run/)).toBeVisible();
        expect.soft(await faults(page), 'promote dialog').toEqual([]);
      });
      await test.step('command palette', async () => {
        await page.goto('/');
        // The key is heard once the page stands.
        await expect(page.getByRole('heading', { name: 'Recent' })).toBeVisible();
        await page.keyboard.press('Control+k');
        await expect(page.getByPlaceholder('Repository, #build, page or action')).toBeVisible();
        expect.soft(await faults(page), 'palette').toEqual([]);
      });
      expect(problems).toEqual([]);
    });
  });
}
