import { axeFaults } from './axe.ts';
import { expect, test } from './fixtures.ts';
import { failedBuild, newestBuild } from './steps.ts';

const pages: [name: string, path: string, shown: RegExp][] = [
  ['Deck', '/', /Recent/],
  ['repositories', '/repos', /acme\/checkout|checkout/],
  ['builds of a repository', '/r/drone/acme/checkout', /#\d+/],
  ['deployments', '/r/drone/acme/checkout/-/deployments', /production/],
  ['general settings', '/r/drone/acme/checkout/-/settings', /Settings/],
  ['secrets', '/r/drone/acme/checkout/-/settings/secrets', /Secrets/],
  ['registry credentials', '/r/drone/acme/checkout/-/settings/registries', /credential/i],
  ['account', '/account', /Account/],
  ['no such address', '/nowhere', /nothing at this address/],
  ['no such repository', '/r/drone/acme/absent', /nothing at this address|does not exist|may not see/i],
];

for (const theme of ['light', 'dark'] as const) {
  test.describe(`axe, ${theme}`, () => {
    test.use({ colorScheme: theme });

    const refused: string[] = [];
    test.beforeEach(({ page }) => {
      refused.length = 0;
      page.on('console', (message) => {
        if (/Content Security Policy/i.test(message.text())) refused.push(message.text());
      });
    });
    test.afterEach(() => {
      expect(refused, 'what the content security policy refused').toEqual([]);
    });

    test('sign-in', async ({ page }) => {
      await page.goto('/sign-in');
      await expect(page.getByRole('link', { name: /Gitea/ })).toBeVisible();
      expect(await axeFaults(page)).toEqual([]);
    });

    for (const [name, path, shown] of pages) {
      test(name, async ({ page, signIn }) => {
        await signIn(page, 'ada', path);
        await expect(page.getByText(shown).first()).toBeVisible();
        await expect(page.locator('[aria-busy=true]')).toHaveCount(0);
        expect(await axeFaults(page)).toEqual([]);
      });
    }

    test('a failed build', async ({ page, sandbox, signIn }) => {
      await signIn(page, 'ada');
      await page.goto(`/r/drone/acme/checkout/-/builds/${await failedBuild(page, sandbox)}`);
      await expect(page.getByText(/exit code/).first()).toBeVisible();
      await expect(page.locator('[aria-busy=true]')).toHaveCount(0);
      expect(await axeFaults(page)).toEqual([]);
    });

    test('a build that awaits approval', async ({ page, sandbox, signIn }) => {
      const number = await newestBuild(sandbox, 'acme/infra', ({ status }) => status === 'pending');
      await signIn(page, 'ada', `/r/drone/acme/infra/-/builds/${number}`);
      await expect(page.getByText('Awaits your approval').first()).toBeVisible();
      await expect(page.locator('[aria-busy=true]')).toHaveCount(0);
      expect(await axeFaults(page)).toEqual([]);
    });

    test('promote dialog', async ({ page, sandbox, signIn }) => {
      const passed = await newestBuild(
        sandbox,
        'acme/checkout',
        ({ event, status }) => event === 'push' && status === 'success',
      );
      await signIn(page, 'ada', `/r/drone/acme/checkout/-/builds/${passed}`);
      await page.getByRole('button', { name: 'Promote…' }).click();
      await page.getByRole('radio', { name: 'staging' }).click();
      await expect(page.getByRole('dialog').getByText(/stages will run/)).toBeVisible();
      expect(await axeFaults(page)).toEqual([]);
    });

    test('command palette', async ({ page, signIn }) => {
      await signIn(page, 'ada');
      // The key is heard once the page stands.
      await expect(page.getByRole('heading', { name: 'Recent' })).toBeVisible();
      await page.keyboard.press('Control+k');
      await expect(page.getByPlaceholder('Repository, #build, page or action')).toBeVisible();
      expect(await axeFaults(page)).toEqual([]);
    });
  });
}
