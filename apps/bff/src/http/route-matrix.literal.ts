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
  cells: Cells;
}

/** In the order of `columns`. */
type Cells = readonly [string, string, string, string, string, string];

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

/** Of everybody; of those who are signed in; of those who may read; of those who may write. */
const all = (cell: string): Cells => [cell, cell, cell, cell, cell, cell];
const signedIn = (cell: string): Cells => [out, cell, cell, cell, cell, cell];
const readers = (cell: string): Cells => [out, hidden, cell, cell, cell, cell];
const writers = (cell: string): Cells => [out, hidden, write, cell, cell, cell];

const on = (
  row: string,
  method: MatrixRow['method'],
  path: string,
  cells: Cells,
  body?: unknown,
): MatrixRow => ({ row, method, path, cells, ...(body === undefined ? {} : { body }) });

export const routeMatrix: readonly MatrixRow[] = [
  // Anybody
  on('console.describe', 'GET', 'api/console', all('200')),
  on('session.signInProblem', 'GET', 'api/sign-in-problem/aaaaaaaaaaaaaaaaaaaaaa', all(absent)),
  on('session.signIn', 'POST', 'api/session/sign-in', all(absent), {
    forge: '{forge}',
    credentials: { token: 'made-up-token' },
  }),
  on('GET /healthz', 'GET', 'healthz', all('200')),
  on('GET /readyz', 'GET', 'readyz', all('200')),
  on('GET /metrics', 'GET', 'metrics', all('200')),
  on('GET /openapi.json', 'GET', 'openapi.json', all('200')),
  on('GET /api-docs', 'GET', 'api-docs', all('200')),
  on('GET /auth/forge/{forge}', 'GET', 'auth/forge/{forge}', all('302')),
  on(
    'GET /auth/forge/{forge}/callback',
    'GET',
    'auth/forge/{forge}/callback?code=made-up&state=made-up',
    all('303'),
  ),
  on(
    'GET /auth/server/{server}/callback',
    'GET',
    'auth/server/{server}/callback?code=made-up&state=made-up',
    all('303'),
  ),

  // Signed in
  on('session.get', 'GET', 'api/session', signedIn('200')),
  on('session.setPreferences', 'PUT', 'api/session/preferences', signedIn('200'), {
    language: 'en',
    theme: 'dark',
    singleKeys: true,
  }),
  on('GET /api/live', 'SOCKET', 'api/live', ['4401', 'open', 'open', 'open', 'open', 'open']),
  // The check of the configuration
  on('GET /api/probe/echo', 'GET', 'api/probe/echo', all('200')),
  on('GET /api/probe/drip', 'GET', 'api/probe/drip', all('200')),
  on('GET /api/probe/socket', 'SOCKET', 'api/probe/socket', all('open')),
  on('admin.doctor', 'GET', 'api/admin/doctor', [out, ciAdmin, ciAdmin, ciAdmin, ciAdmin, '200']),
  on('deck', 'GET', 'api/deck', signedIn('200')),
  on('identities.begin', 'POST', 'api/identities/{forge}/begin', signedIn('200')),
  on('identities.add', 'POST', 'api/identities/{forge}', signedIn(absent), {
    credentials: { login: '{who}', password: 'made-up-password' },
  }),
  on('identities.remove', 'DELETE', 'api/identities/elsewhere', signedIn(absent)),
  on('accounts.list', 'GET', 'api/accounts', signedIn('200')),
  on('accounts.link', 'POST', 'api/accounts/{server}', signedIn('502 ci_token_refused'), {
    token: 'not-a-token-of-anybody',
  }),
  on('GET /auth/server/{server}', 'GET', 'auth/server/{server}', all('303')),
  on('accounts.dismiss', 'POST', 'api/accounts/{server}/dismiss', signedIn('200')),
  on('accounts.syncState', 'GET', 'api/accounts/{server}/sync', signedIn('200')),
  on('accounts.sync', 'POST', 'api/accounts/{server}/sync', [out, link, link, link, '200', '200']),
  on('repositories.list', 'GET', 'api/repositories', signedIn('200')),
  on('repositories.search', 'GET', 'api/repositories/search?q=tiny', signedIn('200')),

  // Reading a repository
  on('repositories.get', 'GET', R, readers('200')),
  on('repositories.favourite', 'PUT', `${R}/favourite`, readers('200'), { on: true }),
  on('repositories.branches', 'GET', `${R}/branches`, readers('200')),
  on('builds.list', 'GET', `${R}/builds`, readers('200')),
  on('builds.get', 'GET', B, readers('200')),
  on('logs.summary', 'GET', `${S}/log`, readers('200')),
  on('logs.lines', 'GET', `${S}/log/lines?generation={generation}&from=0`, readers('200')),
  on('logs.search', 'GET', `${S}/log/search?q=terraform`, readers('200')),
  on(
    'logs.matches',
    'GET',
    `${S}/log/matches?q=terraform&generation={generation}&from=0&to=9`,
    readers('200'),
  ),
  on('logs.marks', 'GET', `${S}/log/marks`, readers('200')),
  on('logs.searchBuild', 'GET', `${B}/log/search?q=terraform`, readers('200')),
  on(
    'GET /api/servers/{server}/repositories/{repo}/builds/{number}/log/download',
    'GET',
    `${B}/log/download`,
    readers('200'),
  ),
  on(
    'GET /api/servers/{server}/repositories/{repo}/builds/{number}/stages/{stage}/steps/{step}/log/download',
    'GET',
    `${S}/log/download`,
    readers('200'),
  ),
  on('builds.unbuilt', 'GET', `${R}/unbuilt?branch=main`, readers('200')),
  on('deployments.list', 'GET', `${R}/deployments`, readers('200')),
  on('deployments.promotion', 'GET', `${R}/promotions/a-key-nobody-used-{who}`, readers(absent)),

  // Writing
  on('deployments.plan', 'GET', `${B}/promotion-plan?environment=production`, writers('200')),
  on('deployments.promote', 'POST', `${B}/promotions`, writers('409 changed_meanwhile'), {
    key: 'matrix-promotion-{who}',
    kind: 'promote',
    environment: 'production',
    parameters: {},
    expect: { commit: '0000000000000000000000000000000000000000', current: null },
  }),
  on('builds.start', 'POST', `${R}/builds`, writers('200'), { key: 'matrix-start-of-{who}', branch: 'main' }),
  on('builds.restart', 'POST', `${B}/restart`, writers('200'), { key: 'matrix-restart-of-{who}' }),
  on('builds.approve', 'POST', `${B}/approve`, writers('409 not_waiting'), { commit: '{commit}' }),
  on('builds.decline', 'POST', `${B}/decline`, writers('409 not_waiting'), { commit: '{commit}' }),
  on('builds.cancel', 'POST', `${B}/cancel`, writers('200')),
  on('secrets.list', 'GET', `${R}/secrets`, writers('200')),
  on('secrets.add', 'POST', `${R}/secrets`, writers('200'), { name: 'matrix_{who}', value: 'made-up-value' }),
  on('secrets.replace', 'PATCH', `${R}/secrets/matrix_{who}`, writers('200'), {
    value: 'another-made-up-value',
  }),
  on('secrets.remove', 'DELETE', `${R}/secrets/matrix_{who}`, writers('200')),
  on('registries.list', 'GET', `${R}/registries`, writers('200')),
  on('registries.add', 'POST', `${R}/registries`, writers('200'), {
    host: '{who}.registry.example.test',
    username: 'made-up',
    password: 'made-up-password',
  }),
  on('registries.replace', 'PATCH', `${R}/registries/{who}.registry.example.test`, writers('200'), {
    username: 'made-up',
    password: 'another-made-up-password',
  }),
  on('registries.remove', 'DELETE', `${R}/registries/{who}.registry.example.test`, writers('200')),

  // Administration of a repository
  on('repositories.settings', 'GET', `${R}/settings`, readers('200')),
  on('repositories.changeSettings', 'PATCH', `${R}/settings`, [out, hidden, admin, admin, '200', '200'], {
    change: { ignorePullRequests: true },
  }),
  on(
    'repositories.changeSettings',
    'PATCH',
    `${R}/settings`,
    [out, hidden, admin, admin, '403 needs_ci_administrator*', '200'],
    { change: { trusted: true } },
  ),
  on('repositories.repair', 'POST', `${R}/repair`, [out, hidden, admin, admin, '200', '200']),
  on('repositories.takeOwnership', 'POST', `${R}/take-ownership`, [out, hidden, admin, admin, '200', '200']),
  on('repositories.deactivate', 'POST', `${R}/deactivate`, [out, hidden, admin, admin, '200', '200']),
  on('repositories.activate', 'POST', `${R}/activate`, [out, hidden, admin, admin, '200', '200']),

  // What ends things, last
  on('accounts.unlink', 'DELETE', 'api/accounts/{server}', signedIn('200')),
  on('session.signOut', 'POST', 'api/session/sign-out', signedIn('200')),
  on('session.signOutEverywhere', 'POST', 'api/session/sign-out-everywhere', signedIn('200')),
];
