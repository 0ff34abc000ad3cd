import { act, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { type Call, problem, sent } from '../testing/fake-api.ts';
import { sayLive } from '../testing/fake-socket.ts';
import { deck, listed } from '../testing/fixtures/deck.ts';
import { promotion } from '../testing/fixtures/deployments.ts';
import { health, person } from '../testing/fixtures/people.ts';
import { repository } from '../testing/fixtures/repositories.ts';
import { renderPage } from '../testing/render-page.tsx';

const open = (facts = deck(), more = {}) => renderPage('/', { api: { 'GET /api/deck': facts, ...more } });
const section = (name: string) => screen.findByRole('region', { name });

describe('deck', () => {
  it('says what would be where nothing is', async () => {
    await open();
    expect(within(await section('Waiting')).getByText('Nothing waits.')).toBeTruthy();
    expect(within(await section('Failed')).getByText('Nothing failed.')).toBeTruthy();
    expect(screen.getByText('Nothing waits, nothing is broken, nothing runs.')).toBeTruthy();
  });

  it('says on every waiting build why it waits', async () => {
    await open(
      deck({
        waiting: [
          listed(
            8,
            { status: 'approval', finishedAt: null },
            {
              waits: {
                kind: 'approval',
                stages: ['default'],
                approvers: [person('zhou', '周启明')],
                you: true,
                because: 'fork',
              },
              permits: { approve: null, restart: null },
            },
          ),
          listed(9, { status: 'waiting', finishedAt: null }),
        ],
      }),
    );
    const waiting = await section('Waiting');
    expect(
      within(waiting).getByText(/^Awaits approval by you or 周启明, because it comes from a fork\./),
    ).toBeTruthy();
    expect(within(waiting).getByText(/^The server doesn’t say why it waits\./)).toBeTruthy();
    expect(within(waiting).getByRole('img', { name: 'Awaits approval' })).toBeTruthy();
    const review = within(waiting).getByRole('link', { name: 'Review… acme/checkout #8' });
    expect(review.getAttribute('href')).toBe('/r/ci/acme/checkout/-/builds/8');
  });

  it('names what broke a failed build', async () => {
    const cause = {
      kind: 'exit-code' as const,
      stage: 'default',
      stageNumber: 1,
      step: 'unit',
      stepNumber: 3,
      exitCode: 2,
      raw: null,
      line: null,
      by: null,
      ignoredSteps: [],
    };
    await open(deck({ failed: [listed(7, { status: 'failure' }, { cause })] }));
    expect(within(await section('Failed')).getByText('unit failed with exit code 2.')).toBeTruthy();
  });

  it('changes a build in place when a live message comes, and never takes it back', async () => {
    let facts = deck({
      running: [listed(5, { status: 'running', finishedAt: null, version: 3, title: 'Fix' })],
    });
    await renderPage('/', { api: { 'GET /api/deck': () => facts } });
    const running = await section('Running');
    await within(running).findByText('Fix');
    const done = listed(5, { status: 'success', version: 4, title: 'Fix' });
    facts = deck({ recent: [done] });
    await waitFor(() => {
      const told = act(() => sayLive('deck', { type: 'build', listed: done, view: null }));
      expect(told).toBeTruthy();
      expect(screen.getAllByRole('img', { name: 'Passed' }).length).toBeGreaterThan(0);
    });
    await within(await section('Recent')).findByText('Fix');
    act(() => {
      sayLive('deck', {
        type: 'build',
        listed: listed(5, { status: 'running', finishedAt: null, version: 2, title: 'Fix' }),
        view: null,
      });
    });
    expect(within(await section('Recent')).getByRole('img', { name: 'Passed' })).toBeTruthy();
  });

  it('says since when a server does not answer, with its own words', async () => {
    await open(
      deck({
        servers: [
          health({
            ok: false,
            code: 'ci_timeout',
            raw: 'deadline exceeded',
            lastGoodAt: Date.now() - 60_000,
          }),
        ],
      }),
    );
    expect(await screen.findByText(/Build Works has not answered since \d\d:\d\d\./)).toBeTruthy();
    expect(screen.getByText('deadline exceeded')).toBeTruthy();
    expect(screen.getByText('ci_timeout')).toBeTruthy();
  });

  it('keeps the last good data, with its age, when it cannot be read again', async () => {
    let down = false;
    await renderPage('/', {
      api: {
        'GET /api/deck': () =>
          down
            ? problem('store_unavailable', { raw: 'disk full' })
            : deck({ recent: [listed(3, { title: 'Kept' })] }),
      },
    });
    await screen.findByText('Kept');
    down = true;
    act(() => {
      sayLive('deck', { type: 'build', listed: listed(99), view: null });
    });
    expect(await screen.findByText(/Shown as it was at \d\d:\d\d\./)).toBeTruthy();
    expect(screen.getByText('Kept')).toBeTruthy();
  });

  it('shows the problem where the data would be, and tries again', async () => {
    let down = true;
    const { user } = await renderPage('/', {
      api: { 'GET /api/deck': () => (down ? problem('internal', { requestId: 'req-9' }) : deck()) },
    });
    const alert = await screen.findByRole('alert');
    expect(alert.textContent).toContain('The console made a mistake.');
    expect(alert.textContent).toContain('internal');
    expect(alert.textContent).toContain('req-9');
    down = false;
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    await section('Waiting');
    expect(sent('GET', '/api/deck')).toHaveLength(2);
  });

  it('moves by J and K and opens the row that has the focus', async () => {
    const { user } = await open(
      deck({ recent: [listed(3, { title: 'First' }), listed(2, { title: 'Second' })] }),
    );
    await screen.findByText('First');
    await user.keyboard('j');
    expect(document.activeElement?.textContent).toBe('First');
    await user.keyboard('j');
    expect(document.activeElement?.textContent).toBe('Second');
    await user.keyboard('k');
    expect(document.activeElement?.textContent).toBe('First');
    expect(document.activeElement?.getAttribute('href')).toBe('/r/ci/acme/checkout/-/builds/3');
  });

  it('lists favourites with their newest build', async () => {
    await open(
      deck({ favourites: [repository('acme/infra', { favourite: true, lastBuild: listed(12).build })] }),
    );
    const favourites = await screen.findByRole('complementary', { name: 'Favourites' });
    expect(within(favourites).getByRole('link', { name: '#12' })).toBeTruthy();
  });

  it('speaks Chinese', async () => {
    await renderPage('/', {
      language: 'zh-CN',
      api: { 'GET /api/deck': deck({ running: [listed(5, { status: 'running' })] }) },
    });
    expect(await screen.findByRole('heading', { name: '总览' })).toBeTruthy();
    expect(await screen.findByText('1 个运行中')).toBeTruthy();
    expect(screen.getByRole('img', { name: '运行中' })).toBeTruthy();
  });

  it('shows my builds only when the address says so', async () => {
    const { user } = await renderPage('/', {
      api: {
        'GET /api/deck': (call: Call) =>
          call.search.get('whose') === 'mine'
            ? deck({ recent: [listed(3, { title: 'Mine' })] })
            : deck({ recent: [listed(3, { title: 'Mine' }), listed(2, { title: 'Another’s' })] }),
      },
    });
    await screen.findByText('Another’s');
    await user.click(screen.getByRole('link', { name: 'My builds' }));
    await waitFor(() => expect(screen.queryByText('Another’s')).toBeNull());
    expect(screen.getByText('Mine')).toBeTruthy();
    expect(window.location.search).toBe('?whose=mine');
    expect(screen.getByRole('link', { name: 'My builds' }).getAttribute('aria-current')).toBe('true');
  });

  it('lists promotions nobody knows the end of until they are settled', async () => {
    await open(
      deck({
        promotions: [
          promotion({ state: 'uncertain', build: null, from: 41, by: 'zhou' }),
          promotion({
            state: 'sending',
            build: null,
            kind: 'rollback',
            key: 'another-made-up-key-01',
            from: 40,
          }),
        ],
      }),
    );
    const settle = within(await section('Promotions to settle'));
    const link = settle.getByRole('link', { name: 'acme/checkout #41 to production' });
    expect(link.getAttribute('href')).toBe('/r/ci/acme/checkout/-/deployments');
    expect(settle.getByText(/Whether it was started is not known.* zhou/)).toBeTruthy();
    expect(settle.getByRole('link', { name: 'acme/checkout production back to #40' })).toBeTruthy();
  });
});
