import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { type Call, problem, sent } from '../testing/fake-api.ts';
import { account, viewer } from '../testing/fixtures/people.ts';
import { renderPage } from '../testing/render-page.tsx';

describe('account', () => {
  it('links by one click where the server allows it', async () => {
    await renderPage('/account', {
      api: {
        'GET /api/session': viewer({
          accounts: [account({ state: 'none', login: null, linkedAt: null, dismissed: true })],
        }),
      },
    });
    const link = await screen.findByRole('link', { name: 'Link my account' });
    expect(link.getAttribute('href')).toBe(`/auth/server/ci?return=${encodeURIComponent('/account')}`);
  });

  it('says why a link by one click did not come about, until that is read', async () => {
    const { user } = await renderPage('/account?link=link_other_person&server=ci&request=req-77');
    const note = (await screen.findByText('Your account on Build Works was not linked.')).closest('[role]');
    expect(note?.textContent).toContain('That account on Build Works belongs to another person.');
    expect(note?.textContent).toContain('req-77');
    await user.click(screen.getByRole('button', { name: 'Close' }));
    await waitFor(() => expect(screen.queryByText(/was not linked/)).toBeNull());
    expect(window.location.search).toBe('');
  });

  it('says what an administrator sets where the way back would lead elsewhere', async () => {
    await renderPage('/account?link=link_misdirected&server=ci');
    const note = (await screen.findByText('Your account on Build Works was not linked.')).closest('[role]');
    expect(note?.textContent).toContain('Signing in on Build Works would lead to another forge');
    expect(note?.textContent).toContain(`${window.location.origin}/auth/server/ci/callback`);
    expect(note?.textContent).toContain('http://code.example');
  });

  it('puts no words of a forged address on the page', async () => {
    await renderPage('/account?link=Call+0800+made+up&server=evil&request=%3Cb%3E');
    await screen.findByRole('heading', { name: 'Linked accounts' });
    expect(screen.queryByText(/was not linked/)).toBeNull();
    expect(document.body.textContent).not.toContain('0800');
  });

  it('takes a pasted token, keeps it when it is refused, and forgets it when it was taken', async () => {
    let linked = false;
    const { user, container } = await renderPage('/account', {
      api: {
        'GET /api/session': () =>
          viewer({
            accounts: [
              linked
                ? account()
                : account({ state: 'none', login: null, dismissed: true, oneClickUrl: null }),
            ],
          }),
        'POST /api/accounts/ci': (call: Call) => {
          if ((call.body as { token: string }).token === 'made-up-wrong')
            return problem('link_other_person', { instance: 'ci' });
          linked = true;
          return account();
        },
      },
    });
    await user.click(await screen.findByRole('button', { name: 'Paste a token…' }));
    const token = screen.getByLabelText('Token of your account on Build Works');
    expect(token.getAttribute('type')).toBe('password');
    await user.type(token, 'made-up-wrong');
    await user.click(screen.getByRole('button', { name: 'Link account on Build Works' }));
    expect((await screen.findByRole('alert')).textContent).toContain(
      'That account on Build Works belongs to another person.',
    );
    expect((token as HTMLInputElement).value).toBe('made-up-wrong');
    await user.clear(token);
    await user.type(token, ' made-up-right ');
    await user.click(screen.getByRole('button', { name: 'Link account on Build Works' }));
    await screen.findByText('Your account on Build Works is linked.');
    expect(sent('POST', '/api/accounts/ci').at(-1)?.body).toEqual({ token: 'made-up-right' });
    expect(container.innerHTML).not.toContain('made-up-right');
    await screen.findByText('Linked');
  });

  it('switches language and theme at once, and back when the console refuses', async () => {
    let refuse = false;
    const { user } = await renderPage('/account', {
      api: {
        'PUT /api/session/preferences': (call: Call) => (refuse ? problem('store_unavailable') : call.body),
      },
    });
    await user.click(await screen.findByRole('combobox', { name: 'Theme' }));
    await user.click(await screen.findByRole('option', { name: 'Dark' }));
    await waitFor(() => expect(document.documentElement.dataset.theme).toBe('dark'));
    await user.click(screen.getByRole('combobox', { name: 'Language' }));
    await user.click(await screen.findByRole('option', { name: '中文' }));
    await screen.findByRole('heading', { name: '账号' });
    expect(document.documentElement.lang).toBe('zh-CN');
    expect(document.title).toBe('账号 · Flightdeck');
    refuse = true;
    await user.click(screen.getByRole('combobox', { name: '语言' }));
    await user.click(await screen.findByRole('option', { name: 'English' }));
    expect((await screen.findByRole('alert')).textContent).toContain('控制台自己的存储没有响应。');
    expect(document.documentElement.lang).toBe('zh-CN');
  });

  it('unlinks after asking', async () => {
    const { user } = await renderPage('/account', { api: { 'DELETE /api/accounts/ci': { ok: true } } });
    await user.click(await screen.findByRole('button', { name: 'Unlink Build Works' }));
    const dialog = await screen.findByRole('dialog', { name: 'Unlink your account on Build Works?' });
    await user.click(within(dialog).getByRole('button', { name: 'Unlink Build Works' }));
    await screen.findByText('Your account on Build Works is unlinked.');
  });
});
