import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';

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

test('a registry credential is an ordinary secret there, and one that is found by its name counts too', async ({
  page,
  signIn,
}) => {
  const host = 'registry.example.test:5000';
  await signIn(page, 'grace', registriesPage);
  await page.getByRole('button', { name: 'Add registry credential' }).click();
  const form = page.getByRole('form', { name: 'Add registry credential' });
  await form.getByLabel('Registry').fill(host);
  await form.getByLabel('User').fill('robot');
  await form.getByLabel('Password or token').fill('made-up-registry-password-99');
  await form.getByRole('button', { name: 'Add credential' }).click();
  await expect(page.getByRole('heading', { name: 'Add these lines to .drone.yml' })).toBeVisible();
  await page.getByRole('link', { name: 'Secrets', exact: true }).click();
  await expect(secretRow(page, 'docker_config_registry.example.test__5000')).toBeVisible();
  await expect(page.getByText(`Holds the registry credential for ${host}.`)).toBeVisible();

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
  const lines = page.getByText('image_pull_secrets:');
  await expect(lines).toContainText('- docker_config_other.example.test');
  await page.getByRole('button', { name: `Delete ${host}` }).click();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: `Delete credential for ${host}` })
    .click();
  await expect(lines).not.toContainText('registry.example.test__5000');
});
