import { screen, waitFor } from '@testing-library/react';
import { expect, it } from 'vitest';
import { detail, repository, repositoryList } from '../../testing/fixtures/repositories.ts';
import { renderPage } from '../../testing/render-page.tsx';

it('Enter goes to the first that was found, also when it came after the last letter', async () => {
  let arrive = () => {};
  const arrived = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  const { user } = await renderPage('/account', {
    api: {
      'GET /api/servers/ci/repositories/acme~storefront': detail(),
      'GET /api/repositories': async () => {
        await arrived;
        return repositoryList([repository('acme/storefront')]);
      },
    },
  });
  await user.click(await screen.findByRole('button', { name: 'Go to a repository, build or action' }));
  await user.type(await screen.findByPlaceholderText('Repository, #build, page or action'), 'front');
  expect(screen.queryByRole('button', { name: /acme\/storefront/ })).toBeNull();
  arrive();
  await screen.findByRole('button', { name: /acme\/storefront/ });
  await user.keyboard('{Enter}');
  await waitFor(() => expect(window.location.pathname).toBe('/r/ci/acme/storefront'));
});
