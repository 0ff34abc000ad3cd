import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { isFailure } from '../../../domain/failure.ts';
import type { Seen } from '../../../testing/http-double.ts';
import {
  describeNamed,
  doubleForAll,
  optionsFor,
  placeOf,
  sendRecorded,
  testRouteLists,
} from '../testing.ts';
import { createDrone } from './adapter.ts';
import { calls, notCalled, routeOf } from './recorded/calls.ts';
import { type Exchange, excerpt, exchanges } from './recorded/read.ts';
import { routes } from './routes.ts';

const double = doubleForAll();
const drone = () => createDrone(optionsFor(double.current.url, { oneClickLink: true }));

const all = exchanges();
/** The adapter's call for an exchange, with the recorded answer. */
async function play(exchange: Exchange): Promise<unknown> {
  const found = routeOf(exchange);
  const call = found && calls[found.route];
  if (!call) return expect.fail(`no call for ${placeOf(exchange)}`);
  const path = exchange.path.split('?')[0];
  double.current.seen.length = 0;
  double.current.answer = (seen: Seen, response) => {
    // The queue names builds by inner ids and asks a second list for them: not part of that exchange.
    if (seen.url.split('?')[0] === path) sendRecorded(exchange, response);
    else response.writeHead(404).end();
  };
  return call(drone().as('made-up'), exchange, found.at).catch((error: unknown) => error);
}

const played = all.filter((exchange) => {
  const found = routeOf(exchange);
  return found !== null && found.route in calls;
});

describe('every recorded answer of Drone 2.25.0', () => {
  test('belongs to a known route', () => {
    const unknown = all.filter((exchange) => !exchange.file.startsWith('10-') && !routeOf(exchange));
    expect(unknown.map(placeOf)).toEqual([]);
    expect(all.length).toBeGreaterThan(250);
  });

  // The token is given while an account is linked: link.test.ts plays that list.
  testRouteLists({ all, routeOf, calls, notCalled, routes, elsewhere: ['POST /api/user/token'] });

  test.each(played.map((exchange) => [placeOf(exchange), exchange] as const))(
    '%s can be read',
    async (_, exchange) => {
      const result = await play(exchange);
      const sent = double.current.seen[0];
      expect(`${sent?.method} ${sent?.url.split('?')[0]}`).toBe(
        `${exchange.method} ${exchange.path.split('?')[0]}`,
      );
      if (exchange.status < 300) expect(isFailure(result)).toBe(false);
      else if (isFailure(result)) {
        const { message } = JSON.parse(exchange.text) as { message: string };
        expect(result.facts).toMatchObject({ status: exchange.status, raw: `${exchange.status} ${message}` });
      } else expect(result).toBeNull();
    },
  );

  test('is asked for as it was when the question carries parameters', async () => {
    const asked = played.filter(
      ({ method, path }) => method === 'POST' && /builds.*\?/.test(path) && !path.includes('?commit='),
    );
    expect(asked.length).toBeGreaterThanOrEqual(10);
    for (const exchange of asked) {
      await play(exchange);
      expect(double.current.seen[0]?.url).toBe(exchange.path);
    }
  });
});

describeNamed(readFileSync(new URL('./recorded/named.txt', import.meta.url), 'utf8'), played, play, 121);

test('one build in full', async () => {
  const failed = played.find((exchange) => placeOf(exchange) === '04-failures-and-odd-logs[6] failed');
  const step = {
    startedAt: 1_795_228_574_000,
    finishedAt: 1_795_228_574_000,
    error: null,
    dependsOn: [],
    image: null,
    detached: false,
    ignoresFailure: false,
    version: 4,
  };
  expect(await play(failed as Exchange)).toEqual({
    number: 4,
    status: 'failure',
    event: 'push',
    action: '',
    error: null,
    title: 'Failing test',
    message: 'Failing test',
    commit: 'cad87537d29612ddb3ce11daba01df4936d422ab',
    before: '928441f5d3ad9891b46d99dff7da3ff568baf4d1',
    ref: 'refs/heads/main',
    branch: 'main',
    sourceBranch: null,
    fork: null,
    pullRequest: null,
    tag: null,
    author: {
      login: 'ada',
      name: 'ada',
      avatarUrl: 'http://127.0.0.1:3000/avatars/28ae5bf8fa0cde12855e61ac303859cc',
    },
    startedBy: null,
    cron: null,
    parent: null,
    environment: null,
    parameters: {},
    debug: false,
    createdAt: 1_795_228_574_000,
    startedAt: 1_795_228_574_000,
    finishedAt: 1_795_228_574_000,
    version: 3,
    stages: [
      {
        number: 1,
        name: 'default',
        axes: {},
        status: 'failure',
        waitsForDependencies: false,
        error: null,
        type: 'exec',
        platform: { os: 'linux', arch: 'amd64', variant: null, kernel: null },
        labels: {},
        runner: 'exec1',
        concurrencyLimit: null,
        dependsOn: [],
        createdAt: 1_795_228_574_000,
        startedAt: 1_795_228_574_000,
        finishedAt: 1_795_228_574_000,
        exitCode: null,
        version: 4,
        steps: [
          { ...step, number: 1, name: 'lint', status: 'failure', ignoresFailure: true, exitCode: 2 },
          { ...step, number: 2, name: 'unit', status: 'failure', exitCode: 3 },
          { ...step, number: 3, name: 'publish', status: 'skipped', exitCode: null, version: 3 },
          { ...step, number: 4, name: 'notify', status: 'success', exitCode: 0 },
        ],
      },
    ],
  });
});

test('the version is read without a token', async () => {
  const version = all.find((exchange) => exchange.path === '/version') as Exchange;
  double.current.answer = (_, response) => sendRecorded(version, response);
  double.current.seen.length = 0;
  await expect(drone().probe()).resolves.toEqual({ version: '2.25.0' });
  expect(double.current.seen[0]?.headers.authorization).toBeUndefined();
});

test.each([
  ['08-log-cut-at-5-mib', 'last', 150],
  ['08-log-cut-at-5-mib', 'first', 150],
  ['08-log-split-records', 'records', 700],
])('the records of %s (%s) come out as they are', async (file, part, count) => {
  const records = excerpt(file)[part] ?? [];
  double.current.answer = (_, response) => response.writeHead(200).end(JSON.stringify(records));
  const read = [];
  const log = drone()
    .as('made-up')
    .storedLog('acme/big', { number: 8, stage: 1, step: 1 }, AbortSignal.timeout(9_000));
  for await (const batch of log) read.push(...batch);
  expect(read).toHaveLength(count);
  expect(read).toEqual(records);
});
