import { contract, LIVE_PROTOCOL, plainRoutes } from '@flightdeck/api-client/contract';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { syncRepositories } from '../../../sandbox/src/faces/drone/sync.ts';
import { ciToken } from '../../../sandbox/src/seed/demo-people.ts';
import { Browser } from '../../testing/browser.ts';
import { type RunningConsole, startConsole } from '../../testing/console.ts';
import { type Column, columns, type MatrixRow, routeMatrix } from './route-matrix.literal.ts';

const logins: Record<Exclude<Column, 'guest'>, string> = {
  none: 'mallory',
  read: 'linus',
  write: 'wei',
  admin: 'grace',
  ci: 'ada',
};

let at: RunningConsole;
let build: { number: number; commit: string };
const browsers = new Map<Column, Browser>();

beforeAll(async () => {
  const rates = [
    'READS',
    'READ_BURST',
    'GUEST_READS',
    'WRITES',
    'SECRETS',
    'PROMOTIONS',
    'SEARCHES',
    'CALLBACK_ERRORS',
  ];
  const env = Object.fromEntries(rates.map((name) => [`FLIGHTDECK_LIMITS_RATES_${name}`, '100000']));
  // Nothing is watched: every call the CI server hears was made for the request at hand.
  at = await startConsole({ env, background: false });
  at.sandbox.world.forge.repository('acme', 'infra')?.collaborators.set('grace', 'admin');
  // The CI server learns of it at her next sync.
  const grace = at.sandbox.world.ci.user('grace');
  if (grace) syncRepositories(at.sandbox.core, grace);
  browsers.set('guest', new Browser());
  for (const column of columns) if (column !== 'guest') browsers.set(column, await at.signIn(logins[column]));
  for (const column of ['admin', 'ci'] as const) {
    const linked = await at.api(browserOf(column), 'POST', 'api/accounts/drone', {
      token: ciToken(logins[column]),
    });
    expect(linked.status, await linked.clone().text()).toBe(200);
  }
  // Linking starts a first sync, which is asked after until it ends.
  for (const column of ['admin', 'ci'] as const) {
    await vi.waitFor(
      async () => {
        const state = await at.api(browserOf(column), 'GET', 'api/accounts/drone/sync');
        expect(await state.json()).toMatchObject({ state: 'done' });
      },
      { timeout: 20_000, interval: 100 },
    );
  }
  const repo = at.sandbox.world.ci.repositoryBySlug('acme/infra');
  const found = at.sandbox.world.ci
    .buildsOf(repo?.id ?? 0)
    .find(
      (one) => one.status === 'success' && one.stages.length > 0 && (one.stages[0]?.steps.length ?? 0) > 1,
    );
  if (!found) throw new Error('the demo has no finished build of acme/infra');
  build = { number: found.number, commit: found.after };
}, 60_000);
afterAll(() => at.stop());

const browserOf = (column: Column): Browser => browsers.get(column) as Browser;
const filled = (text: string, column: Column): string =>
  text
    .replaceAll('{server}', 'drone')
    .replaceAll('{forge}', 'gitea')
    .replaceAll('{who}', column)
    .replaceAll('{build}', String(build.number))
    .replaceAll('{commit}', build.commit);
const isDenial = (cell: string): boolean =>
  /^(401 signed_out|404 not_found|403 needs_[a-z_]+|4401)$/.test(cell);
const lastCall = (): number => at.sandbox.control.parts.calls.counts().last;
const ciCallsAfter = (since: number): string[] =>
  at.sandbox.control.parts.calls
    .list({ face: 'drone', since })
    .map(({ method, path, who }) => `${who} ${method} ${path}`);

async function knock(row: MatrixRow, column: Column): Promise<string> {
  const browser = browserOf(column);
  if (row.method === 'SOCKET') return socket(browser, filled(row.path, column));
  const body = row.body === undefined ? undefined : JSON.parse(filled(JSON.stringify(row.body), column));
  let path = filled(row.path, column);
  if (path.includes('{generation}')) path = path.replace('{generation}', await generationOf(browser, path));
  const answer = await at.api(browser, row.method, path, body);
  const text = await answer.text();
  if (answer.status < 400) return String(answer.status);
  return `${answer.status} ${(JSON.parse(text) as { code: string }).code}`;
}

/** 0 for whoever may not know. */
async function generationOf(browser: Browser, path: string): Promise<string> {
  const answer = await at.api(browser, 'GET', path.replace(/\/(?:lines|matches)\?.*$/, ''));
  const { generation } = (await answer.json()) as { generation?: number };
  return String(generation ?? 0);
}

function socket(browser: Browser, path: string): Promise<string> {
  const url = new URL(path, at.url).href;
  const ws = new WebSocket(url.replace(/^http/, 'ws'), LIVE_PROTOCOL, {
    headers: { cookie: browser.cookies(at.url), origin: new URL(at.url).origin },
  });
  return new Promise((done, fail) => {
    ws.on('error', fail);
    ws.on('close', (code) => done(String(code)));
    // A refused one is closed at once; an accepted one waits for our first message and answers it.
    ws.on('message', () => {
      done('open');
      ws.terminate();
    });
    ws.on('open', () => ws.send(JSON.stringify({ type: 'subscribe', id: 1, topic: { kind: 'deck' } })));
  });
}

const cells = columns.flatMap((column, index) =>
  routeMatrix.map((row) => ({ column, row, name: row.row, cell: row.cells[index] ?? '' })),
);

// First, while nothing has been read yet that could still be under way.
describe('a denial makes no call to the CI server', () => {
  it.each(cells.filter(({ cell }) => isDenial(cell)))(
    '$column gets $cell from $name',
    async ({ column, row, cell }) => {
      const since = lastCall();
      expect(await knock(row, column)).toBe(cell);
      expect(ciCallsAfter(since)).toEqual([]);
    },
  );
});

describe('who may, does', () => {
  it.each(cells.filter(({ cell }) => !isDenial(cell)))(
    '$column gets $cell from $name',
    async ({ column, row, cell }) => {
      // Signing out must not end what the other rows are still told with.
      const ends = row.row.startsWith('session.signOut') && column !== 'guest';
      if (ends) browsers.set(column, await at.signIn(logins[column]));
      expect(await knock(row, column)).toBe(cell.replace('*', ''));
    },
  );
});

describe('the matrix', () => {
  const rows = contractRows();
  const names = new Set(routeMatrix.map(({ row }) => row));

  it('has every row of the contract and every plain route', () => {
    expect(
      [...rows.keys(), ...plainRoutes.map((route) => `${route.method} ${route.path}`)].filter(
        (row) => !names.has(row),
      ),
    ).toEqual([]);
  });

  it('knocks at the address and with the method that the table names', () => {
    for (const { row, method, path } of routeMatrix) {
      const known = rows.get(row) ?? plainRoutes.find((route) => `${route.method} ${route.path}` === row);
      expect(known, row).toBeDefined();
      expect(known?.method, row).toBe(method === 'SOCKET' ? 'GET' : method);
      const pattern = new RegExp(`^${(known?.path ?? '').replace(/\{\w+\}/g, '[^/]+')}$`);
      expect(`/${path.split('?')[0]}`.replaceAll(/\{(\w+)\}/g, '$1'), row).toMatch(pattern);
    }
  });
});

interface Row {
  method: string;
  path: string;
}

function contractRows(node: unknown = contract, name = ''): Map<string, Row> {
  const definition = (node as { '~orpc'?: { route: Partial<Row> } })['~orpc'];
  if (definition)
    return new Map([[name, { method: definition.route.method ?? '', path: definition.route.path ?? '' }]]);
  return new Map(
    Object.entries(node as object).flatMap(([key, child]) => [
      ...contractRows(child, name ? `${name}.${key}` : key),
    ]),
  );
}
