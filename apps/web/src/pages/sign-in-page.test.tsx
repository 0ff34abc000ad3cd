import { screen, waitFor } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { leave } from '../lib/leave.ts';
import { type Call, problem, sent } from '../testing/fake-api.ts';
import { FakeSocket, sayLive } from '../testing/fake-socket.ts';
import { deck, listed } from '../testing/fixtures/deck.ts';
import { consoleFacts, NOW, tokenForge, viewer } from '../testing/fixtures/people.ts';
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

describe('a forge without a page to sign in on', () => {
  afterEach(() => vi.restoreAllMocks());
  const facts = (forges: object[]) => ({ ...nobody, 'GET /api/console': consoleFacts({ forges }) });

  it('has its form open when it is the only one, and keeps what was typed but the password', async () => {
    const { user, container } = await renderPage('/sign-in?return=%2Frepos%3Fshow%3Dactive', {
      api: {
        ...facts([tokenForge]),
        'POST /api/session/sign-in': problem('credentials_refused', { instance: 'tea' }),
      },
    });
    await user.click(await screen.findByRole('radio', { name: 'Login and password' }));
    const button = screen.getByRole('button', { name: 'Sign in with Tea House' });
    await user.click(button);
    expect(screen.getByText('Type your login.')).toBeTruthy();
    expect(sent('POST', '/api/session/sign-in')).toEqual([]);
    const login = screen.getByLabelText<HTMLInputElement>('Login on Tea House');
    const password = screen.getByLabelText<HTMLInputElement>('Password on Tea House');
    await user.type(login, ' grace ');
    await user.type(password, 'made-up-password');
    expect(password.type).toBe('password');
    // The risk stands beside the field, before anything is sent.
    expect(screen.getByText(/passes through this console once, to make an access token/)).toBeTruthy();
    expect(screen.getByText(/is not encrypted \(http\)/)).toBeTruthy();
    await user.click(button);
    expect((await screen.findByRole('alert')).textContent).toContain('Tea House did not accept that.');
    expect(sent('POST', '/api/session/sign-in')[0]?.body).toEqual({
      forge: 'tea',
      credentials: { login: 'grace', password: 'made-up-password' },
      return: '/repos?show=active',
    });
    expect(login.value).toBe(' grace ');
    expect(password.value).toBe('');
    expect(document.activeElement).toBe(password);
    expect(container.innerHTML).not.toContain('made-up-password');
  });

  it('takes a token behind a button when there are others, and goes on where the console says', async () => {
    const assign = vi.spyOn(leave, 'to').mockImplementation(() => {});
    const code = (consoleFacts() as { forges: object[] }).forges;
    const { user } = await renderPage('/sign-in', {
      api: {
        ...facts([...code, tokenForge]),
        'POST /api/session/sign-in': (call: Call) => ({ returnTo: `/checked?${String(call.body !== null)}` }),
      },
    });
    await screen.findByRole('link', { name: 'Continue with Code House' });
    await user.click(screen.getByRole('button', { name: 'Continue with Tea House' }));
    const page = await screen.findByRole('link', { name: /Open the page with access tokens/ });
    expect(page.getAttribute('href')).toBe('http://tea.example/tokens');
    await user.type(screen.getByLabelText('Access token of Tea House'), ' made-up-token ');
    await user.click(screen.getByRole('button', { name: 'Sign in with Tea House' }));
    await waitFor(() => expect(assign).toHaveBeenCalledWith('/checked?true'));
    expect(sent('POST', '/api/session/sign-in')[0]?.body).toMatchObject({
      credentials: { token: 'made-up-token' },
    });
  });

  it('says the same in Chinese', async () => {
    const { user } = await renderPage('/sign-in', {
      language: 'zh-CN',
      api: {
        ...facts([tokenForge]),
        'POST /api/session/sign-in': problem('rate_limited', { retryAfter: 60 }),
      },
    });
    await user.click(await screen.findByRole('radio', { name: '登录名和密码' }));
    expect(screen.getByText(/密码只经过控制台一次/)).toBeTruthy();
    await user.type(screen.getByLabelText('Tea House 的登录名'), 'wei');
    await user.type(screen.getByLabelText('Tea House 的密码'), 'made-up');
    await user.click(screen.getByRole('button', { name: '使用 Tea House 登录' }));
    expect((await screen.findByRole('alert')).textContent).toContain('rate_limited');
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

  it('is told which forge no longer takes the sign-in', async () => {
    let signedIn = true;
    await renderPage('/', {
      api: {
        'GET /api/session': () => (signedIn ? viewer() : problem('signed_out')),
        'GET /api/deck': () => (signedIn ? deck() : problem('forge_signed_out', { instance: 'code' })),
      },
    });
    await screen.findByRole('heading', { name: 'Deck' });
    signedIn = false;
    await waitFor(() => expect(sayLive('deck', { type: 'build', listed: listed(99), view: null })).toBe(1));
    await screen.findByRole('heading', { name: 'Sign in' });
    expect(await screen.findByText(/^Code House no longer accepts your sign-in/)).toBeTruthy();
    expect(new URLSearchParams(window.location.search).get('ended')).toBe('code');
  });

  it('is told of no forge that there is not', async () => {
    await renderPage('/sign-in?ended=call-0800-made-up', { api: nobody });
    await screen.findByRole('link', { name: 'Continue with Code House' });
    expect(document.body.textContent).not.toContain('no longer accepts');
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
