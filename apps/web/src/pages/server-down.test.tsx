import { screen, waitFor } from '@testing-library/react';
import { expect, it } from 'vitest';
import { sent } from '../testing/fake-api.ts';
import { build, buildList, buildView } from '../testing/fixtures/builds.ts';
import { deployment } from '../testing/fixtures/deployments.ts';
import { consoleFacts, health, NOW } from '../testing/fixtures/people.ts';
import { detail, repository, repositoryList, settingsView } from '../testing/fixtures/repositories.ts';
import { renderPage } from '../testing/render-page.tsx';

const REPO = '/api/servers/ci/repositories/acme~checkout';
const down = health({ ok: false, code: 'ci_unreachable', raw: 'connect refused', lastGoodAt: NOW });
const open = (address: string, api: Record<string, unknown>, language: 'en' | 'zh-CN' = 'en') =>
  renderPage(address, { language, api: { [`GET ${REPO}`]: detail(), ...api } });

it('the builds of a repository are shown as they were, with the reason, until the server answers again', async () => {
  let stale: typeof down | null = down;
  const { user } = await open('/r/ci/acme/checkout', {
    [`GET ${REPO}/builds`]: () => buildList([build(41)], { stale }),
  });
  const note = await screen.findByText(/^Build Works does not answer\. Shown as it was at /);
  expect(note.closest('[role=status]')?.textContent).toContain('ci_unreachable');
  expect(note.closest('[role=status]')?.textContent).toContain('connect refused');
  screen.getByRole('list', { name: 'Builds of acme/checkout' });
  stale = null;
  await user.click(screen.getByRole('button', { name: 'Try now' }));
  await waitFor(() => expect(screen.queryByText(/does not answer/)).toBeNull());
  expect(sent('GET', `${REPO}/builds`)).toHaveLength(2);
});

it('a build of which only the list is known says so, and claims nothing of its pipeline file', async () => {
  const view = buildView(41, { status: 'failure', stages: [] }, { stale: down, whole: false });
  await open('/r/ci/acme/checkout/-/builds/41', { [`GET ${REPO}/builds/41`]: view });
  await screen.findByText(/^Build Works does not answer\. Shown as it was at /);
  screen.getByText(/nobody has looked at this build lately: its stages and logs are not known here/);
  expect(screen.queryByText(/the pipeline file could not be used/)).toBeNull();
});

it('what is deployed where is shown as it was, with the reason', async () => {
  const environments = [{ name: 'production', current: null, latest: null, history: [], named: true }];
  const reach = { oldest: 1, complete: true, filling: false, asOf: NOW };
  await open('/r/ci/acme/checkout/-/deployments', {
    [`GET ${REPO}/deployments`]: { environments, reach, stale: down, promotions: [] },
  });
  const note = await screen.findByText(/^Build Works does not answer\. Shown as it was at /);
  expect(note.closest('[role=status]')?.textContent).toContain('ci_unreachable');
  screen.getByRole('region', { name: 'production' });
});

it('and in Chinese', async () => {
  const view = buildView(41, { status: 'failure', stages: [] }, { stale: down, whole: false });
  await open('/r/ci/acme/checkout/-/builds/41', { [`GET ${REPO}/builds/41`]: view }, 'zh-CN');
  await screen.findByText(/Build Works 没有响应，而且近来没有人打开过这次构建/);
});

it('the deployments are those last known', async () => {
  const reach = { oldest: 1, complete: true, filling: false, asOf: NOW };
  const history = [deployment(40, 'production')];
  const production = { name: 'production', current: history[0], latest: history[0], history, named: true };
  const answer = { environments: [production], promotions: [], reach, stale: down };
  await open('/r/ci/acme/checkout/-/deployments', { [`GET ${REPO}/deployments`]: answer });
  await screen.findByText(/^Build Works does not answer\. Shown as it was at /);
  expect(screen.getByRole('region', { name: 'production' }).textContent).toContain('Runs #40');
});

it('so are the settings; where none were ever known, no server is said to have none', async () => {
  let view = settingsView({ stale: down });
  const { user } = await open('/r/ci/acme/checkout/-/settings', {
    [`GET ${REPO}/settings`]: () => view,
  });
  await screen.findByText(/^Build Works does not answer\. Shown as it was at /);
  expect(screen.getByDisplayValue('.ci.yml')).toBeTruthy();
  const unknown = Object.fromEntries(Object.keys(view.values).map((name) => [name, null]));
  view = { ...view, values: unknown as typeof view.values, stale: { ...down, lastGoodAt: null } };
  await user.click(screen.getByRole('button', { name: 'Try now' }));
  await waitFor(() => expect(screen.queryByDisplayValue('.ci.yml')).toBeNull());
  screen.getByText(/^Build Works does not answer\.$/);
  expect(screen.queryByText(/has no settings/)).toBeNull();
});

it('the palette finds what lies there all the same, and says as of when, in both languages', async () => {
  const [first] = consoleFacts().servers;
  const several = consoleFacts({ servers: [first, { ...first, id: 'yard', name: 'Yard' }] });
  const items = [repository('acme/checkout'), repository('acme/web', { server: 'yard' })];
  const api = {
    'GET /api/console': several,
    'GET /api/repositories': repositoryList(items, { servers: [down, health({ id: 'yard' })] }),
  };
  for (const [language, said] of [
    ['en', /^As of .*: Build Works does not answer\.$/],
    ['zh-CN', /^以下是 .* 时的状态：Build Works 没有响应。$/],
  ] as const) {
    const { user, unmount } = await open('/account', api, language);
    await user.keyboard('{Control>}k{/Control}');
    const row = (path: string) => screen.findByRole('button', { name: new RegExp(path) });
    expect((await row('acme/checkout')).lastElementChild?.textContent).toMatch(said);
    expect((await row('acme/web')).lastElementChild?.textContent).toBe('Yard');
    unmount();
  }
});
