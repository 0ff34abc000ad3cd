import { screen, waitFor } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { problem } from '../testing/fake-api.ts';
import { FakeSocket, sayLive } from '../testing/fake-socket.ts';
import { deck, listed } from '../testing/fixtures/deck.ts';
import { consoleFacts, NOW, viewer } from '../testing/fixtures/people.ts';
import { repositoryList } from '../testing/fixtures/repositories.ts';
import { renderPage } from '../testing/render-page.tsx';

const nobody = { 'GET /api/session': problem('signed_out') };

describe('sign-in page', () => {
  it('has a button for each forge that carries the page asked for, query and fragment included', async () => {
    const wanted = '/r/ci/acme/checkout/-/builds/7/1/2?x=1#p120-p140';
    await renderPage(`/sign-in?return=${encodeURIComponent(wanted)}`, { api: nobody });
    const link = await screen.findByRole('link', { name: 'Continue with Code House' });
    expect(link.getAttribute('href')).toBe(`/auth/forge/code?return=${encodeURIComponent(wanted)}`);
  });

  it('leads nowhere else when the address says so', async () => {
    await renderPage(`/sign-in?return=${encodeURIComponent('//evil.example/x')}`, { api: nobody });
    const link = await screen.findByRole('link', { name: 'Continue with Code House' });
    expect(link.getAttribute('href')).toBe('/auth/forge/code');
  });

  it('sends whoever is signed in on to the page asked for', async () => {
    await renderPage('/sign-in?return=%2Frepos%3Fshow%3Dactive', {
      api: { 'GET /api/repositories': repositoryList([]), 'GET /api/accounts/ci/sync': sync },
    });
    await screen.findByRole('heading', { name: 'Repositories', level: 1 });
    expect(window.location.pathname + window.location.search).toBe('/repos?show=active');
  });

  it('names the failing hop, what to check, the raw message and the request', async () => {
    await renderPage(
      '/sign-in?error=forge_unreachable&hop=console-forge-token&forge=code&problem=abcdefghijklmnopqrstuv',
      {
        api: {
          ...nobody,
          'GET /api/sign-in-problem/abcdefghijklmnopqrstuv': {
            code: 'forge_unreachable',
            hop: 'console-forge-token',
            forge: 'code',
            address: 'http://forge.internal:3000',
            raw: 'connect ECONNREFUSED 10.0.0.7:3000',
            requestId: 'req-77',
            at: NOW,
          },
        },
      },
    );
    const alert = await screen.findByRole('alert');
    await waitFor(() => expect(alert.textContent).toContain('ECONNREFUSED'));
    expect(alert.textContent).toContain('Code House does not answer.');
    expect(alert.textContent).toContain('between the console and Code House, when it asked for a token');
    expect(alert.textContent).toContain('http://forge.internal:3000');
    expect(alert.textContent).toContain('req-77');
    expect(screen.getByRole('link', { name: 'Try again with Code House' })).toBeTruthy();
  });

  it('shows no words of its own making from the address', async () => {
    await renderPage('/sign-in?error=%3Cb%3EYour+account+is+locked&forge=%22%3E&request=call+0800-SCAM', {
      api: nobody,
    });
    const alert = await screen.findByRole('alert');
    expect(alert.textContent).not.toMatch(/locked|SCAM|<b>/);
    expect(alert.textContent).toContain('The console made a mistake while signing you in.');
  });

  it('shows the sandbox people with their passwords when there are any', async () => {
    await renderPage('/sign-in', {
      api: {
        ...nobody,
        'GET /api/console': consoleFacts({
          sandbox: [{ login: 'ada', name: 'Ada', password: 'made-up-ada', what: 'owns acme' }],
        }),
      },
    });
    expect(await screen.findByText('made-up-ada')).toBeTruthy();
  });

  it('speaks Chinese, and switches without loading again', async () => {
    const { user } = await renderPage('/sign-in', { language: 'zh-CN', api: nobody });
    await screen.findByRole('link', { name: '使用 Code House 登录' });
    await user.click(screen.getByRole('button', { name: 'English' }));
    expect(await screen.findByRole('link', { name: 'Continue with Code House' })).toBeTruthy();
    expect(document.documentElement.lang).toBe('en');
  });
});

const sync = { state: 'never', startedAt: null, finishedAt: null, before: null, after: null, raw: null };

describe('somebody who is not signed in', () => {
  it('goes to sign in from any page, with the way back', async () => {
    await renderPage('/repos?show=active#here', { api: nobody });
    await screen.findByRole('heading', { name: 'Sign in' });
    expect(new URLSearchParams(window.location.search).get('return')).toBe('/repos?show=active#here');
  });

  it('is noticed when the session ends while the page is open', async () => {
    let signedIn = true;
    await renderPage('/', {
      api: {
        'GET /api/session': () => (signedIn ? viewer() : problem('signed_out')),
        'GET /api/deck': () => (signedIn ? deck() : problem('signed_out')),
      },
    });
    await screen.findByRole('heading', { name: 'Deck' });
    signedIn = false;
    // The next thing the page asks for is refused.
    await waitFor(() => expect(sayLive('deck', { type: 'build', listed: listed(99), view: null })).toBe(1));
    await screen.findByRole('heading', { name: 'Sign in' });
    expect(window.location.pathname).toBe('/sign-in');
  });

  it('is noticed by the socket that the console closes at sign-out', async () => {
    let signedIn = true;
    await renderPage('/', {
      api: {
        'GET /api/session': () => (signedIn ? viewer() : problem('signed_out')),
        'GET /api/deck': deck(),
      },
    });
    await screen.findByRole('region', { name: 'Waiting' });
    signedIn = false;
    for (const socket of FakeSocket.all) socket.close(4401);
    await screen.findByRole('heading', { name: 'Sign in' });
  });
});
