import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  type RouterHistory,
} from '@tanstack/react-router';
import { parseSearch, stringifySearch } from '../lib/address.ts';
import { basePath } from '../lib/page-facts.ts';
import { Crash, NotFound } from './edges.tsx';

const root = createRootRoute({ notFoundComponent: NotFound, errorComponent: Crash });

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  component: lazyRouteComponent(() => import('../pages/sign-in-page.tsx'), 'SignInPage'),
});

/** Everything a person sees after signing in. */
const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  component: lazyRouteComponent(() => import('./shell.tsx'), 'Shell'),
});

const deck = createRoute({
  getParentRoute: () => shell,
  path: '/',
  component: lazyRouteComponent(() => import('../pages/deck-page.tsx'), 'DeckPage'),
});

const repositories = createRoute({
  getParentRoute: () => shell,
  path: '/repos',
  component: lazyRouteComponent(() => import('../pages/repository-list-page.tsx'), 'RepositoryListPage'),
});

const account = createRoute({
  getParentRoute: () => shell,
  path: '/account',
  component: lazyRouteComponent(() => import('../pages/account-page.tsx'), 'AccountPage'),
});

/** A repository's path has any number of groups, so the rest of the address is read by `readRepositoryAddress`. */
const repository = createRoute({
  getParentRoute: () => shell,
  path: '/r/$server/$',
  component: lazyRouteComponent(() => import('./repository-route.tsx'), 'RepositoryRoute'),
});

const tree = root.addChildren([signIn, shell.addChildren([deck, repositories, account, repository])]);

export function createAppRouter(history?: RouterHistory) {
  return createRouter({
    routeTree: tree,
    basepath: basePath,
    parseSearch,
    stringifySearch,
    scrollRestoration: true,
    defaultPendingMs: 150,
    defaultErrorComponent: Crash,
    defaultNotFoundComponent: NotFound,
    ...(history ? { history } : {}),
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
