import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { type Call, problem, sent } from '../testing/fake-api.ts';
import { detail, settingsView } from '../testing/fixtures/repositories.ts';
import { renderPage } from '../testing/render-page.tsx';

const REPO = '/api/servers/ci/repositories/acme~checkout';
const SETTINGS = '/r/ci/acme/checkout/-/settings';
const open = (part: string, more: Record<string, unknown> = {}) =>
  renderPage(`${SETTINGS}${part}`, { api: { [`GET ${REPO}`]: detail(), ...more } });

describe('general settings', () => {
  it('sends the changed fields alone and explains the locked ones', async () => {
    let held = settingsView();
    const { user } = await open('', {
      [`GET ${REPO}/settings`]: () => held,
      [`PATCH ${REPO}/settings`]: (call: Call) => {
        held = { ...held, values: { ...held.values, ...(call.body as { change: object }).change } };
        return held;
      },
    });
    const file = await screen.findByRole('textbox', { name: 'Pipeline file' });
    expect(
      (screen.getByRole('textbox', { name: 'Time limit in minutes' }) as HTMLInputElement).disabled,
    ).toBe(true);
    expect(screen.getAllByText('Only an administrator of Build Works may.')).toHaveLength(2);
    // A field this server lacks is not there.
    expect(screen.queryByText('…and running ones too')).toBeNull();
    await user.clear(file);
    await user.type(file, 'ci/build.yml');
    await user.click(screen.getByRole('switch', { name: 'No builds of pull requests' }));
    expect(screen.getByText('2 changes')).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Save settings' }));
    await screen.findByText('Saved.');
    expect(sent('PATCH', `${REPO}/settings`)[0]?.body).toEqual({
      change: { pipelineFile: 'ci/build.yml', ignorePullRequests: true },
    });
  });

  it('keeps what was typed when the console refuses', async () => {
    const { user } = await open('', {
      [`GET ${REPO}/settings`]: settingsView(),
      [`PATCH ${REPO}/settings`]: problem('changed_meanwhile', { raw: 'config_path: kept' }),
    });
    const number = await screen.findByRole('textbox', { name: 'Builds at once' });
    await user.clear(number);
    await user.type(number, 'x');
    expect(screen.getByText('A whole number from 0.')).toBeTruthy();
    await user.clear(number);
    await user.type(number, '3');
    await user.click(screen.getByRole('button', { name: 'Save settings' }));
    expect((await screen.findByRole('alert')).textContent).toContain('Nothing was done; look again.');
    expect((number as HTMLInputElement).value).toBe('3');
  });

  it('asks before it deactivates', async () => {
    const { user } = await open('', {
      [`GET ${REPO}/settings`]: settingsView(),
      [`POST ${REPO}/deactivate`]: detail('acme/checkout', { activation: 'inactive' }),
    });
    await user.click(await screen.findByRole('button', { name: 'Deactivate acme/checkout…' }));
    expect(sent('POST', `${REPO}/deactivate`)).toHaveLength(0);
    const dialog = await screen.findByRole('dialog', { name: 'Deactivate acme/checkout?' });
    await user.click(within(dialog).getByRole('button', { name: 'Deactivate acme/checkout' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(sent('POST', `${REPO}/deactivate`)).toHaveLength(1);
  });

  it('repairs, and takes over whose access the server clones with', async () => {
    const { user } = await open('', {
      [`GET ${REPO}/settings`]: settingsView(),
      [`POST ${REPO}/repair`]: detail(),
      [`POST ${REPO}/take-ownership`]: detail(),
    });
    await user.click(await screen.findByRole('button', { name: 'Repair acme/checkout' }));
    expect(await screen.findByText('Repaired.')).toBeTruthy();
    expect(sent('POST', `${REPO}/take-ownership`)).toHaveLength(0);
    await user.click(screen.getByRole('button', { name: 'Clone with my access' }));
    expect(await screen.findByText('Build Works now clones with your access.')).toBeTruthy();
    expect(sent('POST', `${REPO}/repair`)).toHaveLength(1);
    expect(sent('POST', `${REPO}/take-ownership`)).toHaveLength(1);
  });

  it('says why the server refused to repair', async () => {
    const { user } = await open('', {
      [`GET ${REPO}/settings`]: settingsView(),
      [`POST ${REPO}/repair`]: problem('ci_error', { instance: 'ci', raw: '500 cannot create the hook' }),
    });
    await user.click(await screen.findByRole('button', { name: 'Repair acme/checkout' }));
    expect((await screen.findByRole('alert')).textContent).toContain('cannot create the hook');
    expect(screen.queryByText('Repaired.')).toBeNull();
  });

  it('names whose access the server clones with', async () => {
    await open('', { [`GET ${REPO}/settings`]: settingsView() });
    expect(
      await screen.findByText(/Build Works clones with the access of whoever activated the repository/),
    ).toBeTruthy();
  });
});

const secret = (name: string, more = {}) => ({
  name,
  pullRequests: false,
  caseTwin: null,
  changedAt: Date.now() - 120_000,
  changedBy: 'grace',
  registryHost: null,
  ...more,
});

describe('secrets', () => {
  it('spells out who may read what', async () => {
    await open('/secrets', {
      [`GET ${REPO}/secrets`]: [
        secret('CODECOV_TOKEN', { pullRequests: true }),
        secret('deploy_key', { changedAt: null, changedBy: null, caseTwin: 'DEPLOY_KEY' }),
      ],
    });
    const table = await screen.findByRole('table', { name: 'Secrets' });
    expect(table.textContent).toContain('Any person who can open a pull request can print it.');
    expect(table.textContent).toContain('2 min ago by grace');
    expect(table.textContent).toContain('not set here');
    expect(table.textContent).toContain('Differs only by case from DEPLOY_KEY');
  });

  it('adds one, and nothing of its value stays on the page', async () => {
    const value = 'made-up-secret-value';
    let held = [secret('OLD')];
    const { user, container } = await open('/secrets', {
      [`GET ${REPO}/secrets`]: () => held,
      [`POST ${REPO}/secrets`]: (call: Call) => {
        held = [...held, secret((call.body as { name: string }).name)];
        return held.at(-1);
      },
    });
    await user.click(await screen.findByRole('button', { name: 'Add secret' }));
    const form = screen.getByRole('form', { name: 'Add secret' });
    await user.type(within(form).getByRole('textbox', { name: /Name/ }), 'NEW_TOKEN');
    await user.type(within(form).getByLabelText(/Value/), value);
    await user.click(within(form).getByRole('button', { name: 'Add secret' }));
    await screen.findByText('NEW_TOKEN was added. Its value is not shown again.');
    expect(sent('POST', `${REPO}/secrets`)[0]?.body).toEqual({
      name: 'NEW_TOKEN',
      value,
      pullRequests: false,
    });
    await screen.findByText('NEW_TOKEN');
    expect(container.innerHTML).not.toContain(value);
    expect(
      [...document.querySelectorAll('input,textarea')].some((f) =>
        (f as HTMLInputElement).value.includes(value),
      ),
    ).toBe(false);
    expect(JSON.stringify({ ...localStorage, ...sessionStorage })).not.toContain(value);
  });

  it('checks names before anything is sent', async () => {
    const { user } = await open('/secrets', { [`GET ${REPO}/secrets`]: [secret('TOKEN')] });
    await user.click(await screen.findByRole('button', { name: 'Add secret' }));
    const form = within(screen.getByRole('form', { name: 'Add secret' }));
    const name = form.getByRole('textbox', { name: /Name/ });
    await user.type(name, 'to ken');
    await user.clear(name);
    await user.type(name, 'a/b');
    expect(form.getByText(/Only letters, digits/)).toBeTruthy();
    await user.clear(name);
    await user.type(name, 'TOKEN');
    expect(form.getByText(/There is a secret of that name\./)).toBeTruthy();
    await user.clear(name);
    await user.type(name, 'token');
    expect(form.getByText(/TOKEN differs only by case/)).toBeTruthy();
    await user.click(form.getByRole('button', { name: 'Add secret' }));
    expect(sent('POST', `${REPO}/secrets`)).toHaveLength(0);
  });

  it('keeps what was typed when the console refuses', async () => {
    const { user } = await open('/secrets', {
      [`GET ${REPO}/secrets`]: [],
      [`POST ${REPO}/secrets`]: problem('ci_timeout', { instance: 'ci' }),
    });
    await user.click(await screen.findByRole('button', { name: 'Add secret' }));
    const form = within(screen.getByRole('form', { name: 'Add secret' }));
    await user.type(form.getByRole('textbox', { name: /Name/ }), 'KEY');
    await user.type(form.getByLabelText(/Value/), 'made-up');
    await user.click(form.getByRole('button', { name: 'Add secret' }));
    await form.findByText(/Build Works takes too long to answer\./);
    expect((form.getByLabelText(/Value/) as HTMLTextAreaElement).value).toBe('made-up');
  });

  it('offers to remove a line break that was pasted along', async () => {
    const { user } = await open('/secrets', {
      [`GET ${REPO}/secrets`]: [secret('TOKEN')],
      [`PATCH ${REPO}/secrets/TOKEN`]: secret('TOKEN'),
    });
    await user.click(await screen.findByRole('button', { name: 'Replace TOKEN' }));
    const form = within(await screen.findByRole('form', { name: 'New value of TOKEN' }));
    await user.type(form.getByLabelText(/Value/), 'made-up{Enter}');
    expect(form.getByText(/Ends with a line break/)).toBeTruthy();
    await user.click(form.getByRole('button', { name: 'Remove the line break' }));
    await user.click(form.getByRole('button', { name: 'Replace value of TOKEN' }));
    await screen.findByText('TOKEN has a new value. It is not shown again.');
    expect(sent('PATCH', `${REPO}/secrets/TOKEN`)[0]?.body).toEqual({
      value: 'made-up',
      pullRequests: false,
    });
  });

  it('changes exposure alone without touching the value', async () => {
    const { user } = await open('/secrets', {
      [`GET ${REPO}/secrets`]: [secret('TOKEN')],
      [`PATCH ${REPO}/secrets/TOKEN`]: secret('TOKEN', { pullRequests: true }),
    });
    await user.click(await screen.findByRole('button', { name: 'Replace TOKEN' }));
    const form = within(await screen.findByRole('form', { name: 'New value of TOKEN' }));
    await user.click(form.getByRole('checkbox', { name: /Builds of pull requests get it too/ }));
    await user.click(form.getByRole('button', { name: 'Change who may read TOKEN' }));
    await screen.findByText('TOKEN was changed.');
    expect(sent('PATCH', `${REPO}/secrets/TOKEN`)[0]?.body).toEqual({ pullRequests: true });
  });

  it('deletes after asking, with the object on the button', async () => {
    const { user } = await open('/secrets', {
      [`GET ${REPO}/secrets`]: [secret('TOKEN')],
      [`DELETE ${REPO}/secrets/TOKEN`]: { ok: true },
    });
    await user.click(await screen.findByRole('button', { name: 'Delete TOKEN' }));
    const dialog = await screen.findByRole('dialog', { name: 'Delete TOKEN?' });
    await user.click(within(dialog).getByRole('button', { name: 'Delete TOKEN' }));
    await screen.findByText('TOKEN was deleted.');
  });

  it('says who may see them to whom may not, and asks for nothing', async () => {
    const known = detail();
    await open('/secrets', {
      [`GET ${REPO}`]: { ...known, permits: { ...known.permits, listSecrets: 'needs-write' } },
    });
    await screen.findByText('You need write access to the repository.');
    expect(sent('GET', `${REPO}/secrets`)).toHaveLength(0);
  });
});

const credential = (host: string, more = {}) => ({
  host,
  username: 'robot',
  changedAt: Date.now() - 60_000,
  changedBy: 'ada',
  pullRequests: false,
  origin: 'described',
  secretName: 'dockerconfig_harbor',
  ...more,
});

describe('registry credentials', () => {
  it('marks what was found by its name only and what is gone, and shows the lines to add', async () => {
    await open('/registries', {
      [`GET ${REPO}/registries`]: {
        items: [
          credential('harbor.example.com'),
          credential('quay.example.com', {
            origin: 'name-only',
            username: null,
            changedAt: null,
            changedBy: null,
          }),
          credential('old.example.com', { origin: 'missing' }),
        ],
        pipelineLines: 'image_pull_secrets:\n- dockerconfig_harbor',
      },
    });
    const table = await screen.findByRole('table', { name: 'Registry credentials' });
    expect(table.textContent).toContain('Nobody entered it here, so the user is not known.');
    expect(table.textContent).toContain('is gone from Build Works. Replace it or delete it.');
    expect(screen.getByText(/image_pull_secrets:/)).toBeTruthy();
    expect(screen.getByRole('heading', { name: 'Add these lines to .ci.yml' })).toBeTruthy();
  });

  it('takes the host out of a pasted address and forgets the password', async () => {
    const { user, container } = await open('/registries', {
      [`GET ${REPO}/registries`]: { items: [], pipelineLines: null },
      [`POST ${REPO}/registries`]: credential('registry.example.com:5000'),
    });
    await user.click(await screen.findByRole('button', { name: 'Add registry credential' }));
    const form = within(screen.getByRole('form', { name: 'Add registry credential' }));
    await user.type(form.getByRole('textbox', { name: /Registry/ }), 'https://registry.example.com:5000/v2/');
    expect(form.getByText(/without https:\/\/ and path/)).toBeTruthy();
    await user.click(form.getByRole('button', { name: 'Use registry.example.com:5000' }));
    await user.type(form.getByRole('textbox', { name: /User/ }), 'robot');
    await user.type(form.getByLabelText(/^Password or token/), 'made-up-password');
    await user.click(form.getByRole('button', { name: 'Add credential' }));
    await screen.findByText('The credential for registry.example.com:5000 was added.');
    expect(sent('POST', `${REPO}/registries`)[0]?.body).toEqual({
      host: 'registry.example.com:5000',
      username: 'robot',
      password: 'made-up-password',
      pullRequests: false,
    });
    expect(container.innerHTML).not.toContain('made-up-password');
  });
});
