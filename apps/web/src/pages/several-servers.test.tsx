import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { sent } from '../testing/fake-api.ts';
import { build, buildList } from '../testing/fixtures/builds.ts';
import { deck, listed } from '../testing/fixtures/deck.ts';
import { account, consoleFacts, viewer } from '../testing/fixtures/people.ts';
import { detail, repository } from '../testing/fixtures/repositories.ts';
import { renderPage } from '../testing/render-page.tsx';

const [first] = consoleFacts().servers;
const second = {
  ...first,
  id: 'yard',
  name: 'Yard',
  version: '3.17.0',
  events: ['push', 'pull_request', 'tag', 'release', 'promote', 'cron', 'custom'],
};
const two = consoleFacts({ servers: [first, second] });
const open = (address: string, api: Record<string, unknown>, language: 'en' | 'zh-CN' = 'en') =>
  renderPage(address, { language, api: { 'GET /api/console': two, ...api } });

const never = (server: string, more = {}) =>
  account({ server, state: 'none', login: null, linkedAt: null, ...more });

describe('with several CI servers', () => {
  const builds = deck({
    recent: [listed(1), listed(2, {}, { server: 'yard', path: 'acme/infra' })],
    favourites: [repository('acme/web', { server: 'yard' })],
  });

  it('each row of the Deck names its server', async () => {
    await open('/', { 'GET /api/deck': builds });
    const rows = within(await screen.findByRole('region', { name: 'Recent' })).getAllByRole('listitem');
    expect(rows.map((row) => /Build Works|Yard/.exec(row.textContent ?? '')?.[0])).toEqual([
      'Build Works',
      'Yard',
    ]);
    const starred = screen.getByRole('complementary', { name: 'Favourites' });
    expect(within(starred).getByRole('listitem').textContent).toContain('Yard');
  });

  it('and with one there is nothing to tell', async () => {
    await open('/', { 'GET /api/deck': builds, 'GET /api/console': consoleFacts() });
    const recent = await screen.findByRole('region', { name: 'Recent' });
    expect(recent.textContent).not.toMatch(/Build Works|Yard/);
  });

  it('one note offers to link the accounts on all of them, and is closed once', async () => {
    const { user } = await open('/', {
      'GET /api/deck': deck(),
      'GET /api/session': viewer({ accounts: [never('ci'), never('yard', { oneClickUrl: null })] }),
      'POST /api/accounts/ci/dismiss': {},
      'POST /api/accounts/yard/dismiss': {},
    });
    const note = await screen.findByText(/^Link your accounts on Build Works and Yard: /);
    expect(screen.getAllByText(/^Link your account/)).toHaveLength(1);
    const link = screen.getByRole('link', { name: 'Link my account on Build Works' });
    expect(link.getAttribute('href')).toContain('/auth/server/ci?return=');
    screen.getByRole('button', { name: 'Link Yard with a token…' });
    await user.click(screen.getByRole('button', { name: 'Not now' }));
    await waitFor(() => expect(note.isConnected).toBe(false));
    for (const id of ['ci', 'yard']) expect(sent('POST', `/api/accounts/${id}/dismiss`)).toHaveLength(1);
  });

  it('an account that no longer holds keeps a note of its own', async () => {
    await open(
      '/',
      {
        'GET /api/deck': deck(),
        'GET /api/session': viewer({
          preferences: { language: 'zh-CN', theme: 'system', singleKeys: true },
          accounts: [never('ci'), account({ server: 'yard', state: 'expired' })],
        }),
      },
      'zh-CN',
    );
    await screen.findByText(/^Yard 不再接受您关联的账号/);
    screen.getByText(/^关联您在 Build Works 上的账号/);
  });

  it('the account page says what runs where in which version', async () => {
    await open('/account', {
      'GET /api/session': viewer({ accounts: [account(), account({ server: 'yard' })] }),
    });
    const part = (await screen.findByRole('heading', { name: 'Linked accounts' })).closest('section');
    const rows = within(part as HTMLElement).getAllByRole('listitem');
    expect(rows[0]?.textContent).toContain('Build WorksCI 2.0');
    expect(rows[1]?.textContent).toContain('YardCI 3.17.0');
  });

  it.each([
    ['ci', 'rollback', 'release'],
    ['yard', 'release', 'rollback'],
  ])('the events to filter by are those of the server %s', async (server, has, lacks) => {
    const at = `/api/servers/${server}/repositories/acme~checkout`;
    const { user } = await open(`/r/${server}/acme/checkout`, {
      [`GET ${at}`]: detail('acme/checkout', { server }),
      [`GET ${at}/builds`]: buildList([build(1)]),
    });
    await user.click(await screen.findByRole('combobox', { name: 'Event' }));
    await screen.findByRole('option', { name: has });
    expect(screen.queryByRole('option', { name: lacks })).toBeNull();
  });

  it('an event that stands in the address stays to choose', async () => {
    const at = '/api/servers/yard/repositories/acme~checkout';
    const { user } = await open('/r/yard/acme/checkout?event=rollback', {
      [`GET ${at}`]: detail('acme/checkout', { server: 'yard' }),
      [`GET ${at}/builds`]: buildList([]),
    });
    await user.click(await screen.findByRole('combobox', { name: 'Event' }));
    await screen.findByRole('option', { name: 'rollback' });
  });
});
