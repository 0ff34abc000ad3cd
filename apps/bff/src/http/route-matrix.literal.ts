/**
 * Who may call what, written down by hand: not derived from the route table, so that a slip there shows here.
 *
 * The people (test world, repository acme/infra, private): a guest; `none`, signed in without a role; `read`, `write` and
 * `admin` on the forge; `ci`, who is also administrator of the CI server. `admin` and `ci` have linked their accounts,
 * the others have not. A cell is the status and, where it is a refusal, the code of the problem.
 *
 * In addresses and bodies `{server}` and `{forge}` are the configured ones, `{who}` is the column, `{build}` a finished
 * build, `{commit}` its commit, `{generation}` that of the log as it is at the moment.
 * A star marks a refusal that is none of permission.
 */
export type Column = 'guest' | 'none' | 'read' | 'write' | 'admin' | 'ci';
export const columns: readonly Column[] = ['guest', 'none', 'read', 'write', 'admin', 'ci'];

export interface MatrixRow {
  /** The contract's name of it, or method and path of a plain route. */
  row: string;
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'SOCKET';
  path: string;
  body?: unknown;
  /** In the order of `columns`. */
  cells: readonly [string, string, string, string, string, string];
}

const R = 'api/servers/{server}/repositories/acme~infra';
const B = `${R}/builds/{build}`;
const S = `${B}/stages/1/steps/2`;

const out = '401 signed_out';
const hidden = '404 not_found';
/** May ask; the thing asked for is not there. */
const absent = '404 not_found*';
const write = '403 needs_write';
const admin = '403 needs_admin';
const link = '403 needs_link';
const ciAdmin = '403 needs_ci_administrator';

export const routeMatrix: readonly MatrixRow[] = [
  // Anybody
  {
    row: 'console.describe',
    method: 'GET',
    path: 'api/console',
    cells: ['200', '200', '200', '200', '200', '200'],
  },
  {
    row: 'session.signInProblem',
    method: 'GET',
    path: 'api/sign-in-problem/aaaaaaaaaaaaaaaaaaaaaa',
    cells: [absent, absent, absent, absent, absent, absent],
  },
  {
    row: 'session.signIn',
    method: 'POST',
    path: 'api/session/sign-in',
    body: { forge: '{forge}', credentials: { token: 'made-up-token' } },
    cells: [absent, absent, absent, absent, absent, absent],
  },
  { row: 'GET /healthz', method: 'GET', path: 'healthz', cells: ['200', '200', '200', '200', '200', '200'] },
  { row: 'GET /readyz', method: 'GET', path: 'readyz', cells: ['200', '200', '200', '200', '200', '200'] },
  { row: 'GET /metrics', method: 'GET', path: 'metrics', cells: ['200', '200', '200', '200', '200', '200'] },
  {
    row: 'GET /openapi.json',
    method: 'GET',
    path: 'openapi.json',
    cells: ['200', '200', '200', '200', '200', '200'],
  },
  {
    row: 'GET /api-docs',
    method: 'GET',
    path: 'api-docs',
    cells: ['200', '200', '200', '200', '200', '200'],
  },
  {
    row: 'GET /auth/forge/{forge}',
    method: 'GET',
    path: 'auth/forge/{forge}',
    cells: ['302', '302', '302', '302', '302', '302'],
  },
  {
    row: 'GET /auth/forge/{forge}/callback',
    method: 'GET',
    path: 'auth/forge/{forge}/callback?code=made-up&state=made-up',
    cells: ['303', '303', '303', '303', '303', '303'],
  },
  {
    row: 'GET /auth/server/{server}/callback',
    method: 'GET',
    path: 'auth/server/{server}/callback?code=made-up&state=made-up',
    cells: ['303', '303', '303', '303', '303', '303'],
  },

  // Signed in
  { row: 'session.get', method: 'GET', path: 'api/session', cells: [out, '200', '200', '200', '200', '200'] },
  {
    row: 'session.setPreferences',
    method: 'PUT',
    path: 'api/session/preferences',
    body: { language: 'en', theme: 'dark', singleKeys: true },
    cells: [out, '200', '200', '200', '200', '200'],
  },
  {
    row: 'GET /api/live',
    method: 'SOCKET',
    path: 'api/live',
    cells: ['4401', 'open', 'open', 'open', 'open', 'open'],
  },
  // The check of the configuration
  {
    row: 'GET /api/probe/echo',
    method: 'GET',
    path: 'api/probe/echo',
    cells: ['200', '200', '200', '200', '200', '200'],
  },
  {
    row: 'GET /api/probe/drip',
    method: 'GET',
    path: 'api/probe/drip',
    cells: ['200', '200', '200', '200', '200', '200'],
  },
  {
    row: 'GET /api/probe/socket',
    method: 'SOCKET',
    path: 'api/probe/socket',
    cells: ['open', 'open', 'open', 'open', 'open', 'open'],
  },
  {
    row: 'admin.doctor',
    method: 'GET',
    path: 'api/admin/doctor',
    cells: [out, ciAdmin, ciAdmin, ciAdmin, ciAdmin, '200'],
  },
  { row: 'deck', method: 'GET', path: 'api/deck', cells: [out, '200', '200', '200', '200', '200'] },
  {
    row: 'identities.begin',
    method: 'POST',
    path: 'api/identities/{forge}/begin',
    cells: [out, '200', '200', '200', '200', '200'],
  },
  {
    row: 'identities.add',
    method: 'POST',
    path: 'api/identities/{forge}',
    body: { credentials: { login: '{who}', password: 'made-up-password' } },
    cells: [out, absent, absent, absent, absent, absent],
  },
  {
    row: 'identities.remove',
    method: 'DELETE',
    path: 'api/identities/elsewhere',
    cells: [out, absent, absent, absent, absent, absent],
  },
  {
    row: 'accounts.list',
    method: 'GET',
    path: 'api/accounts',
    cells: [out, '200', '200', '200', '200', '200'],
  },
  {
    row: 'accounts.link',
    method: 'POST',
    path: 'api/accounts/{server}',
    body: { token: 'not-a-token-of-anybody' },
    cells: [
      out,
      '502 ci_token_refused',
      '502 ci_token_refused',
      '502 ci_token_refused',
      '502 ci_token_refused',
      '502 ci_token_refused',
    ],
  },
  {
    row: 'GET /auth/server/{server}',
    method: 'GET',
    path: 'auth/server/{server}',
    cells: ['303', '303', '303', '303', '303', '303'],
  },
  {
    row: 'accounts.dismiss',
    method: 'POST',
    path: 'api/accounts/{server}/dismiss',
    cells: [out, '200', '200', '200', '200', '200'],
  },
  {
    row: 'accounts.syncState',
    method: 'GET',
    path: 'api/accounts/{server}/sync',
    cells: [out, '200', '200', '200', '200', '200'],
  },
  {
    row: 'accounts.sync',
    method: 'POST',
    path: 'api/accounts/{server}/sync',
    cells: [out, link, link, link, '200', '200'],
  },
  {
    row: 'repositories.list',
    method: 'GET',
    path: 'api/repositories',
    cells: [out, '200', '200', '200', '200', '200'],
  },
  {
    row: 'repositories.search',
    method: 'GET',
    path: 'api/repositories/search?q=tiny',
    cells: [out, '200', '200', '200', '200', '200'],
  },

  // Reading a repository
  { row: 'repositories.get', method: 'GET', path: R, cells: [out, hidden, '200', '200', '200', '200'] },
  {
    row: 'repositories.favourite',
    method: 'PUT',
    path: `${R}/favourite`,
    body: { on: true },
    cells: [out, hidden, '200', '200', '200', '200'],
  },
  {
    row: 'repositories.branches',
    method: 'GET',
    path: `${R}/branches`,
    cells: [out, hidden, '200', '200', '200', '200'],
  },
  {
    row: 'builds.list',
    method: 'GET',
    path: `${R}/builds`,
    cells: [out, hidden, '200', '200', '200', '200'],
  },
  { row: 'builds.get', method: 'GET', path: B, cells: [out, hidden, '200', '200', '200', '200'] },
  { row: 'logs.summary', method: 'GET', path: `${S}/log`, cells: [out, hidden, '200', '200', '200', '200'] },
  {
    row: 'logs.lines',
    method: 'GET',
    path: `${S}/log/lines?generation={generation}&from=0`,
    cells: [out, hidden, '200', '200', '200', '200'],
  },
  {
    row: 'logs.search',
    method: 'GET',
    path: `${S}/log/search?q=terraform`,
    cells: [out, hidden, '200', '200', '200', '200'],
  },
  {
    row: 'logs.matches',
    method: 'GET',
    path: `${S}/log/matches?q=terraform&generation={generation}&from=0&to=9`,
    cells: [out, hidden, '200', '200', '200', '200'],
  },
  {
    row: 'logs.marks',
    method: 'GET',
    path: `${S}/log/marks`,
    cells: [out, hidden, '200', '200', '200', '200'],
  },
  {
    row: 'logs.searchBuild',
    method: 'GET',
    path: `${B}/log/search?q=terraform`,
    cells: [out, hidden, '200', '200', '200', '200'],
  },
  {
    row: 'GET /api/servers/{server}/repositories/{repo}/builds/{number}/log/download',
    method: 'GET',
    path: `${B}/log/download`,
    cells: [out, hidden, '200', '200', '200', '200'],
  },
  {
    row: 'GET /api/servers/{server}/repositories/{repo}/builds/{number}/stages/{stage}/steps/{step}/log/download',
    method: 'GET',
    path: `${S}/log/download`,
    cells: [out, hidden, '200', '200', '200', '200'],
  },
  {
    row: 'builds.unbuilt',
    method: 'GET',
    path: `${R}/unbuilt?branch=main`,
    cells: [out, hidden, '200', '200', '200', '200'],
  },
  {
    row: 'deployments.list',
    method: 'GET',
    path: `${R}/deployments`,
    cells: [out, hidden, '200', '200', '200', '200'],
  },
  {
    row: 'deployments.promotion',
    method: 'GET',
    path: `${R}/promotions/a-key-nobody-used-{who}`,
    cells: [out, hidden, absent, absent, absent, absent],
  },

  // Writing
  {
    row: 'deployments.plan',
    method: 'GET',
    path: `${B}/promotion-plan?environment=production`,
    cells: [out, hidden, write, '200', '200', '200'],
  },
  {
    row: 'deployments.promote',
    method: 'POST',
    path: `${B}/promotions`,
    body: {
      key: 'matrix-promotion-{who}',
      kind: 'promote',
      environment: 'production',
      parameters: {},
      expect: { commit: '0000000000000000000000000000000000000000', current: null },
    },
    cells: [out, hidden, write, '409 changed_meanwhile', '409 changed_meanwhile', '409 changed_meanwhile'],
  },
  {
    row: 'builds.start',
    method: 'POST',
    path: `${R}/builds`,
    body: { key: 'matrix-start-of-{who}', branch: 'main' },
    cells: [out, hidden, write, '200', '200', '200'],
  },
  {
    row: 'builds.restart',
    method: 'POST',
    path: `${B}/restart`,
    body: { key: 'matrix-restart-of-{who}' },
    cells: [out, hidden, write, '200', '200', '200'],
  },
  {
    row: 'builds.approve',
    method: 'POST',
    path: `${B}/approve`,
    body: { commit: '{commit}' },
    cells: [out, hidden, write, '409 not_waiting', '409 not_waiting', '409 not_waiting'],
  },
  {
    row: 'builds.decline',
    method: 'POST',
    path: `${B}/decline`,
    body: { commit: '{commit}' },
    cells: [out, hidden, write, '409 not_waiting', '409 not_waiting', '409 not_waiting'],
  },
  {
    row: 'builds.cancel',
    method: 'POST',
    path: `${B}/cancel`,
    cells: [out, hidden, write, '200', '200', '200'],
  },
  {
    row: 'secrets.list',
    method: 'GET',
    path: `${R}/secrets`,
    cells: [out, hidden, write, '200', '200', '200'],
  },
  {
    row: 'secrets.add',
    method: 'POST',
    path: `${R}/secrets`,
    body: { name: 'matrix_{who}', value: 'made-up-value' },
    cells: [out, hidden, write, '200', '200', '200'],
  },
  {
    row: 'secrets.replace',
    method: 'PATCH',
    path: `${R}/secrets/matrix_{who}`,
    body: { value: 'another-made-up-value' },
    cells: [out, hidden, write, '200', '200', '200'],
  },
  {
    row: 'secrets.remove',
    method: 'DELETE',
    path: `${R}/secrets/matrix_{who}`,
    cells: [out, hidden, write, '200', '200', '200'],
  },
  {
    row: 'registries.list',
    method: 'GET',
    path: `${R}/registries`,
    cells: [out, hidden, write, '200', '200', '200'],
  },
  {
    row: 'registries.add',
    method: 'POST',
    path: `${R}/registries`,
    body: { host: '{who}.registry.example.test', username: 'made-up', password: 'made-up-password' },
    cells: [out, hidden, write, '200', '200', '200'],
  },
  {
    row: 'registries.replace',
    method: 'PATCH',
    path: `${R}/registries/{who}.registry.example.test`,
    body: { username: 'made-up', password: 'another-made-up-password' },
    cells: [out, hidden, write, '200', '200', '200'],
  },
  {
    row: 'registries.remove',
    method: 'DELETE',
    path: `${R}/registries/{who}.registry.example.test`,
    cells: [out, hidden, write, '200', '200', '200'],
  },

  // Administration of a repository
  {
    row: 'repositories.settings',
    method: 'GET',
    path: `${R}/settings`,
    cells: [out, hidden, '200', '200', '200', '200'],
  },
  {
    row: 'repositories.changeSettings',
    method: 'PATCH',
    path: `${R}/settings`,
    body: { change: { ignorePullRequests: true } },
    cells: [out, hidden, admin, admin, '200', '200'],
  },
  {
    row: 'repositories.changeSettings',
    method: 'PATCH',
    path: `${R}/settings`,
    body: { change: { trusted: true } },
    cells: [out, hidden, admin, admin, '403 needs_ci_administrator*', '200'],
  },
  {
    row: 'repositories.repair',
    method: 'POST',
    path: `${R}/repair`,
    cells: [out, hidden, admin, admin, '200', '200'],
  },
  {
    row: 'repositories.takeOwnership',
    method: 'POST',
    path: `${R}/take-ownership`,
    cells: [out, hidden, admin, admin, '200', '200'],
  },
  {
    row: 'repositories.deactivate',
    method: 'POST',
    path: `${R}/deactivate`,
    cells: [out, hidden, admin, admin, '200', '200'],
  },
  {
    row: 'repositories.activate',
    method: 'POST',
    path: `${R}/activate`,
    cells: [out, hidden, admin, admin, '200', '200'],
  },

  // What ends things, last
  {
    row: 'accounts.unlink',
    method: 'DELETE',
    path: 'api/accounts/{server}',
    cells: [out, '200', '200', '200', '200', '200'],
  },
  {
    row: 'session.signOut',
    method: 'POST',
    path: 'api/session/sign-out',
    cells: [out, '200', '200', '200', '200', '200'],
  },
  {
    row: 'session.signOutEverywhere',
    method: 'POST',
    path: 'api/session/sign-out-everywhere',
    cells: [out, '200', '200', '200', '200', '200'],
  },
];
