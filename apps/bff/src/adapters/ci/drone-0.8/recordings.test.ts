import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { isFailure } from '../../../domain/failure.ts';
import { sendJson } from '../../../testing/http-double.ts';
import type { Exchange } from '../../../testing/recordings.ts';
import { bare, describeNamed, doubleForAll, placeOf, sendRecorded, testRouteLists } from '../testing.ts';
import { calls, notCalled, routeOf } from './recorded/calls.ts';
import { exchanges } from './recorded/read.ts';
import { routes } from './routes.ts';
import { drone08At, sentBuild, sentProc } from './testing.ts';

const double = doubleForAll();
const all = exchanges();

/** What a call asks beside the recorded question: nothing that could stand in for its answer. */
function beside(exchange: Exchange, method: string, path: string): unknown {
  if (path === '/api/user/feed') return [];
  if (path === '/api/builds') return [];
  // A cancel looks for what runs.
  if (exchange.method === 'DELETE' && method === 'GET') {
    return sentBuild({ procs: [sentProc(1, 0, { children: [sentProc(2, 1)] })] });
  }
  // An unknown number is told from a database in trouble by the list.
  if (path.endsWith('/builds')) return [];
  return undefined;
}

/** The adapter's call for an exchange, with the recorded answer. */
async function play(exchange: Exchange): Promise<unknown> {
  const found = routeOf(exchange);
  const call = found && calls[found.route];
  if (!call) return expect.fail(`no call for ${placeOf(exchange)}`);
  double.current.seen.length = 0;
  double.current.answer = ({ method, url }, response) => {
    const path = bare(url);
    if (path === bare(exchange.path) && method === exchange.method) return sendRecorded(exchange, response);
    // A credential is changed where there is one, else added; the other way round it is the second question.
    if (method === 'PATCH')
      return void response.writeHead(exchange.path.includes('/secrets') ? 200 : 404).end();
    const value = beside(exchange, method, path);
    if (value === undefined) response.writeHead(418).end();
    else sendJson(response, 200, value);
  };
  const client = drone08At(double.current.url).as('made-up');
  return call(client, exchange, found.at).catch((error: unknown) => error);
}

const played = all.filter((exchange) => {
  const found = routeOf(exchange);
  return found !== null && found.route in calls;
});

/** Refusals that mean there is nothing to do, or nothing there: no failure. */
const harmless = ({ status, method, path, text }: Exchange): boolean =>
  (status === 404 && method === 'GET' && !/secrets|registry|logs/.test(path)) ||
  (status === 500 && /builds\/\d+$/.test(path) && method === 'GET') ||
  /already active|non-running/.test(text);

describe('every recorded answer of Drone 0.8.10', () => {
  test('belongs to a known route', () => {
    expect(all.filter((exchange) => !routeOf(exchange)).map(placeOf)).toEqual([]);
    expect([all.length, played.length]).toEqual([82, 72]);
  });

  testRouteLists({ all, routeOf, calls, notCalled, routes, elsewhere: ['GET /api/user/feed'] });

  test.each(played.map((exchange) => [placeOf(exchange), exchange] as const))(
    '%s can be read',
    async (_, exchange) => {
      const result = await play(exchange);
      const sent = double.current.seen.map(({ method, url }) => `${method} ${bare(url)}`);
      expect(sent).toContain(`${exchange.method} ${bare(exchange.path)}`);
      if (exchange.status < 300 || harmless(exchange)) expect(isFailure(result)).toBe(false);
      else {
        expect(isFailure(result)).toBe(true);
        if (!isFailure(result)) return;
        const raw = `${exchange.status} ${exchange.text}`.trim();
        expect(result.facts).toMatchObject({ status: exchange.status, raw });
      }
    },
  );

  test('is asked for as it was when the question carries parameters', async () => {
    const asked = played.filter(({ path }) => path.includes('?') && !path.includes('?page'));
    expect(asked).toHaveLength(6);
    for (const exchange of asked) {
      await play(exchange);
      expect(double.current.seen.map(({ url }) => url)).toContain(exchange.path);
    }
  });

  test('of the queue leaves out what is secret', async () => {
    const queue = played.find(({ path }) => path === '/api/info/queue') as Exchange;
    expect(queue.text).toContain('secrets included');
    expect(JSON.stringify(await play(queue))).not.toContain('secrets included');
  });
});

describeNamed(readFileSync(new URL('./recorded/named.txt', import.meta.url), 'utf8'), played, play, 72);

test('the version is read without a token, as the server says it', async () => {
  const version = all.find((exchange) => exchange.path === '/version') as Exchange;
  double.current.answer = (_, response) => sendRecorded(version, response);
  double.current.seen.length = 0;
  await expect(drone08At(double.current.url).probe()).resolves.toEqual({ version: '0.8.9' });
  expect(double.current.seen[0]?.headers.authorization).toBeUndefined();
});

test('a page where data was expected is said to be one', async () => {
  const page = all.find((exchange) => exchange.path === '/api/nonsense') as Exchange;
  double.current.answer = (_, response) => sendRecorded(page, response);
  const client = drone08At(double.current.url).as('made-up');
  await expect(client.me()).rejects.toMatchObject({ code: 'ci_answer_unreadable' });
});
