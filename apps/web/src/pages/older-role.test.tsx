import { screen, waitFor } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { problem, sent } from '../testing/fake-api.ts';
import { build, buildList } from '../testing/fixtures/builds.ts';
import { consoleFacts, NOW } from '../testing/fixtures/people.ts';
import { detail } from '../testing/fixtures/repositories.ts';
import { renderPage } from '../testing/render-page.tsx';

const REPO = '/api/servers/ci/repositories/acme~checkout';
const idle = { startedAt: null, finishedAt: null, before: null, after: null, raw: null };
const older = detail('acme/checkout', { permits: { ...detail().permits, start: 'needs-sync' } });

/** A CI server that knows the person's new role once it has been told to read it anew. */
function behind() {
  let synced = false;
  return {
    synced: () => synced,
    api: {
      'POST /api/accounts/ci/sync': () => {
        synced = true;
        return { ...idle, state: 'running', startedAt: NOW };
      },
      'GET /api/accounts/ci/sync': () =>
        synced
          ? { ...idle, state: 'done', finishedAt: NOW, before: 1, after: 1 }
          : { ...idle, state: 'never' },
    },
  };
}

describe('a role on the forge that the CI server does not know yet', () => {
  it('is said beside what it withholds, with the sync that mends it', async () => {
    const { synced, api } = behind();
    const { user } = await renderPage('/r/ci/acme/checkout', {
      api: {
        ...api,
        [`GET ${REPO}`]: () => (synced() ? detail() : older),
        [`GET ${REPO}/builds`]: buildList([build(1)]),
      },
    });
    await screen.findByText(/You have the role on the forge; Build Works still goes by your older one\./);
    await user.click(screen.getByRole('button', { name: 'Sync' }));
    await screen.findByRole('button', { name: /Start a build/ });
    expect(screen.queryByText(/older one/)).toBeNull();
    expect(sent('POST', '/api/accounts/ci/sync')).toHaveLength(1);
  });

  it('also where the whole page is withheld', async () => {
    const { synced, api } = behind();
    const { user } = await renderPage('/r/ci/acme/checkout', {
      api: {
        ...api,
        [`GET ${REPO}`]: () => (synced() ? detail() : problem('needs_sync', { instance: 'ci' })),
        [`GET ${REPO}/builds`]: buildList([build(1)]),
      },
    });
    await user.click(await screen.findByRole('button', { name: 'Sync' }));
    await waitFor(() => expect(screen.queryByRole('alert')).toBeNull());
    await screen.findByRole('list', { name: 'Builds of acme/checkout' });
  });

  it('is learned at the next sign-in there where the server cannot be told to sync', async () => {
    const [server] = consoleFacts().servers;
    await renderPage('/r/ci/acme/checkout', {
      language: 'zh-CN',
      api: {
        'GET /api/console': consoleFacts({
          defaultLanguage: 'zh-CN',
          servers: [{ ...server, capabilities: ['start-build'] }],
        }),
        'GET /api/accounts/ci/sync': { ...idle, state: 'never' },
        [`GET ${REPO}`]: older,
        [`GET ${REPO}/builds`]: buildList([build(1)]),
      },
    });
    await screen.findByText(/Build Works 还在按您之前的角色判断/);
    screen.getByText('您下次在那里登录时，它就会更新。');
    expect(screen.queryByRole('button', { name: '同步' })).toBeNull();
  });
});
