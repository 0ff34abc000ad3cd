import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { type Call, problem, sent } from '../testing/fake-api.ts';
import { FakeSocket } from '../testing/fake-socket.ts';
import { buildView, stage, step } from '../testing/fixtures/builds.ts';
import { deck, listed } from '../testing/fixtures/deck.ts';
import { account, viewer } from '../testing/fixtures/people.ts';
import { repository, repositoryList } from '../testing/fixtures/repositories.ts';
import { renderPage } from '../testing/render-page.tsx';

const open = (more: Record<string, unknown> = {}) =>
  renderPage('/', {
    api: { 'GET /api/deck': deck(), 'GET /api/repositories': repositoryList([repository()]), ...more },
  });

describe('the frame', () => {
  it('names its places, marks the present one and offers to skip to the content', async () => {
    await open();
    const nav = await screen.findByRole('navigation', { name: 'Main' });
    expect(within(nav).getByRole('link', { name: 'Deck' }).getAttribute('aria-current')).toBe('page');
    expect(within(nav).getByRole('link', { name: 'Repositories' }).getAttribute('aria-current')).toBeNull();
    expect(screen.getByRole('link', { name: 'Skip to the content' }).getAttribute('href')).toBe('#content');
  });

  it('tells administrators, and nobody else, about plain http', async () => {
    const notices: ('plain-http' | 'default-key')[] = ['plain-http'];
    const first = await open({ 'GET /api/session': viewer({ administrator: true, notices }) });
    await screen.findByText(/served over plain http/);
    first.unmount();
    await open({ 'GET /api/session': viewer({ administrator: false, notices }) });
    await screen.findByRole('region', { name: 'Waiting' });
    expect(screen.queryByText(/served over plain http/)).toBeNull();
  });

  it('offers to link the account until the person says not now', async () => {
    const { user } = await open({
      'GET /api/session': viewer({ accounts: [account({ state: 'none' })] }),
      'POST /api/accounts/ci/dismiss': { ok: true },
    });
    await screen.findByText(/Link your account on Build Works/);
    await user.click(screen.getByRole('button', { name: 'Not now' }));
    await waitFor(() => expect(screen.queryByText(/Link your account on Build Works/)).toBeNull());
    expect(sent('POST', '/api/accounts/ci/dismiss')).toHaveLength(1);
  });

  it('on a repository’s pages neither stands above what one came for, but an account that no longer holds does', async () => {
    const accounts = [account({ state: 'none' }), account({ server: 'yard', state: 'expired' })];
    await renderPage('/r/ci/acme/web', {
      api: {
        'GET /api/session': viewer({ administrator: true, notices: ['plain-http'], accounts }),
        'GET /api/servers/ci/repositories/acme~web': problem('not_found'),
      },
    });
    await screen.findByText(/no longer accepts your linked account/);
    expect(screen.queryByText(/served over plain http/)).toBeNull();
    expect(screen.queryByText(/Link your account on Build Works/)).toBeNull();
  });

  it('an address that is none of its own is said below the top bar', async () => {
    await renderPage('/nowhere', {});
    await screen.findByRole('heading', { name: 'There is nothing at this address' });
    expect(screen.getByRole('navigation', { name: 'Main' })).toBeTruthy();
  });

  it('says when the page does not update by itself', async () => {
    await open();
    await screen.findByRole('region', { name: 'Waiting' });
    FakeSocket.opens = false;
    for (const socket of FakeSocket.all) socket.close(1006);
    await screen.findByText('Live updates are cut off; reconnecting');
  });

  it('shows an outage of the console where the page would be, and tries again', async () => {
    let down = true;
    const { user } = await open({
      'GET /api/session': () => (down ? problem('overloaded', { requestId: 'req-5' }) : viewer()),
    });
    expect((await screen.findByRole('alert')).textContent).toContain(
      'The console has too much to do right now.',
    );
    down = false;
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    await screen.findByRole('region', { name: 'Waiting' });
  });

  it('moves the focus to the content of another page and says its title, and leaves it alone within one', async () => {
    const stages = [stage(1, 'default', [step(1, 'compile'), step(2, 'test')])];
    const { user } = await open({
      'GET /api/deck': deck({ recent: [listed(41)] }),
      'GET /api/servers/ci/repositories/acme~checkout/builds/41': buildView(41, { stages }),
    });
    const row = await screen.findByRole('link', { name: 'Change 41' });
    expect(screen.queryByText('Deck · Flightdeck')).toBeNull();
    await user.click(row);
    await screen.findByRole('heading', { name: /Change 41/ });
    expect(document.activeElement).toBe(screen.getByRole('main'));
    expect(await screen.findByText('#41 · acme/checkout · Flightdeck')).toBeTruthy();
    const steps = screen.getByRole('navigation', { name: 'Steps of default' });
    await user.click(within(steps).getByRole('button', { name: /test/ }));
    await screen.findByRole('region', { name: 'Log of test' });
    expect(document.activeElement?.textContent).toContain('test');
  });

  it('knows an address that is none', async () => {
    await renderPage('/nowhere/at/all');
    await screen.findByRole('heading', { name: 'There is nothing at this address' });
  });
});

describe('the palette', () => {
  it('finds repositories, builds by number, pages and what the page can do', async () => {
    const { user } = await open({
      'GET /api/repositories': (call: Call) =>
        repositoryList(
          [repository('acme/checkout'), repository('acme/infra')].filter((r) =>
            r.path.includes(call.search.get('q') ?? ''),
          ),
        ),
      'GET /api/servers/ci/repositories/acme~infra': problem('not_found'),
      'GET /api/servers/ci/repositories/acme~infra/builds/41': problem('not_found'),
    });
    await screen.findByRole('region', { name: 'Waiting' });
    await user.keyboard('{Control>}k{/Control}');
    const field = await screen.findByPlaceholderText('Repository, #build, page or action');
    await screen.findByText('acme/checkout');
    await user.type(field, 'infra #41');
    await screen.findByText('Build #41 of acme/infra');
    await user.keyboard('{Enter}');
    await waitFor(() => expect(window.location.pathname).toBe('/r/ci/acme/infra/-/builds/41'));
  });

  it('switches the language', async () => {
    const { user } = await open({ 'PUT /api/session/preferences': (call: Call) => call.body });
    await screen.findByRole('region', { name: 'Waiting' });
    await user.click(screen.getByRole('button', { name: /Go to a repository, build or action/ }));
    await user.type(await screen.findByPlaceholderText('Repository, #build, page or action'), 'chinese');
    await user.click(await screen.findByText('Switch to Chinese'));
    await screen.findByRole('heading', { name: '总览' });
    expect(sent('PUT', '/api/session/preferences')[0]?.body).toMatchObject({ language: 'zh-CN' });
  });

  it('lists every key under ?, and single keys can be off', async () => {
    const { user, unmount } = await open();
    await screen.findByRole('region', { name: 'Waiting' });
    await user.keyboard('?');
    const dialog = await screen.findByRole('dialog', { name: 'All keys' });
    expect(dialog.textContent).toContain('Next row');
    expect(dialog.textContent).toContain('Show all keys');
    unmount();
    await open({
      'GET /api/session': viewer({ preferences: { language: 'en', theme: 'system', singleKeys: false } }),
    });
    await screen.findByRole('region', { name: 'Waiting' });
    await user.keyboard('?');
    expect(screen.queryByRole('dialog')).toBeNull();
  });
});
