import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures.ts';
import { linesOf, readWholeLog } from '../log-reader.ts';
import { consentToCiServer, linkByToken, openBuild, pushed } from '../steps.ts';
import {
  cancel,
  choose,
  completes,
  line,
  live,
  parameter,
  passes,
  restart,
  type StoryServer,
  type StoryStage,
  storiesOf,
} from './server.ts';

/**
 * The main job from end to end, by what a person sees alone: the only stories that run on the sandbox and on real
 * servers alike. On real ones (`E2E_CONFIG`) the first person of `E2E_PEOPLE` needs write permission on `E2E_REPO`,
 * which is active and has these stages in the pipeline files of its default branch.
 */
export function tellTheWholeJob(server: StoryServer): void {
  const { id, name, oneClick, rollback } = server;
  const repo = process.env.E2E_REPO ?? server.repo;
  const of = storiesOf(server);
  const stages: StoryStage[] = [
    {
      name: 'build',
      steps: [
        {
          name: 'greet',
          secret: 'story_token',
          commands: [
            'echo "hello $GREETING"',
            ...(server.masked ? ['echo "token is [$TOKEN]"'] : []),
            // An agent of Woodpecker sends nothing as long as a line comes every second (3.17).
            'for i in 1 2; do echo "line $i of the story"; sleep 2; done',
            'if [ "$GREETING" = "世界 & all" ]; then sleep 30; fi',
            'if [ "$GREETING" = "to be cancelled" ]; then sleep 120; fi',
            "printf '\\033[32mgreen\\033[0m\\n'",
          ],
        },
      ],
    },
    {
      name: 'deploy',
      targets: ['staging'],
      steps: [{ name: 'ship', commands: [`echo "shipped $REGION to $${server.target}"`] }],
    },
  ];
  const value = 'made-up-value-of-the-story-4711';

  async function start(page: Page, greeting: string): Promise<number> {
    await page.goto(of.page(repo));
    await page.getByRole('button', { name: 'Start a build…' }).click();
    await parameter(page, 'GREETING', greeting);
    await page
      .getByRole('dialog', { name: `Start a build of ${repo}` })
      .getByRole('button', { name: /^Start build of / })
      .click();
    await expect(page).toHaveURL(/\/-\/builds\/\d+/, { timeout: 60_000 });
    return openBuild(page);
  }

  // It is made of builds that are started by hand.
  if (!server.start) return;
  test.describe('the whole job', () => {
    test.describe.configure({ mode: 'serial' });
    test.setTimeout(180_000);
    let who = 'grace';

    test.beforeAll(async ({ world }) => {
      const files = server.files(stages);
      if (!world.sandbox) {
        if (world.servers[id]) console.log(`${repo} needs these files:`, files);
        return;
      }
      await pushed(world.sandbox, { repo, author: 'grace', message: 'The story begins', files }, id);
    });

    test.beforeEach(async ({ page, world, signIn }, info) => {
      if (!world.servers[id]) info.skip(true, `${name} is not among the real servers`);
      who = world.sandbox ? 'grace' : (world.people[0]?.login ?? '');
      await signIn(page, who, of.page(repo));
    });

    test('the account is linked', async ({ page, world }) => {
      await page.goto('/account');
      const main = page.getByRole('main');
      const unlink = main.getByRole('button', { name: `Unlink ${name}` });
      const link = main.getByRole('link', { name: 'Link my account' });
      const paste = main.getByRole('button', { name: 'Paste a token…' });
      await expect(unlink.or(oneClick ? link : paste).first()).toBeVisible();
      if (await unlink.isVisible()) return;
      if (oneClick) {
        await link.first().click();
        await consentToCiServer(page, '**/account');
      } else if (world.sandbox) await linkByToken(page, world.sandbox, who, server);
      else return;
      await expect(unlink).toBeVisible();
      await expect(main).toContainText(`as ${who}`);
    });

    // Before anything is started: some servers build nothing that names a secret which is not there.
    test('a secret is added', async ({ page }) => {
      await page.goto(of.page(repo, '/-/settings/secrets'));
      await page.getByRole('button', { name: 'Add secret' }).click();
      const form = page.getByRole('form', { name: 'Add secret' });
      await form.getByLabel('Name').fill('story_token');
      await form.getByLabel('Value').fill(value);
      await form.getByRole('button', { name: 'Add secret' }).click();
      await expect(page.getByText('story_token was added. Its value is not shown again.')).toBeVisible();
    });

    test('starts with a parameter, lines arrive while it runs, and the stored log is what the page shows', async ({
      page,
      world,
    }) => {
      await start(page, '世界 & all');
      await expect(line(page, 'hello 世界 & all')).toBeVisible({ timeout: 60_000 });
      await expect(live(page)).toBeVisible();
      if (server.masked) await expect(line(page, `token is [${server.masked('story_token')}]`)).toBeVisible();
      await expect(line(page, 'line 1 of the story')).toBeVisible();
      // Long enough for a slow machine to see it live; nobody waits for it in the sandbox.
      await world.sandbox?.clock({ advance: 30_000 });
      await passes(page);
      await completes(page);
      const download = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Download' }).click();
      await page.getByRole('menuitem', { name: 'Text with colour codes' }).first().click();
      const text = Buffer.concat(await (await (await download).createReadStream()).toArray()).toString(
        'utf8',
      );
      expect(text).toContain('line 2 of the story\n');
      expect(text).not.toContain(value);
      expect(await readWholeLog(page)).toEqual(linesOf([{ pos: 0, out: text, time: 0 }]));
    });

    test('cancels what runs, and restarts it', async ({ page }) => {
      const first = await start(page, 'to be cancelled');
      await expect(line(page, 'line 1 of the story')).toBeVisible({ timeout: 60_000 });
      await cancel(page, first);
      await restart(page, first);
      await expect(line(page, 'hello to be cancelled')).toBeVisible({ timeout: 60_000 });
      await cancel(page, first + 1);
    });

    test('promotes with a parameter, which the next promotion begins with, and rolls back', async ({
      page,
    }) => {
      const number = await start(page, 'to be promoted');
      await passes(page);
      const dialog = page.getByRole('dialog');
      const carried = async () => {
        await dialog.getByRole('button', { name: 'Promote to staging' }).dblclick();
        await expect(
          page.getByText(new RegExp(`carries the promotion of #${number} to staging`)),
        ).toBeVisible({
          timeout: 30_000,
        });
        await page.getByRole('link', { name: /^Open #\d+$/ }).click();
        await expect(line(page, 'shipped cn-north-1 to staging')).toBeVisible({ timeout: 60_000 });
        await passes(page);
        return openBuild(page);
      };

      await choose(page, 'staging');
      await expect(dialog.getByText('1 of 2 stages will run')).toBeVisible();
      await parameter(page, 'REGION', 'cn-north-1');
      const first = await carried();
      await page.goto(of.buildPage(number, repo));
      await choose(page, 'staging');
      await expect(dialog.getByRole('textbox', { name: 'Value REGION' })).toHaveValue('cn-north-1');
      // A double click started one.
      const second = await carried();
      expect(second).toBe(first + 1);

      await page.goto(of.page(repo, '/-/deployments'));
      const section = page.getByRole('region', { name: 'staging' });
      await expect(section.getByRole('link', { name: `#${second}` }).first()).toBeVisible({
        timeout: 30_000,
      });
      await section.getByRole('button', { name: `Roll back to #${first}` }).click();
      const how = rollback ? 'The server’s own rollback is used' : 'the earlier build is promoted again';
      await expect(dialog.getByText(how, { exact: false })).toBeVisible();
      await dialog.getByRole('button', { name: `Roll staging back to #${first}` }).click();
      await expect(page.getByText(/carries the promotion of #\d+ to staging/)).toBeVisible({
        timeout: 30_000,
      });
      await page.getByRole('link', { name: /^Open #\d+$/ }).click();
      await expect(line(page, 'shipped cn-north-1 to staging')).toBeVisible({ timeout: 60_000 });
      await passes(page);
    });

    test('the secret is deleted, and builds are without it', async ({ page }) => {
      await page.goto(of.page(repo, '/-/settings/secrets'));
      await page.getByRole('button', { name: 'Delete story_token' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Delete story_token' }).click();
      await expect(page.getByText('story_token was deleted.')).toBeVisible();
      await start(page, 'without it');
      if (server.absentSecret === 'empty') {
        await expect(line(page, 'token is []')).toBeVisible({ timeout: 60_000 });
        await passes(page);
      } else await expect(page.getByRole('main').getByText('secret "story_token" not found')).toBeVisible();
    });
  });
}
