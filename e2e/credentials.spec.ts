import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import type { Sandbox } from './sandbox.ts';
import { buildOf, pipelineFile, pushed } from './steps.ts';

test.use({ worldOptions: { name: 'credentials' } });
test.setTimeout(150_000);

const repo = 'acme/checkout';
const secretsPage = `/r/drone/${repo}/-/settings/secrets`;
const registriesPage = `/r/drone/${repo}/-/settings/registries`;
const secretRow = (page: Page, name: string) =>
  page
    .getByRole('table', { name: 'Secrets' })
    .getByRole('row')
    .filter({ has: page.getByText(name, { exact: true }) });

/** Everything that the browser was sent from now on, and what of it holds a text. */
function listen(page: Page) {
  const received: { url: string; text: string }[] = [];
  const reading: Promise<unknown>[] = [];
  page.on('response', (response) => {
    reading.push(
      response.text().then(
        (text) => received.push({ url: response.url(), text: text + JSON.stringify(response.headers()) }),
        () => {},
      ),
    );
  });
  page.on('websocket', (socket) =>
    socket.on('framereceived', ({ payload }) => received.push({ url: socket.url(), text: String(payload) })),
  );
  return async (text: string) => {
    await Promise.all(reading);
    expect(received.length).toBeGreaterThan(0);
    return received.filter((one) => one.text.includes(text)).map(({ url }) => url);
  };
}

/** What the page and the browser's storage hold. */
const kept = (page: Page) =>
  page.evaluate(() =>
    JSON.stringify([
      document.documentElement.outerHTML,
      [...document.querySelectorAll('input, textarea')].map((field) => (field as HTMLInputElement).value),
      { ...localStorage },
      { ...sessionStorage },
      history.state,
      location.href,
    ]),
  );

async function runBuild(page: Page, sandbox: Sandbox, message: string, commands: string[]): Promise<void> {
  const number = await pushed(sandbox, {
    repo,
    author: 'grace',
    message,
    files: {
      '.drone.yml': pipelineFile({
        speak: { commands, more: ['environment:', '  TOKEN: { from_secret: story_token }'] },
      }),
    },
  });
  await expect.poll(async () => (await buildOf(sandbox, repo, number))?.status).toBe('success');
  await page.goto(`/r/drone/${repo}/-/builds/${number}/1/1`);
  await expect(page.getByRole('status').filter({ hasText: 'Complete' })).toBeVisible();
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
  await signIn(page, 'grace', secretsPage);

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
  await expect(secretRow(page, 'story_token')).toContainText('Not readable');
  await expect(secretRow(page, 'story_token')).toContainText('by grace');
  expect(await kept(page)).not.toContain(first);

  await runBuild(page, sandbox, 'With the first value', ['echo "token is [$TOKEN]"']);
  await expect(page.getByText('token is [[secret:story_token]]', { exact: true })).toBeVisible();

  await page.goto(secretsPage);
  await page.getByRole('button', { name: 'Replace story_token' }).click();
  const replace = page.getByRole('form', { name: 'New value of story_token' });
  await expect(replace.getByLabel('Value')).toHaveValue('');
  await replace.getByLabel('Value').fill(`${second}\n`);
  await expect(replace.getByText('Ends with a line break.', { exact: false })).toBeVisible();
  await replace.getByRole('button', { name: 'Remove the line break' }).click();
  await replace.getByRole('button', { name: 'Replace value of story_token' }).click();
  await expect(page.getByText('story_token has a new value. It is not shown again.')).toBeVisible();
  await runBuild(page, sandbox, 'With the second value', [
    'echo "token is [$TOKEN]"',
    `if [ "$TOKEN" = ${second} ]; then echo "it is the second"; fi`,
  ]);
  await expect(page.getByText('token is [[secret:story_token]]', { exact: true })).toBeVisible();
  await expect(page.getByText('it is the second', { exact: true })).toBeVisible();

  await page.goto(secretsPage);
  await page.getByRole('button', { name: 'Delete story_token' }).click();
  const dialog = page.getByRole('dialog', { name: 'Delete story_token?' });
  await expect(dialog).toContainText('The value cannot be brought back.');
  await dialog.getByRole('button', { name: 'Delete story_token' }).click();
  await expect(page.getByText('story_token was deleted.')).toBeVisible();
  await expect(secretRow(page, 'story_token')).toBeHidden();
  await runBuild(page, sandbox, 'Without it', ['echo "token is [$TOKEN]"']);
  await expect(page.getByText('token is []', { exact: true })).toBeVisible();

  for (const value of [first, second]) {
    expect(await received(value)).toEqual([]);
    expect(await kept(page)).not.toContain(value);
    expect(world.bff.output()).not.toContain(value);
  }
});

test('a name that is taken: the sentence stands beside, what was typed stays', async ({
  page,
  sandbox,
  elsewhere,
  signIn,
}) => {
  await signIn(page, 'grace', secretsPage);
  await expect(secretRow(page, 'upload_token')).toBeVisible();
  await page.getByRole('button', { name: 'Add secret' }).click();
  const form = page.getByRole('form', { name: 'Add secret' });
  await form.getByLabel('Name').fill('upload_token');
  await form.getByLabel('Value').fill('typed-and-kept');
  await form.getByRole('button', { name: 'Add secret' }).click();
  await expect(form.getByText('There is a secret of that name. Replace its value instead.')).toBeVisible();
  await form.getByLabel('Name').fill('Upload_Token');
  await expect(form.getByText('upload_token differs only by case', { exact: false })).toBeVisible();
  await form.getByLabel('Name').fill('with space and $');
  await expect(form.getByText('Only letters, digits, _ . and -', { exact: false })).toBeVisible();

  await test.step('somebody else took the name meanwhile', async () => {
    await form.getByLabel('Name').fill('race_token');
    const other = await elsewhere();
    await signIn(other, 'wei', secretsPage);
    await other.getByRole('button', { name: 'Add secret' }).click();
    const theirs = other.getByRole('form', { name: 'Add secret' });
    await theirs.getByLabel('Name').fill('race_token');
    await theirs.getByLabel('Value').fill('wei-was-first');
    await theirs.getByRole('button', { name: 'Add secret' }).click();
    await expect(other.getByText('race_token was added.', { exact: false })).toBeVisible();

    await sandbox.forgetCalls();
    await form.getByRole('button', { name: 'Add secret' }).click();
    await expect(form.getByText(/There is (one|a secret) of that name/)).toBeVisible();
    await expect(form.getByLabel('Name')).toHaveValue('race_token');
    await expect(form.getByLabel('Value')).toHaveValue('typed-and-kept');
  });
  await form.getByLabel('Name').fill('race_token_2');
  await form.getByRole('button', { name: 'Add secret' }).click();
  await expect(page.getByText('race_token_2 was added.', { exact: false })).toBeVisible();
  await expect(secretRow(page, 'race_token')).toContainText('by wei');
});

test('who may read a secret in pull requests is spelled out', async ({ page, signIn }) => {
  await signIn(page, 'ada', secretsPage);
  await page.getByRole('button', { name: 'Replace deploy_token' }).click();
  const form = page.getByRole('form', { name: 'New value of deploy_token' });
  await expect(
    form.getByText('Then any person who can open a pull request can print the value.'),
  ).toBeVisible();
  await form.getByRole('checkbox', { name: 'Builds of pull requests get it too' }).check();
  await form.getByRole('button', { name: 'Change who may read deploy_token' }).click();
  await expect(page.getByText('deploy_token was changed.')).toBeVisible();
  await expect(secretRow(page, 'deploy_token')).toContainText('Readable');
  const warning = page.getByText('Any person who can open a pull request can print it.', { exact: false });
  await expect(warning).toHaveCount(1);
  await page.reload();
  await expect(secretRow(page, 'deploy_token')).toContainText('Readable');
  await page.getByRole('button', { name: 'Replace deploy_token' }).click();
  await form.getByRole('checkbox', { name: 'Builds of pull requests get it too' }).uncheck();
  await form.getByRole('button', { name: 'Change who may read deploy_token' }).click();
  await expect(secretRow(page, 'deploy_token')).toContainText('Not readable');
  await expect(warning).toHaveCount(0);
});

test('who reads only is not shown the secrets', async ({ page, signIn }) => {
  await signIn(page, 'linus', secretsPage);
  await expect(page.getByText('You need write access to the repository.')).toBeVisible();
  await expect(page.getByText('upload_token')).toBeHidden();
});

test('a registry credential goes in, and the lines for the pipeline file stand there', async ({
  page,
  world,
  signIn,
}) => {
  const password = 'made-up-registry-password-99';
  const received = listen(page);
  await signIn(page, 'grace', registriesPage);
  await expect(page.getByText('No registry credentials yet.', { exact: false })).toBeVisible();
  await page.getByRole('button', { name: 'Add registry credential' }).click();
  const form = page.getByRole('form', { name: 'Add registry credential' });
  await form.getByLabel('Registry').fill('https://registry.example.test:5000/acme');
  await expect(form.getByText('A host with optional port, without https:// and path.')).toBeVisible();
  await form.getByRole('button', { name: 'Use registry.example.test:5000' }).click();
  await form.getByLabel('User').fill('robot');
  await form.getByLabel('Password or token').fill(password);
  await form.getByRole('button', { name: 'Add credential' }).click();
  await expect(page.getByText('The credential for registry.example.test:5000 was added.')).toBeVisible();
  const table = page.getByRole('table', { name: 'Registry credentials' });
  const row = table.getByRole('row').filter({ hasText: 'robot' });
  await expect(row).toContainText('registry.example.test:5000');
  await expect(row).toContainText('by grace');
  await expect(page.getByRole('heading', { name: 'Add these lines to .drone.yml' })).toBeVisible();
  await expect(page.getByText('image_pull_secrets:')).toContainText(
    '- docker_config_registry.example.test__5000',
  );

  await test.step('it is an ordinary secret on the server, and marked so', async () => {
    await page.getByRole('link', { name: 'Secrets', exact: true }).click();
    await expect(secretRow(page, 'docker_config_registry.example.test__5000')).toBeVisible();
    await expect(
      page.getByText('Holds the registry credential for registry.example.test:5000.'),
    ).toBeVisible();
  });

  await test.step('one that was found only by its name says so', async () => {
    await page.getByRole('button', { name: 'Add secret' }).click();
    const add = page.getByRole('form', { name: 'Add secret' });
    await add.getByLabel('Name').fill('docker_config_other.example.test');
    await add.getByLabel('Value').fill('{}');
    await add.getByRole('button', { name: 'Add secret' }).click();
    await expect(secretRow(page, 'docker_config_other.example.test')).toBeVisible();
    await page.getByRole('link', { name: 'Registry credentials', exact: true }).click();
    await expect(
      page.getByText('Found by the name of its secret, docker_config_other.example.test.', { exact: false }),
    ).toBeVisible();
    await expect(page.getByText('image_pull_secrets:')).toContainText('- docker_config_other.example.test');
  });

  await test.step('replaced and deleted', async () => {
    await page.getByRole('button', { name: 'Replace registry.example.test:5000' }).click();
    await form.getByLabel('User').fill('robot-2');
    await form.getByLabel('Password or token').fill(`${password}-new`);
    await form.getByRole('button', { name: 'Replace credential for registry.example.test:5000' }).click();
    await expect(table.getByRole('row').filter({ hasText: 'robot-2' })).toBeVisible();
    await page.getByRole('button', { name: 'Delete registry.example.test:5000' }).click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: 'Delete credential for registry.example.test:5000' })
      .click();
    await expect(table.getByRole('row').filter({ hasText: 'robot-2' })).toBeHidden();
    await expect(page.getByText('image_pull_secrets:')).not.toContainText('registry.example.test__5000');
  });
  expect(await received(password)).toEqual([]);
  expect(await received(Buffer.from(`robot:${password}`).toString('base64'))).toEqual([]);
  expect(await kept(page)).not.toContain(password);
  expect(world.bff.output()).not.toContain(password);
});
