import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import type { Sandbox } from './sandbox.ts';

const repo = 'acme/checkout';
const pipeline = `kind: pipeline
type: exec
name: build
clone: { disable: true }
steps:
  - name: compile
    commands: [echo compiled]
---
kind: pipeline
type: exec
name: deploy
clone: { disable: true }
depends_on: [build]
trigger: { event: [promote], target: [staging, production] }
steps:
  - name: ship
    commands: ['echo shipped $REGION to $DRONE_DEPLOY_TO']
`;

/** A build on its own branch that passed. */
async function passed(sandbox: Sandbox, files = pipeline): Promise<number> {
  const { build } = await sandbox.push({
    repo,
    branch: 'main',
    author: 'grace',
    message: 'Something to promote',
    files: { '.drone.yml': files },
  });
  await expect.poll(() => statusOf(sandbox, build ?? 0), { timeout: 30_000 }).toBe('success');
  return build ?? 0;
}

interface State {
  slug: string;
  builds: { number: number; event: string; status: string; parent?: number; deploy_to?: string }[];
}
const buildsOf = async (sandbox: Sandbox) =>
  (await sandbox.get<State[]>('/state', {})).find((one) => one.slug === repo)?.builds ?? [];
const statusOf = async (sandbox: Sandbox, number: number) =>
  (await buildsOf(sandbox)).find((build) => build.number === number)?.status;
const promotions = async (sandbox: Sandbox, from: number) =>
  (await sandbox.calls({ face: 'drone', method: 'POST' })).filter(
    (call) => call.path.includes(`/builds/${from}/promote`) || call.path.includes(`/builds/${from}/rollback`),
  );

async function choose(page: Page, environment: string) {
  await page.getByRole('button', { name: 'Promote…' }).click();
  await page.getByRole('radio', { name: environment, exact: true }).click();
}

test.describe('promote and roll back', () => {
  test('the next promotion begins with the parameters of the last, and the parent’s cannot be removed', async ({
    page,
    sandbox,
    signIn,
  }) => {
    const number = await passed(sandbox);
    await signIn(page, 'grace', `/r/drone/${repo}/-/builds/${number}`);
    await choose(page, 'production');
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Add parameter' }).click();
    await dialog.getByRole('textbox', { name: 'Name' }).last().fill('TICKET');
    await dialog.getByRole('textbox', { name: 'Value TICKET' }).fill('OPS-1');
    await dialog.getByRole('button', { name: 'Promote to production' }).click();
    await page.getByRole('link', { name: /^Open #\d+$/ }).click();
    await expect(page.getByText(/^Passed in/)).toBeVisible({ timeout: 40_000 });
    await choose(page, 'production');
    await expect(dialog.getByRole('textbox', { name: 'Value TICKET' })).toHaveValue('OPS-1');
    await expect(dialog.getByText('the server copies it').first()).toBeVisible();
    await expect(dialog.getByRole('button', { name: 'Remove parameter TICKET' })).toHaveCount(0);
  });

  test('warns before a promotion that nothing names, and tells its true outcome afterwards', async ({
    page,
    sandbox,
    signIn,
  }) => {
    const number = await passed(sandbox);
    await signIn(page, 'grace', `/r/drone/${repo}/-/builds/${number}`);
    await page.getByRole('button', { name: 'Promote…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('radio', { name: 'Another name…' }).click();
    await dialog.getByRole('textbox', { name: 'Name of the environment' }).fill('stagign');
    await expect(dialog.getByText('No stage names this environment.', { exact: false })).toBeVisible();
    await dialog.getByRole('button', { name: 'Promote to stagign anyway' }).click();
    await page.getByRole('link', { name: /^Open #\d+$/ }).click();
    await expect(page.getByText(/^Passed in/)).toBeVisible({ timeout: 40_000 });
    await page.goto(`/r/drone/${repo}/-/deployments`);
    const section = page.getByRole('region', { name: 'stagign' });
    await expect(section.getByText('Nothing was deployed', { exact: true })).toBeVisible();
    await expect(section.getByText('Nothing was deployed here yet.')).toBeVisible();
  });

  test('asks again when somebody deployed in between', async ({ page, sandbox, signIn, browser, world }) => {
    const number = await passed(sandbox);
    await signIn(page, 'grace', `/r/drone/${repo}/-/builds/${number}`);
    await choose(page, 'staging');
    const dialog = page.getByRole('dialog');
    await expect(dialog.getByText('2 of 2 stages will run')).toBeVisible();
    const other = await browser.newContext({ baseURL: `${world.url}/` });
    const rival = await other.newPage();
    await signIn(rival, 'ada', `/r/drone/${repo}/-/builds/${number}`);
    await choose(rival, 'staging');
    await rival.getByRole('dialog').getByRole('button', { name: 'Promote to staging' }).click();
    await rival.getByRole('link', { name: /^Open #\d+$/ }).click();
    await expect(rival.getByText(/^Passed in/)).toBeVisible({ timeout: 40_000 });
    await other.close();
    const sent = (await promotions(sandbox, number)).length;
    await dialog.getByRole('button', { name: 'Promote to staging' }).click();
    await expect(dialog.getByText('It was read again: look once more.', { exact: false })).toBeVisible();
    expect(await promotions(sandbox, number)).toHaveLength(sent);
    await dialog.getByRole('button', { name: 'Promote to staging' }).click();
    await expect(page.getByText(/carries the promotion/)).toBeVisible({ timeout: 20_000 });
  });

  test('rolls back to an earlier successful deployment and says how', async ({ page, sandbox, signIn }) => {
    const number = await passed(sandbox);
    await signIn(page, 'grace', `/r/drone/${repo}/-/builds/${number}`);
    await choose(page, 'production');
    await page.getByRole('dialog').getByRole('button', { name: 'Promote to production' }).click();
    await page.getByRole('link', { name: /^Open #\d+$/ }).click();
    await expect(page.getByText(/^Passed in/)).toBeVisible({ timeout: 40_000 });
    await page.goto(`/r/drone/${repo}/-/deployments`);
    const section = page.getByRole('region', { name: 'production' });
    await section
      .getByRole('button', { name: /^Roll back to #/ })
      .first()
      .click();
    const dialog = page.getByRole('dialog');
    await expect(
      dialog.getByText(/The server’s own rollback is used|The build is promoted again/),
    ).toBeVisible();
    await dialog.getByRole('button', { name: /^Roll production back to #\d+$/ }).click();
    await expect(page.getByText(/carries the promotion of #\d+ to production/)).toBeVisible({
      timeout: 20_000,
    });
    await page.getByRole('link', { name: /^Open #\d+$/ }).click();
    await expect(page.getByText('to production').first()).toBeVisible();
  });

  test('a reader sees why not', async ({ page, sandbox, signIn }) => {
    const number = await passed(sandbox);
    await signIn(page, 'linus', `/r/drone/${repo}/-/builds/${number}`);
    await expect(page.getByRole('button', { name: 'Promote…' })).toBeDisabled();
    await expect(page.getByRole('note', { name: /write/ }).first()).toBeVisible();
  });
});
