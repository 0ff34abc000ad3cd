import type { BuildView } from '@flightdeck/api-client/contract';
import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { problem } from '../testing/fake-api.ts';
import { buildView, stage, step } from '../testing/fixtures/builds.ts';
import { renderPage } from '../testing/render-page.tsx';

const BUILD = '/api/servers/ci/repositories/acme~checkout/builds/41';
const open = (view: BuildView) =>
  renderPage('/r/ci/acme/checkout/-/builds/41', { api: { [`GET ${BUILD}`]: view } });

const running = stage(1, 'default', [step(1, 'compile', { status: 'running', finishedAt: null })], {
  status: 'running',
  finishedAt: null,
});
const allowed: BuildView['permits'] = {
  restart: null,
  cancel: null,
  approve: 'not-waiting',
  promote: null,
  rollback: 'no-target',
};

describe('build: its place', () => {
  it('has its heading and its title before the build was read, and when it cannot be', async () => {
    let answer: (value: unknown) => void = () => {};
    await renderPage('/r/ci/acme/checkout/-/builds/41', {
      api: { [`GET ${BUILD}`]: () => new Promise((resolve) => (answer = resolve)) },
    });
    expect((await screen.findByRole('heading', { level: 1 })).textContent).toBe('#41');
    await waitFor(() => expect(document.title).toBe('#41 · acme/checkout · Flightdeck'));
    await waitFor(() => expect(screen.queryAllByText('Loading')).not.toHaveLength(0));
    answer(problem('not_found'));
    expect((await screen.findByRole('alert')).textContent).toContain('There is nothing here');
    expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('#41');
    expect(screen.getByRole('link', { name: 'acme/checkout' })).toBeTruthy();
  });
});

describe('build: its keys are those of its buttons', () => {
  const keys = async () => {
    const list = within(await screen.findByRole('dialog', { name: 'All keys' })).getAllByRole('term');
    return list.map((one) => one.textContent);
  };

  it('does not promote what still runs', async () => {
    const { user } = await open(
      buildView(41, { status: 'running', finishedAt: null, stages: [running] }, { permits: allowed }),
    );
    await screen.findByRole('button', { name: 'Restart…' });
    expect(screen.queryByRole('button', { name: 'Promote…' })).toBeNull();
    await user.keyboard('p');
    expect(screen.queryByRole('dialog')).toBeNull();
    await user.keyboard('?');
    const offered = await keys();
    expect(offered).toContain('R');
    for (const key of ['P', 'E']) expect(offered).not.toContain(key);
  });

  it('offers neither restart while it is to be reviewed, nor hits, nor to follow what has ended', async () => {
    const { user } = await open(
      buildView(41, { status: 'approval', finishedAt: null }, { permits: { ...allowed, approve: null } }),
    );
    await screen.findByRole('button', { name: 'Review…' });
    expect(screen.queryByRole('button', { name: 'Restart…' })).toBeNull();
    await user.keyboard('?');
    const offered = await keys();
    expect(offered).toContain('A');
    for (const key of ['R', 'P', 'E', 'N', 'Shift N']) expect(offered).not.toContain(key);
  });
});
