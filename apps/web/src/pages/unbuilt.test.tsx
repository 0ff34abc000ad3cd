import { screen, waitFor, within } from '@testing-library/react';
import { beforeAll, describe, expect, it } from 'vitest';
import { sent } from '../testing/fake-api.ts';
import { build, buildList } from '../testing/fixtures/builds.ts';
import { detail } from '../testing/fixtures/repositories.ts';
import { renderPage } from '../testing/render-page.tsx';

const REPO = '/api/servers/ci/repositories/acme~checkout';
const commit = 'abcdef0123456789abcdef0123456789abcdef01';
const open = (search: string, unbuilt: object, language: 'en' | 'zh-CN' = 'en') =>
  renderPage(`/r/ci/acme/checkout${search}`, {
    language,
    api: {
      [`GET ${REPO}`]: detail(),
      [`GET ${REPO}/builds`]: buildList([build(41)]),
      [`GET ${REPO}/branches`]: [{ name: 'main', commit }],
      [`GET ${REPO}/unbuilt`]: { commit, reason: null, pipelineFile: '.ci.yml', ...unbuilt },
    },
  });
const list = () => screen.findByRole('list', { name: 'Builds of acme/checkout' });

// Its parts load lazily: read for the first time on a busy machine they take longer than a test waits.
beforeAll(
  () => Promise.all([import('../app/repository-route.tsx'), import('./repository-page.tsx')]),
  60_000,
);

describe('a newest commit without a build', () => {
  it('is explained for the branch of the filter', async () => {
    await open('?branch=feature%2Fx', { reason: 'no-pipeline-file' });
    await list();
    await screen.findByText(
      'The newest commit of feature/x (abcdef0) has no build: there is no .ci.yml on this branch. Push one, and Build Works builds.',
    );
    expect(sent('GET', `${REPO}/unbuilt`)[0]?.search.get('branch')).toBe('feature/x');
  });

  it('is explained for the default branch where there is no filter, with the way to mend it', async () => {
    await open('', { reason: 'hook-disabled' });
    const note = await screen.findByText(
      /\(abcdef0\) has no build: the webhook to Build Works is switched off/,
    );
    const link = within(note.parentElement as HTMLElement).getByRole('link', { name: 'Settings' });
    expect(link.getAttribute('href')).toBe('/r/ci/acme/checkout/-/settings');
    expect(sent('GET', `${REPO}/unbuilt`)[0]?.search.get('branch')).toBe('main');
  });

  it('is no subject under other filters, and where it has one', async () => {
    const first = await open('?status=failure', { reason: 'no-pipeline-file' });
    await list();
    expect(sent('GET', `${REPO}/unbuilt`)).toHaveLength(0);
    first.unmount();
    await open('', {});
    await waitFor(() => expect(sent('GET', `${REPO}/unbuilt`)).toHaveLength(1));
    expect(screen.queryByText(/has no build/)).toBeNull();
  });

  it('is told before a build is started by hand', async () => {
    const { user } = await open('', { reason: 'no-pipeline-file' }, 'zh-CN');
    await screen.findByText(/main 的最新提交（abcdef0）没有构建：该分支上没有 \.ci\.yml/);
    await user.click(screen.getByRole('button', { name: /^启动构建/ }));
    await screen.findByText('main 上没有 .ci.yml，Build Works 找不到可以构建的内容。');
    const asked = sent('GET', `${REPO}/unbuilt`).map(({ search }) => search.get('event'));
    expect(asked).toEqual(['push', 'custom']);
  });
});
