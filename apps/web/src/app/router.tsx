import { createRootRoute, createRoute, createRouter, type RouterHistory } from '@tanstack/react-router';
import { parseSearch, stringifySearch } from '../lib/address.ts';
import { basePath } from '../lib/page-facts.ts';
import { Crash, NotFoundText } from './edges.tsx';
import { lazyPage } from './lazy-page.tsx';

const root = createRootRoute({ errorComponent: Crash });

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  component: lazyPage(() => import('../pages/sign-in-page.tsx'), 'SignInPage'),
});

/** Everything a person sees after signing in. */
const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  component: lazyPage(() => import('./shell.tsx'), 'Shell'),
});

const deck = createRoute({
  getParentRoute: () => shell,
  path: '/',
  component: lazyPage(() => import('../pages/deck-page.tsx'), 'DeckPage'),
});

const repositories = createRoute({
  getParentRoute: () => shell,
  path: '/repos',
  component: lazyPage(() => import('../pages/repository-list-page.tsx'), 'RepositoryListPage'),
});

const account = createRoute({
  getParentRoute: () => shell,
  path: '/account',
  component: lazyPage(() => import('../pages/account-page.tsx'), 'AccountPage'),
});

const doctor = createRoute({
  getParentRoute: () => shell,
  path: '/admin/doctor',
  component: lazyPage(() => import('../pages/doctor-page.tsx'), 'DoctorPage'),
});

/** A repository's path has any number of groups, so the rest of the address is read by `readRepositoryAddress`. */
const repository = createRoute({
  getParentRoute: () => shell,
  path: '/r/$server/$',
  component: lazyPage(() => import('./repository-route.tsx'), 'RepositoryRoute'),
});

/** An address that is none of ours: said below the top bar. */
const elsewhere = createRoute({ getParentRoute: () => shell, path: '$', component: NotFoundText });

const tree = root.addChildren([
  signIn,
  shell.addChildren([deck, repositories, account, doctor, repository, elsewhere]),
]);

export function createAppRouter(history?: RouterHistory) {
  return createRouter({
    routeTree: tree,
    basepath: basePath,
    parseSearch,
    stringifySearch,
    scrollRestoration: true,
    defaultPendingMs: 150,
    defaultErrorComponent: Crash,
    defaultNotFoundComponent: NotFoundText,
    ...(history ? { history } : {}),
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
