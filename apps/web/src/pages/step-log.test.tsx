import { screen, waitFor } from '@testing-library/react';
import { act } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { calls } from '../testing/fake-api.ts';
import { sayLive } from '../testing/fake-socket.ts';
import { buildView, stage, step } from '../testing/fixtures/builds.ts';
import { viewer } from '../testing/fixtures/people.ts';
import { chunkOf, layOut, line, row, rowOf, summary } from '../testing/log-pane.tsx';
import { renderPage } from '../testing/render-page.tsx';

const LINES = 600;
const BUILD = '/api/servers/ci/repositories/acme~checkout/builds/41';
const LOG = `${BUILD}/stages/*/steps/*/log`;
const preferences = { language: 'en', theme: 'system', singleKeys: true } as const;
const hits = [3, 300, 500];

const lines = (from: number) =>
  Array.from({ length: LINES - from }, (_, at) => line(from + at)).slice(0, 512);
const api = {
  [`GET ${BUILD}`]: buildView(41, {
    stages: [stage(1, 'default', [step(1, 'compile'), step(2, 'test')])],
  }),
  [`GET ${LOG}/lines`]: ({ search }: { search: URLSearchParams }) => {
    const from = Math.floor(Number(search.get('from') ?? 0) / 512) * 512;
    return chunkOf(from, lines(from));
  },
  [`GET ${LOG}/marks`]: { generation: 1, from: 0, scanned: LINES, marks: [], complete: true },
  [`GET ${LOG}/search`]: {
    ...{ generation: 1, from: 0, scanned: LINES, total: 3, lines: hits, counts: [[0, 3]], hits: [] },
    complete: true,
  },
};

beforeEach(layOut);
afterEach(() => vi.restoreAllMocks());

async function open(at = '1/1', more: Record<string, unknown> = {}) {
  const opened = await renderPage(`/r/ci/acme/checkout/-/builds/41/${at}`, { api: { ...api, ...more } });
  await screen.findByRole('log');
  await told();
  return opened;
}

/** The console answers the page's wish for the log. */
async function told() {
  await waitFor(() => {
    let count = 0;
    act(() => {
      count = sayLive('log', { type: 'subscribed', log: 1, summary: summary(LINES) });
    });
    expect(count).toBeGreaterThan(0);
  });
  await row(1);
}

describe('pages/step-log: how one looks at logs', () => {
  const saved = () => calls.filter(({ method, path }) => method === 'PUT' && path.endsWith('/preferences'));

  it('is kept with the person: times and wrapping, by their keys', async () => {
    calls.length = 0;
    const { user } = await open('1/1', {
      'PUT /api/session/preferences': ({ body }: { body: unknown }) => body,
    });
    await user.keyboard('t');
    await waitFor(() =>
      expect(saved().at(-1)?.body).toEqual({
        ...preferences,
        log: { wrap: false, times: 'relative', plain: false },
      }),
    );
    await user.keyboard('w');
    await waitFor(() =>
      expect(saved().at(-1)?.body).toEqual({
        ...preferences,
        log: { wrap: true, times: 'relative', plain: false },
      }),
    );
    expect(screen.getByRole('button', { name: /^Wrap/ }).getAttribute('aria-pressed')).toBe('true');
  });

  it('is the same in another browser', async () => {
    const log = { wrap: true, times: 'absolute', plain: false };
    const session = viewer({ preferences: { ...preferences, log: log as never } });
    await open('1/1', { 'GET /api/session': session });
    expect(screen.getByRole('button', { name: /^Wrap/ }).getAttribute('aria-pressed')).toBe('true');
    expect(rowOf(await row(1)).querySelector('.log-at')?.textContent).toMatch(/^\d\d:\d\d:\d\d$/);
  });

  it('is wrapped on a phone at first, which is not kept', async () => {
    calls.length = 0;
    vi.spyOn(window, 'matchMedia').mockImplementation(
      (query) =>
        ({
          ...{ matches: query.includes('max-width: 639px'), media: query, onchange: null },
          ...{ addEventListener: () => {}, removeEventListener: () => {} },
        }) as unknown as MediaQueryList,
    );
    const { user } = await open();
    const wrap = () => screen.getByRole('button', { name: /^Wrap/ }).getAttribute('aria-pressed');
    expect(wrap()).toBe('true');
    await user.keyboard('w');
    await waitFor(() => expect(wrap()).toBe('false'));
    expect(saved()).toEqual([]);
  });
});

describe('pages/step-log: keys', () => {
  it('Shift F fills the screen with the log, and gives it back', async () => {
    const { user } = await open();
    const pane = () => screen.getByRole('region', { name: 'Log of compile' }).dataset.full;
    expect(pane()).toBeUndefined();
    await user.keyboard('{Shift>}F{/Shift}');
    await waitFor(() => expect(pane()).toBe('true'));
    expect(screen.getByRole('button', { name: 'Leave full screen' })).toBeTruthy();
    await user.keyboard('{Shift>}F{/Shift}');
    await waitFor(() => expect(pane()).toBeUndefined());
  });

  it('N and Shift N go from hit to hit', async () => {
    const { user } = await open();
    await user.keyboard('/');
    await user.keyboard('line');
    await screen.findByText('– of 3');
    act(() => (document.activeElement as HTMLElement).blur());
    await user.keyboard('n');
    expect(await screen.findByText('1 of 3')).toBeTruthy();
    expect(rowOf(await row(4)).dataset.now).toBe('true');
    await user.keyboard('{Shift>}N{/Shift}');
    expect(await screen.findByText('3 of 3')).toBeTruthy();
    expect(rowOf(await row(501)).dataset.now).toBe('true');
  });
});

describe('pages/step-log: from step to step', () => {
  it('what is searched for stays', async () => {
    const { user } = await open();
    await user.type(screen.getByRole('searchbox', { name: 'Search this step' }), 'line');
    await user.click(screen.getByRole('button', { name: 'Match case' }));
    await screen.findByText('– of 3');
    await user.click(screen.getByRole('button', { name: /test/ }));
    await screen.findByRole('log', { name: 'Log of test' });
    await told();
    expect(screen.getByRole<HTMLInputElement>('searchbox').value).toBe('line');
    expect(screen.getByRole('button', { name: 'Match case' }).getAttribute('aria-pressed')).toBe('true');
    expect(await screen.findByText('– of 3')).toBeTruthy();
    const asked = calls.filter(({ path }) => path.endsWith('/steps/2/log/search')).at(-1)?.search;
    expect([asked?.get('q'), asked?.get('matchCase')]).toEqual(['line', 'true']);
  });
});
