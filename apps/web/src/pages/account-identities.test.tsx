import { screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { leave } from '../lib/leave.ts';
import { problem, sent } from '../testing/fake-api.ts';
import { consoleFacts, identity, tokenForge, viewer } from '../testing/fixtures/people.ts';
import { renderPage } from '../testing/render-page.tsx';

const code = (consoleFacts() as { forges: object[] }).forges;
const lab = { ...code[0], id: 'lab', name: 'Lab', signInUrl: '/auth/forge/lab' };
const facts = { 'GET /api/console': consoleFacts({ forges: [...code, lab, tokenForge] }) };
const first = identity();
const added = identity({ forge: 'lab', login: 'ada.l', first: false });
const region = async () => (await screen.findByText('Accounts on forges')).closest('section') as HTMLElement;
const row = async (name: string) =>
  within(await region())
    .getAllByRole('listitem')
    .find((one) => one.textContent?.includes(name)) as HTMLElement;

const watchLeaving = () => vi.spyOn(leave, 'to').mockImplementation(() => {});
afterEach(() => vi.restoreAllMocks());

describe('accounts on several forges', () => {
  it('are no subject where there is one forge', async () => {
    await renderPage('/account');
    await screen.findByRole('heading', { name: 'Linked accounts' });
    expect(screen.queryByText('Accounts on forges')).toBeNull();
  });

  it('are added through the forge, by an address that only this page was given', async () => {
    const assign = watchLeaving();
    const { user } = await renderPage('/account', {
      api: { ...facts, 'POST /api/identities/lab/begin': { url: '/auth/forge/lab?add=made-up-key' } },
    });
    await user.click(within(await row('Lab')).getByRole('button', { name: 'Add Lab' }));
    await waitFor(() => expect(assign).toHaveBeenCalledWith('/auth/forge/lab?add=made-up-key'));
  });

  it('are added by token, which is kept when it is refused', async () => {
    let taken = false;
    const { user, container } = await renderPage('/account', {
      api: {
        ...facts,
        'GET /api/session': () =>
          viewer({ identities: taken ? [first, identity({ forge: 'tea', first: false })] : [first] }),
        'POST /api/identities/tea': () =>
          taken ? { ok: true } : problem('identity_taken', { instance: 'tea' }),
      },
    });
    await user.click(within(await row('Tea House')).getByRole('button', { name: 'Add Tea House' }));
    const token = await screen.findByLabelText<HTMLInputElement>('Access token of Tea House');
    await user.type(token, 'made-up-token');
    const send = screen.getByRole('button', { name: 'Add account on Tea House' });
    await user.click(send);
    expect((await screen.findByRole('alert')).textContent).toContain(
      'That account on Tea House already belongs to another person here.',
    );
    expect(token.value).toBe('made-up-token');
    taken = true;
    await user.click(send);
    await screen.findByText('Your account on Tea House is added.');
    expect(sent('POST', '/api/identities/tea').at(-1)?.body).toEqual({
      credentials: { token: 'made-up-token' },
    });
    expect(container.innerHTML).not.toContain('made-up-token');
    expect(within(await row('Tea House')).getByText('Signed in')).toBeTruthy();
  });

  it('say when the way through the forge ended, and why it did not', async () => {
    await renderPage('/account?added=lab', { api: facts });
    await screen.findByText('Your account on Lab is added.');
  });

  it('say in the reader’s language why one was not added', async () => {
    await renderPage('/account?error=identity_taken&forge=lab&request=req-9', {
      language: 'zh-CN',
      api: facts,
    });
    const alert = await screen.findByRole('alert');
    expect(alert.textContent).toContain('Lab 上的该账号在这里已属于另一个人。');
    expect(alert.textContent).toContain('req-9');
  });

  it('put no words of a forged address on the page', async () => {
    await renderPage('/account?added=call-0800-made-up', { api: facts });
    await region();
    expect(document.body.textContent).not.toContain('0800');
  });

  it('are removed after one question; the one a person began with goes last', async () => {
    let removed = false;
    const { user } = await renderPage('/account', {
      api: {
        ...facts,
        'GET /api/session': () => viewer({ identities: removed ? [first] : [first, added] }),
        'DELETE /api/identities/lab': () => {
          removed = true;
          return { signedOut: false };
        },
      },
    });
    const house = await row('Code House');
    expect(house.textContent).toContain('the one you began with');
    expect(within(house).queryByRole('button')).toBeNull();
    await user.click(within(await row('Lab')).getByRole('button', { name: 'Remove Lab' }));
    const dialog = await screen.findByRole('dialog');
    expect(dialog.textContent).toContain('ada.l');
    expect(dialog.textContent).toContain('your other sessions end');
    await user.click(within(dialog).getByRole('button', { name: 'Remove Lab' }));
    await screen.findByText('Your account on Lab is removed.');
    expect(within(await row('Lab')).getByText('Not added')).toBeTruthy();
  });

  it('the only one takes the person here with it', async () => {
    const assign = watchLeaving();
    const { user } = await renderPage('/account', {
      api: { ...facts, 'DELETE /api/identities/code': { signedOut: true } },
    });
    await user.click(within(await row('Code House')).getByRole('button', { name: 'Remove Code House' }));
    const dialog = await screen.findByRole('dialog');
    expect(dialog.textContent).toContain('you are signed out');
    await user.click(within(dialog).getByRole('button', { name: 'Remove Code House' }));
    await waitFor(() => expect(assign).toHaveBeenCalledWith('/sign-in?signed-out=1'));
  });

  it('whose forge no longer takes them can be signed in again', async () => {
    await renderPage('/account', {
      api: {
        ...facts,
        'GET /api/session': viewer({ identities: [first, { ...added, signedIn: false }] }),
      },
    });
    const line = await row('Lab');
    expect(within(line).getByText('No longer accepted there')).toBeTruthy();
    expect(within(line).getByRole('button', { name: 'Sign in again with Lab' })).toBeTruthy();
  });
});
