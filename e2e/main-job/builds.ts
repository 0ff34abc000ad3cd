import { expect, test } from '../fixtures.ts';
import { held, openBuild } from '../steps.ts';
import {
  cancel,
  line,
  one,
  parameter,
  passes,
  restart,
  type StoryServer,
  sentence,
  storiesOf,
} from './server.ts';

/** Starting, restarting, cancelling, approving, and why a build waits. */
export function tellOfBuilds(server: StoryServer): void {
  const { repo, gated } = server;
  const of = storiesOf(server);

  if (server.start) {
    const { reserved } = server.start;
    test('start a build with parameters and watch its lines arrive', async ({ page, sandbox, signIn }) => {
      const first = await of.passed(sandbox, 'Say hello', [
        one('speak', [
          'echo "hello $GREETING in $REGION"',
          'if [ -n "$GREETING" ]; then sandbox-hold here; fi',
        ]),
      ]);
      await signIn(page, 'grace', of.page(repo));
      await page.getByRole('button', { name: 'Start a build…' }).click();
      const dialog = page.getByRole('dialog', { name: `Start a build of ${repo}` });
      await dialog.getByRole('button', { name: 'Add parameter' }).click();
      await dialog.getByRole('textbox', { name: 'Name 1' }).fill(reserved);
      await dialog.getByRole('button', { name: `Start build of ${server.branch}` }).click();
      await expect(dialog.getByText(`${reserved} belongs to the server.`)).toBeVisible();
      await dialog.getByRole('textbox', { name: 'Name 1' }).fill('GREETING');
      await parameter(page, 'GREETING', 'from the story');
      await parameter(page, 'REGION', '欧洲');
      await dialog.getByRole('button', { name: `Start build of ${server.branch}` }).dblclick();
      await expect(page).toHaveURL(/\/-\/builds\/\d+/, { timeout: 60_000 });
      const number = openBuild(page);
      expect(number).toBe(first + 1);

      await expect(line(page, 'hello from the story in 欧洲')).toBeVisible();
      const given = page.getByRole('region', { name: 'Parameters' });
      await expect(given).toContainText('GREETING');
      await expect(given).toContainText('from the story');
      await expect(page.getByText('started by hand')).toBeVisible();
      await held(sandbox, of.at(number));
      for (const text of ['first line', 'second line', '第三行']) {
        await sandbox.print(of.at(number), `${text}\n`);
        await expect(line(page, text)).toBeVisible();
      }
      await sandbox.release(of.at(number));
      await passes(page);
      // A double click started one.
      expect((await of.builds(sandbox)).filter(({ number: n }) => n > first)).toHaveLength(1);
    });
  }

  test('restart starts one new build of the same commit, also on a double click', async ({
    page,
    sandbox,
    signIn,
  }) => {
    const number = await of.passed(sandbox, 'Restart me', [one('speak', ['echo again'])]);
    await signIn(page, 'grace', of.buildPage(number));
    await restart(page, number);
    await expect(page.getByRole('heading', { level: 1 })).toContainText('Restart me');
    await passes(page);
    expect(await of.build(sandbox, number + 2)).toBeUndefined();
  });

  test('cancel stops a running build, and every part of it reads so', async ({ page, sandbox, signIn }) => {
    const at = await of.speaking(sandbox, 'Cancel me');
    await signIn(page, 'grace', of.buildPage(at.build));
    await expect(sentence(page).filter({ hasText: `Runs: ${server.stage} / speak.` })).toBeVisible();
    await cancel(page, at.build);
    await expect(page.getByRole('main').getByRole('img', { name: 'Cancelled' }).first()).toBeVisible();
    await expect(page.getByRole('main').getByRole('img', { name: 'Running' })).toHaveCount(0);
    await expect(page.getByRole('button', { name: 'Cancel build' })).toBeHidden();
    expect((await of.build(sandbox, at.build))?.status).toBe(server.cancelled);
  });

  test('whoever may approve is asked, sees what it is, and approves', async ({ page, sandbox, signIn }) => {
    await signIn(page, 'ada');
    await page.goto('/');
    const number = await gated.ask(sandbox, 'Approve this');
    await page
      .getByRole('region', { name: 'Waiting' })
      .getByRole('link', { name: `Review… ${gated.repo} #${number}` })
      .click({ timeout: 60_000 });
    await expect(
      sentence(page)
        .filter({ hasText: 'Awaits approval by you' })
        .or(sentence(page).filter({ hasText: 'Awaits your approval' })),
    ).toContainText(gated.because);
    await page.getByRole('button', { name: 'Review…' }).click();
    const dialog = page.getByRole('dialog', { name: `Review #${number}` });
    await expect(dialog).toContainText('Approve this');
    await expect(dialog).toContainText('(wei)');
    if (gated.hasStages) await expect(dialog).toContainText(server.stage);
    else await expect(dialog.getByText('Held stages')).toHaveCount(0);
    await dialog.getByRole('button', { name: `Approve #${number}` }).click();
    await expect(dialog).toBeHidden();
    await passes(page);
    await expect(line(page, 'planned')).toBeVisible();
    expect((await of.build(sandbox, number, gated.repo))?.status).toBe('success');
  });

  test('a build that waits for a runner says why, and what to do', async ({ page, sandbox, signIn }) => {
    const { repo: path, status, why, advice } = server.waiting;
    const number = (await of.builds(sandbox, path)).find((build) => build.status === status)?.number ?? 0;
    await signIn(page, 'grace', of.buildPage(number, path));
    await expect(page.getByRole('heading', { level: 1 })).toContainText(`#${number}`);
    await expect(sentence(page).filter({ hasText: why })).toContainText(advice);
  });
}
