import type { Need } from './policy.ts';

/**
 * Routes that are not oRPC procedures: navigations, downloads, the socket and what operators ask.
 * They stand in the same policy and in `/openapi.json`.
 */
export interface PlainRoute {
  method: 'GET';
  path: string;
  need: Need;
  /** One English sentence for the API page. */
  summary: string;
}

export const plainRoutes = [
  { method: 'GET', path: '/healthz', need: 'guest', summary: 'The process lives.' },
  { method: 'GET', path: '/readyz', need: 'guest', summary: 'Each dependency with its state.' },
  {
    method: 'GET',
    path: '/metrics',
    need: 'guest',
    summary: 'Prometheus metrics (token or own address, as configured).',
  },
  { method: 'GET', path: '/openapi.json', need: 'guest', summary: 'This description.' },
  { method: 'GET', path: '/api-docs', need: 'guest', summary: 'Interactive page of this description.' },
  {
    method: 'GET',
    path: '/auth/forge/{forge}',
    need: 'guest',
    summary: 'Begins signing in, or adding an account (`add`); `return` is the page to come back to.',
  },
  {
    method: 'GET',
    path: '/auth/forge/{forge}/callback',
    need: 'guest',
    summary: 'The forge sends the browser back here.',
  },
  {
    method: 'GET',
    path: '/auth/server/{server}',
    need: 'person',
    summary: 'Begins linking the account on a CI server by one click.',
  },
  {
    method: 'GET',
    path: '/auth/server/{server}/callback',
    need: 'guest',
    summary: 'Ends linking; a sign-in of the CI server itself is handed on to it.',
  },
  {
    method: 'GET',
    path: '/api/live',
    need: 'person',
    summary: 'Websocket of live messages (sub-protocol flightdeck.v1).',
  },
  {
    method: 'GET',
    path: '/api/probe/echo',
    need: 'guest',
    summary: 'How this very request arrived, for the check of the configuration.',
  },
  {
    method: 'GET',
    path: '/api/probe/drip',
    need: 'guest',
    summary: 'Two words with a pause between them: shows whether a proxy holds answers back.',
  },
  {
    method: 'GET',
    path: '/api/probe/socket',
    need: 'guest',
    summary: 'Websocket that says one thing and closes: shows whether a proxy lets websockets pass.',
  },
  {
    method: 'GET',
    path: '/api/servers/{server}/repositories/{repo}/builds/{number}/stages/{stage}/steps/{step}/log/download',
    need: 'read',
    summary:
      'A step’s log as text, escape sequences kept (`?as=plain` removes them, `?as=html` makes a coloured page).',
  },
  {
    method: 'GET',
    path: '/api/servers/{server}/repositories/{repo}/builds/{number}/log/download',
    need: 'read',
    summary: 'The logs of all steps of a build in one ZIP archive; `as` as for one step.',
  },
] as const satisfies readonly PlainRoute[];
