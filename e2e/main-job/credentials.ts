import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures.ts';
import type { Sandbox } from '../sandbox.ts';
import { kept, listen } from '../what-was-sent.ts';
import { completes, line, one, type StoryServer, storiesOf } from './server.ts';

const rowOf = (page: Page, table: string, text: string) =>
  page
    .getByRole('table', { name: table })
    .getByRole('row')
    .filter({ has: page.getByText(text, { exact: true }) });

/** Secrets and registry credentials: they go in, do their work, and never come back. */
export function tellOfCredentials(server: StoryServer): void {
  const { repo } = server;
  const of = storiesOf(server);
  const secrets = of.page(repo, '/-/settings/secrets');

  async function runBuild(page: Page, sandbox: Sandbox, message: string, commands: string[]): Promise<void> {
    const number = await of.passed(sandbox, message, [one('speak', commands, 'story_token')]);
    await page.goto(of.buildPage(number));
    await completes(page);
  }

  test('a secret goes in, shows masked in the next build’s log, is replaced and deleted, and never comes back', async ({
    page,
    world,
    sandbox,
    signIn,
  }) => {
    const first = 'made-up-first-value-4711';
    const second = 'made-up-second-value-0815';
    const received = listen(page);
    const row = rowOf(page, 'Secrets', 'story_token');
    // A value that nothing hides is not printed as it is: here it must not come back in any way.
    const commands = server.masked ? ['echo "token is [$TOKEN]"'] : ['echo "$TOKEN" | base64'];
    const shown = (value: string) =>
      server.masked
        ? `token is [${server.masked('story_token')}]`
        : Buffer.from(`${value}\n`).toString('base64');
    const isSecond = server.masked ? [`if [ "$TOKEN" = ${second} ]; then echo "it is the second"; fi`] : [];
    await signIn(page, 'grace', secrets);

    await page.getByRole('button', { name: 'Add secret' }).click();
    const form = page.getByRole('form', { name: 'Add secret' });
    await form.getByRole('button', { name: 'Add secret' }).click();
    await expect(form.getByText('Enter a name.')).toBeVisible();
    await expect(form.getByText('Enter a value.')).toBeVisible();
    await form.getByLabel('Name').fill('story_token');
    await form.getByLabel('Value').fill(first);
    const sent = page.waitForRequest(
      (request) => request.method() === 'POST' && /\/secrets$/.test(request.url()),
    );
    await form.getByRole('button', { name: 'Add secret' }).click();
    expect((await sent).postData()).toContain(first);
    await expect(page.getByText('story_token was added. Its value is not shown again.')).toBeVisible();
    await expect(row).toContainText('Not readable');
    await expect(row).toContainText('by grace');
    expect(await kept(page)).not.toContain(first);
    await runBuild(page, sandbox, 'With the first value', commands);
    await expect(line(page, shown(first))).toBeVisible();

    await page.goto(secrets);
    await page.getByRole('button', { name: 'Replace story_token' }).click();
    const replace = page.getByRole('form', { name: 'New value of story_token' });
    await expect(replace.getByLabel('Value')).toHaveValue('');
    await replace.getByLabel('Value').fill(`${second}\n`);
    await expect(replace.getByText('Ends with a line break.', { exact: false })).toBeVisible();
    await replace.getByRole('button', { name: 'Remove the line break' }).click();
    await replace.getByRole('button', { name: 'Replace value of story_token' }).click();
    await expect(page.getByText('story_token has a new value. It is not shown again.')).toBeVisible();
    await runBuild(page, sandbox, 'With the second value', [...commands, ...isSecond]);
    await expect(line(page, shown(second))).toBeVisible();
    if (server.masked) await expect(line(page, 'it is the second')).toBeVisible();

    await page.goto(secrets);
    await page.getByRole('button', { name: 'Delete story_token' }).click();
    const dialog = page.getByRole('dialog', { name: 'Delete story_token?' });
    await expect(dialog).toContainText('The value cannot be brought back.');
    await dialog.getByRole('button', { name: 'Delete story_token' }).click();
    await expect(page.getByText('story_token was deleted.')).toBeVisible();
    await expect(row).toBeHidden();
    for (const value of [first, second]) {
      expect(await received(value)).toEqual([]);
      expect(await kept(page)).not.toContain(value);
      expect(world.bff.output()).not.toContain(value);
    }
  });

  test('a registry credential goes in, is replaced and deleted, and its password never comes back', async ({
    page,
    world,
    signIn,
  }) => {
    const password = 'made-up-registry-password-99';
    const host = 'registry.example.test:5000';
    const received = listen(page);
    await signIn(page, 'grace', of.page(repo, '/-/settings/registries'));
    await page.getByRole('button', { name: 'Add registry credential' }).click();
    const form = page.getByRole('form', { name: 'Add registry credential' });
    await form.getByLabel('Registry').fill(`https://${host}/acme`);
    await expect(form.getByText('A host with optional port, without https:// and path.')).toBeVisible();
    await form.getByRole('button', { name: `Use ${host}` }).click();
    await form.getByLabel('User').fill('story-robot');
    await form.getByLabel('Password or token').fill(password);
    await form.getByRole('button', { name: 'Add credential' }).click();
    await expect(page.getByText(`The credential for ${host} was added.`)).toBeVisible();
    const row = page.getByRole('table', { name: 'Registry credentials' }).getByRole('row');
    const robot = row.filter({ hasText: 'story-robot' });
    await expect(robot).toContainText(host);
    await expect(robot).toContainText('by grace');
    const lines = page.getByText('image_pull_secrets:');
    const native = page.getByText(`${server.name} keeps them itself`, { exact: false });
    if (server.registries === 'native') {
      await expect(native).toBeVisible();
      await expect(lines).toHaveCount(0);
    } else {
      await expect(native).toHaveCount(0);
      await expect(lines).toContainText('- docker_config_registry.example.test__5000');
    }

    await page.getByRole('button', { name: `Replace ${host}` }).click();
    await form.getByLabel('User').fill('story-robot-2');
    await form.getByLabel('Password or token').fill(`${password}-new`);
    await form.getByRole('button', { name: `Replace credential for ${host}` }).click();
    await expect(row.filter({ hasText: 'story-robot-2' })).toBeVisible();
    await page.getByRole('button', { name: `Delete ${host}` }).click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: `Delete credential for ${host}` })
      .click();
    await expect(robot).toHaveCount(0);
    expect(await received(password)).toEqual([]);
    expect(await received(Buffer.from(`story-robot:${password}`).toString('base64'))).toEqual([]);
    expect(await kept(page)).not.toContain(password);
    expect(world.bff.output()).not.toContain(password);
  });
}
