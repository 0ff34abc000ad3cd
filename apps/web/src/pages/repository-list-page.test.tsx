import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { type Call, calls, problem, sent } from '../testing/fake-api.ts';
import { build } from '../testing/fixtures/builds.ts';
import { account, health, viewer } from '../testing/fixtures/people.ts';
import { detail, repository, repositoryList } from '../testing/fixtures/repositories.ts';
import { renderPage } from '../testing/render-page.tsx';

const synced = {
  state: 'done',
  startedAt: 1,
  finishedAt: Date.now() - 180_000,
  before: 8,
  after: 8,
  raw: null,
};
const open = (address: string, list: unknown, more = {}) =>
  renderPage(address, {
    api: { 'GET /api/repositories': list, 'GET /api/accounts/ci/sync': synced, ...more },
  });
const listCalls = () => sent('GET', '/api/repositories');

describe('repositories', () => {
  it('lists state, last build and role, and the reason for what is missing', async () => {
    await open(
      '/repos',
      repositoryList([
        repository('acme/checkout', { private: true, lastBuild: build(237) }),
        repository('group/sub/deep/worker', { activation: 'inactive', level: 'read' }),
        repository('acme/new', { activation: 'unknown' }),
      ]),
    );
    const table = await screen.findByRole('table', { name: 'Repositories' });
    const [, first, second, third] = within(table).getAllByRole('row');
    expect(within(first as HTMLElement).getByText('Active')).toBeTruthy();
    expect(
      within(first as HTMLElement)
        .getByRole('link', { name: /#237/ })
        .getAttribute('href'),
    ).toBe('/r/ci/acme/checkout/-/builds/237');
    expect(within(first as HTMLElement).queryByRole('button', { name: /Activate/ })).toBeNull();
    expect(second?.textContent).toContain('group/…/deep/worker');
    expect(second?.textContent).toContain(
      'You have read access; an owner of the repository can activate it.',
    );
    expect(within(second as HTMLElement).queryByRole('button', { name: /Activate/ })).toBeNull();
    expect(third?.textContent).toContain('Build Works has not heard of it yet: activating syncs first.');
    expect(screen.getByText('3 repositories')).toBeTruthy();
  });

  it('keeps filters in the address, both ways', async () => {
    const { user } = await open('/repos?show=active&q=check&sort=name', repositoryList([repository()]), {
      'GET /api/repositories/search': [],
    });
    await screen.findByRole('table', { name: 'Repositories' });
    const asked = listCalls()[0]?.search;
    expect([asked?.get('q'), asked?.get('show'), asked?.get('sort')]).toEqual(['check', 'active', 'name']);
    const field = screen.getByRole('searchbox', { name: 'Filter by name' });
    expect((field as HTMLInputElement).value).toBe('check');
    await user.clear(field);
    await user.type(field, 'infra');
    await waitFor(() => expect(window.location.search).toContain('q=infra'));
    await user.click(screen.getByRole('link', { name: 'All' }));
    await waitFor(() => expect(window.location.search).not.toContain('show='));
    expect(window.location.search).toContain('q=infra');
    await waitFor(() => expect(listCalls().at(-1)?.search.get('q')).toBe('infra'));
  });

  it('says that no CI server belongs to the forge instead of promising repositories', async () => {
    await open('/repos', { ...repositoryList([]), servers: [] });
    expect(await screen.findByText(/^No CI server is set up for your forge/)).toBeTruthy();
    expect(screen.queryByText(/No repositories yet/)).toBeNull();
  });

  it('says so when nothing matches and clears the filters', async () => {
    const { user } = await open('/repos?show=favourites', (call: Call) =>
      repositoryList(call.search.get('show') === 'favourites' ? [] : [repository()]),
    );
    await screen.findByText('No repository matches.');
    await user.click(screen.getByRole('link', { name: 'Clear the filters' }));
    await screen.findByRole('table', { name: 'Repositories' });
    expect(window.location.search).toBe('');
  });

  it('finds public repositories of others from two characters on', async () => {
    await open('/repos?q=tiny', repositoryList([repository('acme/tiny')]), {
      'GET /api/repositories/search': [
        repository('acme/tiny'),
        repository('oss/tinyqueue', { mine: false, level: 'read' }),
      ],
    });
    const others = await screen.findByRole('table', { name: 'Public repositories of others' });
    expect(within(others).getByRole('link', { name: 'oss/tinyqueue' })).toBeTruthy();
    // What stands above is not said twice.
    expect(within(others).queryByRole('link', { name: 'acme/tiny' })).toBeNull();
  });

  it('stars at once and takes it back when the console refuses', async () => {
    const { user } = await open('/repos', repositoryList([repository()]), {
      'PUT /api/servers/ci/repositories/acme~checkout/favourite': problem('store_unavailable'),
    });
    await user.click(await screen.findByRole('button', { name: 'Make acme/checkout a favourite' }));
    expect(sent('PUT', '/api/servers/ci/repositories/acme~checkout/favourite')[0]?.body).toEqual({
      on: true,
    });
    await screen.findByRole('button', { name: 'Make acme/checkout a favourite' });
  });

  it('activates with one click and reports each step, the failed one with the server’s words', async () => {
    let tries = 0;
    const { user } = await open(
      '/repos',
      repositoryList([repository('acme/new', { activation: 'unknown' })]),
      {
        'POST /api/servers/ci/repositories/acme~new/activate': () => {
          tries += 1;
          const sync = { name: 'sync', state: 'done', tookMs: 812, code: null, raw: null };
          return tries === 1
            ? {
                steps: [
                  sync,
                  { name: 'find', state: 'failed', tookMs: 4, code: 'not_found', raw: 'sql: no rows' },
                ],
                repository: null,
              }
            : {
                steps: [sync, { name: 'enable', state: 'done', tookMs: 90, code: null, raw: null }],
                repository: detail('acme/new'),
              };
        },
      },
    );
    await user.click(await screen.findByRole('button', { name: 'Activate… acme/new' }));
    const dialog = await screen.findByRole('dialog', { name: 'Activate acme/new' });
    await user.click(within(dialog).getByRole('button', { name: 'Activate acme/new' }));
    await within(dialog).findByText('acme/new was not activated.');
    expect(dialog.textContent).toContain('sql: no rows');
    expect(dialog.textContent).toContain('not_found');
    await user.click(within(dialog).getByRole('button', { name: 'Activate again' }));
    await within(dialog).findByText('acme/new is active.');
    expect(within(dialog).getByRole('link', { name: 'Open acme/new' }).getAttribute('href')).toBe(
      '/r/ci/acme/new',
    );
    expect(within(dialog).getByText('812 ms')).toBeTruthy();
  });

  it('offers to link the account where activating needs it', async () => {
    const { user } = await open(
      '/repos',
      repositoryList([repository('acme/new', { activation: 'inactive' })]),
      {
        'GET /api/session': viewer({ accounts: [account({ state: 'none', dismissed: true })] }),
      },
    );
    await user.click(await screen.findByRole('button', { name: 'Activate… acme/new' }));
    const dialog = await screen.findByRole('dialog');
    expect(dialog.textContent).toContain('it needs your account there');
    expect(within(dialog).getByRole('link', { name: 'Link my account' }).getAttribute('href')).toBe(
      `/auth/server/ci?return=${encodeURIComponent('/repos')}`,
    );
    expect(
      (within(dialog).getByRole('button', { name: 'Activate acme/new' }) as HTMLButtonElement).disabled,
    ).toBe(true);
  });

  it('syncs with progress and says what came of it', async () => {
    let state = synced;
    const { user } = await open('/repos', repositoryList([repository()]), {
      'GET /api/accounts/ci/sync': () => state,
      'POST /api/accounts/ci/sync': () => {
        state = { ...synced, state: 'running', finishedAt: null as never, after: null as never };
        return state;
      },
    });
    await user.click(await screen.findByRole('button', { name: 'Sync Build Works' }));
    await screen.findByText(/Syncing with Build Works/);
    const before = listCalls().length;
    state = { ...synced, state: 'done', before: 8, after: 9 };
    await screen.findByText('Synced. Build Works knows 9 repositories of yours. 1 is new.');
    await waitFor(() => expect(listCalls().length).toBeGreaterThan(before));
  });

  it('keeps what is known of a server that does not answer, with its age', async () => {
    await open(
      '/repos',
      repositoryList([repository()], {
        servers: [health({ ok: false, code: 'ci_unreachable', lastGoodAt: Date.now() - 3_600_000 })],
      }),
    );
    expect(await screen.findByText(/As of .*: Build Works does not answer\./)).toBeTruthy();
    expect(screen.getByText(/Build Works has not answered since/)).toBeTruthy();
  });

  it('shows the next page only when asked', async () => {
    const { user } = await open('/repos', (call: Call) =>
      call.search.get('from') === '0'
        ? repositoryList([repository('a/one')], { total: 2, nextFrom: 1 })
        : repositoryList([repository('a/two')], { total: 2 }),
    );
    await screen.findByRole('link', { name: 'a/one' });
    expect(calls.filter((call) => call.search.get('from') === '1')).toHaveLength(0);
    await user.click(screen.getByRole('button', { name: 'Show more' }));
    await screen.findByRole('link', { name: 'a/two' });
    expect(screen.getByRole('link', { name: 'a/one' })).toBeTruthy();
  });
});
