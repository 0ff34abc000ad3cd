import { act, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { type Call, problem, sent } from '../testing/fake-api.ts';
import { sayLive } from '../testing/fake-socket.ts';
import { build, buildList } from '../testing/fixtures/builds.ts';
import { listed } from '../testing/fixtures/deck.ts';
import { detail } from '../testing/fixtures/repositories.ts';
import { renderPage } from '../testing/render-page.tsx';

const REPO = '/api/servers/ci/repositories/acme~checkout';
const open = (address = '/r/ci/acme/checkout', more: Record<string, unknown> = {}) =>
  renderPage(address, {
    api: {
      [`GET ${REPO}`]: detail(),
      [`GET ${REPO}/builds`]: buildList([build(41), build(40)]),
      [`GET ${REPO}/branches`]: [
        { name: 'main', commit: 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' },
        { name: 'feature/x', commit: 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb' },
      ],
      ...more,
    },
  });
const list = () => screen.findByRole('list', { name: 'Builds of acme/checkout' });

describe('repository', () => {
  it('lists builds with what they are about and how far back the filters see', async () => {
    await open('/r/ci/acme/checkout', {
      [`GET ${REPO}/builds`]: buildList(
        [
          build(41, { event: 'pull_request', pullRequest: 15 }),
          build(40, { event: 'promote', environment: 'staging', status: 'failure' }),
          build(39, { event: 'tag', tag: 'v1.2.0' }),
        ],
        { reach: { oldest: 12, complete: false, filling: true, asOf: null } },
      ),
    });
    const rows = within(await list()).getAllByRole('listitem');
    expect(rows[0]?.textContent).toContain('pull request #15');
    expect(rows[1]?.textContent).toContain('to staging');
    expect(rows[2]?.textContent).toContain('tag v1.2.0');
    expect(
      screen.getByText(/The filters see builds from #12 on; older ones are still being read\./),
    ).toBeTruthy();
    expect(document.title).toBe('acme/checkout · Builds · Flightdeck');
  });

  it('asks with the filters of the address and leaves out what is none', async () => {
    await open('/r/ci/acme/checkout?branch=feature%2Fx&status=failure&event=nonsense');
    await list();
    const asked = sent('GET', `${REPO}/builds`)[0]?.search;
    expect(asked?.get('branch')).toBe('feature/x');
    expect(asked?.get('status')).toBe('failure');
    expect(asked?.has('event')).toBe(false);
  });

  it('puts a chosen filter into the address', async () => {
    const { user } = await open();
    await list();
    await user.click(screen.getByRole('combobox', { name: 'Status' }));
    await user.click(await screen.findByRole('option', { name: 'Failed' }));
    await waitFor(() => expect(window.location.search).toBe('?status=failure'));
    await user.click(screen.getByRole('link', { name: 'Pull requests' }));
    await waitFor(() => expect(window.location.search).toContain('event=pull_request'));
    expect(window.location.search).toContain('status=failure');
  });

  it('keeps the list steady while somebody reads: new builds wait behind a button', async () => {
    let heads = [build(41), build(40)];
    const { user } = await open('/r/ci/acme/checkout', { [`GET ${REPO}/builds`]: () => buildList(heads) });
    await list();
    await user.keyboard('j');
    expect(document.activeElement?.textContent).toBe('Change 41');
    heads = [
      build(43),
      build(42),
      build(41, { title: 'Change 41', status: 'failure', version: 2 }),
      build(40),
    ];
    act(() => {
      sayLive('repository', { type: 'build', listed: listed(43), view: null });
    });
    const fresh = await screen.findByRole('button', { name: '2 new builds' });
    expect(screen.queryByText('Change 43')).toBeNull();
    expect(document.activeElement?.textContent).toBe('Change 41');
    // What was there changes in place.
    expect(within(await list()).getByRole('img', { name: 'Failed' })).toBeTruthy();
    await user.click(fresh);
    await screen.findByText('Change 43');
  });

  it('a message that comes while the list is asked for is not covered by the older answer', async () => {
    let answers = () => Promise.resolve(buildList([build(41, { status: 'running', version: 1 })]));
    await open('/r/ci/acme/checkout', { [`GET ${REPO}/builds`]: () => answers() });
    await list();
    let release = () => {};
    const late = new Promise<void>((resolve) => {
      release = resolve;
    });
    const asked = () => sent('GET', `${REPO}/builds`).length;
    const before = asked();
    const old = [build(42, { status: 'running', version: 1 }), build(41, { status: 'running', version: 1 })];
    answers = () => late.then(() => buildList(old));
    act(() => {
      sayLive('repository', { type: 'build', listed: listed(42, { status: 'running' }), view: null });
    });
    await waitFor(() => expect(asked()).toBe(before + 1));
    act(() => {
      const ended = { status: 'failure', version: 3 } as const;
      sayLive('repository', { type: 'build', listed: listed(41, ended), view: null });
    });
    answers = () =>
      Promise.resolve(buildList([old[0] ?? build(42), build(41, { status: 'failure', version: 3 })]));
    release();
    await waitFor(async () => expect(within(await list()).getByRole('img', { name: 'Failed' })).toBeTruthy());
    await waitFor(() => expect(asked()).toBe(before + 2));
    expect(within(await list()).getByRole('img', { name: 'Failed' })).toBeTruthy();
  });

  it('asks for older builds only when told to', async () => {
    const { user } = await open('/r/ci/acme/checkout', {
      [`GET ${REPO}/builds`]: (call: Call) =>
        call.search.get('before') === '40'
          ? buildList([build(39)])
          : buildList([build(41), build(40)], { nextBefore: 40 }),
    });
    await list();
    await user.click(screen.getByRole('button', { name: 'Show older builds' }));
    await screen.findByText('Change 39');
    expect(screen.getByText('Change 41')).toBeTruthy();
  });

  it('says that nothing matches, and that nothing is there yet', async () => {
    const first = await open('/r/ci/acme/checkout?author=nobody', { [`GET ${REPO}/builds`]: buildList([]) });
    await screen.findByText('No build matches these filters.');
    first.unmount();
    await open('/r/ci/acme/checkout', { [`GET ${REPO}/builds`]: buildList([]) });
    await screen.findByText('No builds yet. The next push to this repository appears here.');
  });

  it('explains why a person may not start, instead of a dead button', async () => {
    const known = detail();
    await open('/r/ci/acme/checkout', {
      [`GET ${REPO}`]: { ...known, permits: { ...known.permits, start: 'needs-write' } },
    });
    await screen.findByText('You need write access to the repository.');
    expect(screen.queryByRole('button', { name: /Start a build/ })).toBeNull();
  });

  it('looks the same for what is not there and what one may not see', async () => {
    await open('/r/ci/acme/checkout', {
      [`GET ${REPO}`]: problem('not_found'),
    });
    expect((await screen.findByRole('alert')).textContent).toContain(
      'There is nothing here, or you may not see it.',
    );
  });
});

describe('starting a build', () => {
  async function dialog(more: Record<string, unknown> = {}) {
    const page = await open('/r/ci/acme/checkout', more);
    await page.user.click(await screen.findByRole('button', { name: 'Start a build…' }));
    return {
      ...page,
      box: within(await screen.findByRole('dialog', { name: 'Start a build of acme/checkout' })),
    };
  }

  it('sends branch, commit and parameters once, and goes to the build', async () => {
    const { user, box } = await dialog({
      [`POST ${REPO}/builds`]: { outcome: 'started', number: 42 },
      'GET /api/servers/ci/repositories/acme~checkout/builds/42': problem('not_found'),
    });
    await user.clear(box.getByRole('combobox', { name: 'Branch' }));
    await user.type(box.getByRole('combobox', { name: 'Branch' }), 'feature/x');
    await user.keyboard('{Escape}');
    await user.type(box.getByRole('textbox', { name: /Commit/ }), 'ABC1234');
    await user.click(box.getByRole('button', { name: 'Add parameter' }));
    await user.type(box.getByRole('textbox', { name: 'Name 1' }), 'REGION');
    await user.type(box.getByRole('textbox', { name: 'Value REGION' }), 'cn north');
    await user.click(box.getByRole('button', { name: 'Start build of feature/x' }));
    await waitFor(() => expect(window.location.pathname).toBe('/r/ci/acme/checkout/-/builds/42'));
    const posted = sent('POST', `${REPO}/builds`);
    expect(posted).toHaveLength(1);
    expect(posted[0]?.body).toMatchObject({
      branch: 'feature/x',
      commit: 'abc1234',
      parameters: { REGION: 'cn north' },
    });
    expect(posted[0]?.headers.get('x-flightdeck')).toBe('1');
  });

  it('tries again with the same key, and with another one for another wish', async () => {
    const { user, box } = await dialog({
      [`POST ${REPO}/builds`]: problem('outcome_uncertain', { instance: 'ci' }),
    });
    const submit = () => user.click(box.getByRole('button', { name: /Start build of/ }));
    await submit();
    await box.findByText(/Build Works did not say what became of i/);
    await submit();
    await waitFor(() => expect(sent('POST', `${REPO}/builds`)).toHaveLength(2));
    await user.type(box.getByRole('textbox', { name: /Commit/ }), '1234567');
    await submit();
    await waitFor(() => expect(sent('POST', `${REPO}/builds`)).toHaveLength(3));
    const [a, b, c] = sent('POST', `${REPO}/builds`).map((call) => (call.body as { key: string }).key);
    expect(a).toBe(b);
    expect(c).not.toBe(a);
    // What was typed is still there.
    expect((box.getByRole('textbox', { name: /Commit/ }) as HTMLInputElement).value).toBe('1234567');
  });

  it('refuses reserved and doubled names before sending, and says which', async () => {
    const { user, box } = await dialog();
    await user.click(box.getByRole('button', { name: 'Add parameter' }));
    await user.type(box.getByRole('textbox', { name: 'Name 1' }), 'CI_TOKEN');
    await user.click(box.getByRole('button', { name: /Start build of/ }));
    expect(box.getByText('CI_TOKEN belongs to the server.')).toBeTruthy();
    expect(sent('POST', `${REPO}/builds`)).toHaveLength(0);
  });

  it('says in words when the server found nothing to run', async () => {
    const { user, box } = await dialog({ [`POST ${REPO}/builds`]: { outcome: 'nothing', number: null } });
    await user.click(box.getByRole('button', { name: /Start build of main/ }));
    await box.findByText(
      /Build Works found no stage in the pipeline file that accepts this\. No build was started\./,
    );
  });
});
