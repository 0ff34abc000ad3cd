import { expect, test } from '../fixtures.ts';
import { openBuild } from '../steps.ts';
import {
  choose,
  line,
  parameter,
  passes,
  type StoryServer,
  type StoryStage,
  sentence,
  storiesOf,
} from './server.ts';

/** Promotions: one build whatever one presses, and one that nothing takes. */
export function tellOfPromotions(server: StoryServer): void {
  const of = storiesOf(server);
  const stages: StoryStage[] = [
    { name: 'build', steps: [{ name: 'compile', commands: ['echo compiled'] }] },
    {
      name: 'ship',
      targets: ['staging', 'production'],
      steps: [{ name: 'roll-out', commands: [`echo "shipped $REGION to $${server.target}"`] }],
    },
  ];

  test('promotes with parameters; a double click and a reload start one build', async ({
    page,
    sandbox,
    signIn,
  }) => {
    const number = await of.passed(sandbox, 'Something to promote', stages);
    await signIn(page, 'grace', of.buildPage(number));
    await sandbox.forgetCalls();
    await choose(page, 'staging');
    const dialog = page.getByRole('dialog');
    await expect(
      dialog.getByText(server.severalStages ? '1 of 2 stages will run' : '1 of 1 stages will run'),
    ).toBeVisible();
    await expect(dialog.getByText(`Build #${number}`, { exact: false }).last()).toContainText(
      'goes to staging',
    );
    // The second where the whole job, which links the account, was told before in this world.
    await expect(dialog.getByText(/Flightdeck records you|will name you, grace/)).toBeVisible();
    await parameter(page, 'REGION', 'cn-north-1');
    await sandbox.fault({
      face: server.id,
      match: server.promotionCall(number).source,
      delay: 4_000,
      times: 1,
    });
    await dialog.getByRole('button', { name: 'Promote to staging' }).dblclick();
    await expect(page).toHaveURL(/promotion=/);
    // Reloaded while the CI server has not answered yet.
    await page.reload();
    const note = page.getByText(new RegExp(`carries the promotion of #${number} to staging`));
    await expect(note).toBeVisible({ timeout: 20_000 });
    expect(await of.promotions(sandbox, number)).toHaveLength(1);
    await page.reload();
    await expect(note).toBeVisible();
    await page.getByRole('link', { name: /^Open #\d+$/ }).click();
    await expect(page.getByText('to staging').first()).toBeVisible();
    await expect(line(page, 'shipped cn-north-1 to staging')).toBeVisible({ timeout: 30_000 });
    await passes(page);
    expect(await of.promotions(sandbox, number)).toHaveLength(1);
    const promoted = openBuild(page);
    expect(promoted).toBe(number + 1);
    expect((await of.build(sandbox, promoted))?.status).toBe('success');
    expect(await of.build(sandbox, promoted + 1)).toBeUndefined();
  });

  test('a promotion that nothing takes is said before, and what came of it afterwards', async ({
    page,
    sandbox,
    signIn,
  }) => {
    const number = await of.passed(sandbox, 'Nothing to promote', stages);
    await signIn(page, 'grace', of.buildPage(number));
    await page.getByRole('button', { name: 'Promote…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('radio', { name: 'Another name…' }).click();
    await dialog.getByRole('textbox', { name: 'Name of the environment' }).fill('moon');
    const takes =
      server.unmatched === 'deploys-nothing' ? 'No stage names this' : 'No stage accepts a promotion to this';
    await expect(dialog.getByText(`${takes} environment.`, { exact: false })).toBeVisible();
    const before = (await of.builds(sandbox)).length;
    await dialog.getByRole('button', { name: 'Promote to moon anyway' }).click();
    if (server.unmatched === 'nothing') {
      await expect(page.getByText('No build was started.', { exact: false })).toBeVisible();
      expect(await of.builds(sandbox)).toHaveLength(before);
      return;
    }
    if (server.unmatched === 'deploys-nothing') {
      await page.getByRole('link', { name: `Open #${number + 1}` }).click();
      await passes(page);
      await page.goto(of.page(server.repo, '/-/deployments'));
      const section = page.getByRole('region', { name: 'moon' });
      await expect(section.getByText('Nothing was deployed', { exact: true })).toBeVisible();
      expect(await of.builds(sandbox)).toHaveLength(before + 1);
      return;
    }
    await expect(
      page.getByText(`Its build #${number + 1} waits for ever: cancel it.`, { exact: false }),
    ).toBeVisible();
    await page.getByRole('link', { name: `Open #${number + 1}` }).click();
    await expect(sentence(page).filter({ hasText: 'Never runs' })).toContainText('to moon');
    expect(await of.builds(sandbox)).toHaveLength(before + 1);
    await page.getByRole('button', { name: 'Cancel build' }).click();
    await dialog.getByRole('button', { name: `Cancel #${number + 1}` }).click();
    await expect(sentence(page).filter({ hasText: 'The build was cancelled' })).toBeVisible();
    expect(['killed', 'canceled']).toContain((await of.build(sandbox, number + 1))?.status);
  });
}
