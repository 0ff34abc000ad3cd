import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { linesOf, readWholeLog } from './log-reader.ts';
import { consentToCiServer, openBuild, pushed } from './steps.ts';

/**
 * The main job from end to end, by what a person sees alone: the only story that runs on the sandbox and on real
 * servers alike. On real ones (`E2E_CONFIG`) the first person of `E2E_PEOPLE` needs write permission on `E2E_REPO`,
 * which is active and has `pipeline` as its pipeline file in its default branch.
 */
const repo = process.env.E2E_REPO ?? 'acme/checkout';
const pipeline = `kind: pipeline
type: exec
name: build
clone: { disable: true }
trigger: { event: { exclude: [promote, rollback] } }
steps:
  - name: greet
    environment: { TOKEN: { from_secret: story_token } }
    commands:
      - echo "hello $GREETING"
      - echo "token is [$TOKEN]"
      - for i in 1 2 3 4 5 6; do echo "line $i of the story"; sleep 1; done
      - if [ "$GREETING" = "to be cancelled" ]; then sleep 120; fi
      - printf '\\033[32mgreen\\033[0m\\n'
---
kind: pipeline
type: exec
name: deploy
clone: { disable: true }
trigger: { event: [promote, rollback], target: [staging] }
steps:
  - name: ship
    commands:
      - echo "shipped $REGION to $DRONE_DEPLOY_TO"
`;

test.use({ worldOptions: { name: 'main-job' } });
test.describe.configure({ mode: 'serial' });
test.setTimeout(180_000);

const sentence = (page: Page) => page.getByRole('main').getByRole('status');
const line = (page: Page, text: string) => page.getByRole('log').getByText(text, { exact: true });
const passed = (page: Page) =>
  expect(sentence(page).filter({ hasText: 'Passed in' })).toBeVisible({ timeout: 60_000 });
const complete = (page: Page) =>
  expect(page.getByRole('status').filter({ hasText: 'Complete' })).toBeVisible({ timeout: 60_000 });

let who = 'grace';

test.beforeEach(async ({ page, world, signIn }) => {
  who = world.sandbox ? 'grace' : (world.people[0]?.login ?? '');
  await signIn(page, who, `/r/drone/${repo}`);
});

test.beforeAll(async ({ world }) => {
  if (!world.sandbox) return;
  const files = { '.drone.yml': pipeline };
  await pushed(world.sandbox, { repo, author: 'grace', message: 'The story begins', files });
});

async function start(page: Page, greeting: string): Promise<number> {
  await page.goto(`/r/drone/${repo}`);
  await page.getByRole('button', { name: 'Start a build…' }).click();
  const dialog = page.getByRole('dialog', { name: `Start a build of ${repo}` });
  await dialog.getByRole('button', { name: 'Add parameter' }).click();
  await dialog.getByRole('textbox', { name: 'Name 1' }).fill('GREETING');
  await dialog.getByRole('textbox', { name: 'Value GREETING' }).fill(greeting);
  await dialog.getByRole('button', { name: /^Start build of / }).click();
  await expect(page).toHaveURL(/\/-\/builds\/\d+/);
  return openBuild(page);
}

async function cancel(page: Page, number: number): Promise<void> {
  await page.getByRole('button', { name: 'Cancel build' }).click();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: `Cancel #${number}` })
    .click();
  const over = sentence(page).filter({ hasText: 'The build was cancelled' });
  await expect(over).toBeVisible({ timeout: 60_000 });
}

test('one click links the account', async ({ page }) => {
  await page.goto('/account');
  const main = page.getByRole('main');
  const linked = main.getByText('Linked', { exact: true });
  const link = main.getByRole('link', { name: 'Link my account' });
  await expect(linked.or(link).first()).toBeVisible();
  if (await linked.isVisible()) return;
  await link.first().click();
  await consentToCiServer(page, '**/account');
  await expect(linked).toBeVisible();
  await expect(main).toContainText(`as ${who}`);
});

test('starts with a parameter, lines arrive while it runs, and the stored log is what the page shows', async ({
  page,
}) => {
  await start(page, '世界 & all');
  await expect(line(page, 'hello 世界 & all')).toBeVisible({ timeout: 60_000 });
  await expect(page.getByRole('status').filter({ hasText: 'Live' })).toBeVisible();
  await expect(line(page, 'line 1 of the story')).toBeVisible();
  await passed(page);
  await complete(page);
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download' }).click();
  const text = Buffer.concat(await (await (await download).createReadStream()).toArray()).toString('utf8');
  expect(text).toContain('line 6 of the story\n');
  expect(await readWholeLog(page)).toEqual(linesOf([{ pos: 0, out: text, time: 0 }]));
});

test('cancels what runs, and restarts it with the same parameters', async ({ page }) => {
  const first = await start(page, 'to be cancelled');
  await expect(line(page, 'line 1 of the story')).toBeVisible({ timeout: 60_000 });
  await cancel(page, first);
  await page.getByRole('button', { name: 'Restart…' }).click();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: `Restart #${first}` })
    .click();
  await expect(page).toHaveURL(new RegExp(`/-/builds/${first + 1}`));
  await expect(line(page, 'hello to be cancelled')).toBeVisible({ timeout: 60_000 });
  await cancel(page, first + 1);
});

test('a secret shows masked in the next log, and is gone after it was deleted', async ({ page }) => {
  const value = 'made-up-value-of-the-story-4711';
  await page.goto(`/r/drone/${repo}/-/settings/secrets`);
  await page.getByRole('button', { name: 'Add secret' }).click();
  const form = page.getByRole('form', { name: 'Add secret' });
  await form.getByLabel('Name').fill('story_token');
  await form.getByLabel('Value').fill(value);
  await form.getByRole('button', { name: 'Add secret' }).click();
  await expect(page.getByText('story_token was added. Its value is not shown again.')).toBeVisible();
  await start(page, 'with a secret');
  await expect(line(page, 'token is [[secret:story_token]]')).toBeVisible({ timeout: 60_000 });
  await passed(page);
  expect(await page.content()).not.toContain(value);

  await page.goto(`/r/drone/${repo}/-/settings/secrets`);
  await page.getByRole('button', { name: 'Delete story_token' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete story_token' }).click();
  await expect(page.getByText('story_token was deleted.')).toBeVisible();
  await start(page, 'without it');
  await expect(line(page, 'token is []')).toBeVisible({ timeout: 60_000 });
  await passed(page);
});

test('promotes with a parameter, which the next promotion begins with, and rolls back', async ({ page }) => {
  const number = await start(page, 'to be promoted');
  await passed(page);
  const dialog = page.getByRole('dialog');
  const region = dialog.getByRole('textbox', { name: 'Value REGION' });
  const promote = async () => {
    await page.getByRole('button', { name: 'Promote…' }).click();
    await dialog.getByRole('radio', { name: 'staging', exact: true }).click();
    await expect(dialog.getByText('1 of 2 stages will run')).toBeVisible();
  };
  const carried = async () => {
    await dialog.getByRole('button', { name: 'Promote to staging' }).dblclick();
    await expect(page.getByText(new RegExp(`carries the promotion of #${number} to staging`))).toBeVisible({
      timeout: 30_000,
    });
    await page.getByRole('link', { name: /^Open #\d+$/ }).click();
    await expect(line(page, 'shipped cn-north-1 to staging')).toBeVisible({ timeout: 60_000 });
    await passed(page);
    return openBuild(page);
  };

  await promote();
  if (!(await region.isVisible())) {
    await dialog.getByRole('button', { name: 'Add parameter' }).click();
    await dialog.getByRole('textbox', { name: 'Name' }).last().fill('REGION');
  }
  await region.fill('cn-north-1');
  const first = await carried();
  await page.goto(`/r/drone/${repo}/-/builds/${number}`);
  await promote();
  await expect(region).toHaveValue('cn-north-1');
  // A double click started one.
  const second = await carried();
  expect(second).toBe(first + 1);

  await page.goto(`/r/drone/${repo}/-/deployments`);
  const section = page.getByRole('region', { name: 'staging' });
  await expect(section.getByRole('link', { name: `#${second}` }).first()).toBeVisible({ timeout: 30_000 });
  await section.getByRole('button', { name: `Roll back to #${first}` }).click();
  await expect(dialog.getByText('The server’s own rollback is used', { exact: false })).toBeVisible();
  await dialog.getByRole('button', { name: `Roll staging back to #${first}` }).click();
  await expect(page.getByText(new RegExp(`carries the promotion of #${first} to staging`))).toBeVisible({
    timeout: 30_000,
  });
  await page.getByRole('link', { name: /^Open #\d+$/ }).click();
  await expect(line(page, 'shipped cn-north-1 to staging')).toBeVisible({ timeout: 60_000 });
  await passed(page);
});
