import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { isFailure } from '../../../domain/failure.ts';
import { type Seen, sendJson } from '../../../testing/http-double.ts';
import type { Exchange } from '../../../testing/recordings.ts';
import { bare, describeNamed, doubleForAll, placeOf, sendRecorded, testRouteLists } from '../testing.ts';
import { calls, notCalled, routeOf } from './recorded/calls.ts';
import { exchanges, idOf, paths } from './recorded/read.ts';
import { routes } from './routes.ts';
import { sentPipeline, sentRepository, woodpeckerAt } from './testing.ts';

const double = doubleForAll();

const all = exchanges();
/** What else a call has to ask for: ids, the files of a build, what it was before. Null: nothing of the kind. */
function besideOf(exchange: Exchange, { method, url }: Seen): { status: number; value?: unknown } | null {
  const path = bare(url);
  const ok = (value: unknown) => ({ status: 200, value });
  const looked = /^\/api\/repos\/lookup\/(.+)$/.exec(path)?.[1];
  if (looked) {
    if (!Object.values(paths).includes(looked)) return { status: 404 };
    return ok(sentRepository({ id: idOf(looked), full_name: looked }));
  }
  if (path.endsWith('/permissions')) return ok({ pull: true, push: true, admin: true });
  if (path.endsWith('/config')) return ok([]);
  if (path.endsWith('/branches')) return ok(['main']);
  if (/\/pipelines\/\d+$/.test(path) && method === 'GET') return ok(pipelineBeside(exchange));
  if (path === '/api/user') return ok({ login: 'ada' });
  if (path === '/api/user/repos') return ok([sentRepository({ id: 1, full_name: 'acme/checkout' })]);
  if (path.endsWith('/pipelines') || path === '/api/user/feed') return ok([]);
  if (path === '/api/queue/info') return ok({ pending: null });
  if (path === '/api/agents') return ok(null);
  if (/\/secrets\/[^/]+$/.test(path) && method === 'PATCH') return { status: 200 };
  return /\/registries\/[^/]+$/.test(path) && method === 'PATCH' ? { status: 404 } : null;
}

/** A log is asked of a step that is over; a decline of a pipeline that waits. */
function pipelineBeside(exchange: Exchange): unknown {
  const step = Number(/\/logs\/(?:\d+\/)+(\d+)$/.exec(exchange.path)?.[1] ?? 2);
  const children = [{ id: step, pid: 2, ppid: 1, name: 'step', state: 'success', finished: 1 }];
  const status = exchange.path.endsWith('/decline') ? 'blocked' : 'success';
  const workflows = [{ pid: 1, name: 'build', state: 'success', children }];
  return sentPipeline({ status, finished: 1, workflows });
}

/** Where the adapter asks for the same thing: repositories by path, not by id. */
function askedAt(exchange: Exchange): string {
  const id = /^\/api\/repos\/(\d+)$/.exec(exchange.path)?.[1];
  return id && exchange.method === 'GET'
    ? `/api/repos/lookup/${paths[id] ?? 'acme/nothing'}`
    : bare(exchange.path);
}

/** The adapter's call for an exchange, with the recorded answer. */
async function play(exchange: Exchange): Promise<unknown> {
  const found = routeOf(exchange);
  const call = found && calls[found.route];
  if (!call) return expect.fail(`no call for ${placeOf(exchange)}`);
  double.current.seen.length = 0;
  const isAny = /\/(secrets|registries)$/.test(bare(exchange.path)) && exchange.method === 'POST';
  double.current.answer = (seen: Seen, response) => {
    const same = bare(seen.url) === (isAny ? bare(exchange.path) : askedAt(exchange));
    if (same && seen.method === exchange.method) sendRecorded(exchange, response);
    else {
      const beside = besideOf(exchange, seen);
      if (beside?.value !== undefined) sendJson(response, beside.status, beside.value);
      else response.writeHead(beside?.status ?? 418).end();
    }
  };
  const client = woodpeckerAt(double.current.url).as('made-up');
  return call(client, exchange, found.at).catch((error: unknown) => error);
}

const played = all.filter((exchange) => {
  const found = routeOf(exchange);
  return found !== null && found.route in calls;
});

/** Refusals that mean there is nothing to do, or nothing there: no failure. */
const harmless = (exchange: Exchange) =>
  exchange.status === 404 || /already active|Cannot cancel/.test(exchange.text);

const isWhole = ({ text }: Exchange): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return !text.startsWith('[');
  }
};

describe('every recorded answer of Woodpecker 3.17.0', () => {
  test('belongs to a known route', () => {
    expect(all.filter((exchange) => !routeOf(exchange)).map(placeOf)).toEqual([]);
    expect(all.length).toBeGreaterThan(250);
    expect(played.length).toBeGreaterThan(190);
  });

  testRouteLists({
    ...{ all, routeOf, calls, notCalled, routes },
    // Asked when a start fails without a word: requests.test.ts plays that.
    elsewhere: ['GET /api/repos/{id}/branches'],
    // A lookup by path gets the same.
    alike: ['GET /api/repos/{id}'],
  });

  test.each(played.map((exchange) => [placeOf(exchange), exchange] as const))(
    '%s can be read',
    async (_, exchange) => {
      const result = await play(exchange);
      const sent = double.current.seen.map((seen) => `${seen.method} ${bare(seen.url)}`);
      expect(sent).toContain(`${exchange.method} ${askedAt(exchange)}`);
      if (exchange.status >= 300 && !harmless(exchange)) {
        expect(isFailure(result)).toBe(true);
        if (!isFailure(result)) return;
        const raw = `${exchange.status} ${exchange.text}`.trim();
        const cause = result.facts.raw ? result : (result.facts.cause as typeof result);
        expect(cause.facts.status).toBe(exchange.status);
        expect(cause.facts.raw?.replaceAll(/\s+/g, ' ')).toBe(raw.replaceAll(/\s+/g, ' '));
      } else if (isFailure(result)) {
        // The recording cuts two logs of a megabyte short.
        const codes = isWhole(exchange) ? ['not_found', 'log_absent'] : ['ci_unreachable'];
        expect(codes).toContain(result.code);
      }
    },
  );

  test('is asked for as it was when the question carries parameters', async () => {
    const asked = played.filter(
      ({ method, path }) => method === 'POST' && /pipelines\/\d+\?/.test(path) && !/deploy_task/.test(path),
    );
    expect(asked.length).toBeGreaterThanOrEqual(8);
    for (const exchange of asked) {
      await play(exchange);
      // Without a target nothing could be promoted to: the console does not ask that.
      if (!exchange.path.includes('deploy_to')) continue;
      expect(double.current.seen.map(({ url }) => url)).toContain(exchange.path);
    }
    const started = played.filter(({ method, path }) => method === 'POST' && /pipelines$/.test(path));
    for (const exchange of started) {
      await play(exchange);
      const sent = JSON.parse(double.current.seen.find(({ method }) => method === 'POST')?.body ?? '');
      expect(sent).toMatchObject(exchange.body as object);
    }
  });
});

describeNamed(readFileSync(new URL('./recorded/named.txt', import.meta.url), 'utf8'), played, play, 121);

test('the version is read without a token', async () => {
  const version = all.find((exchange) => exchange.path === '/version') as Exchange;
  double.current.answer = (_, response) => sendRecorded(version, response);
  double.current.seen.length = 0;
  await expect(woodpeckerAt(double.current.url).probe()).resolves.toEqual({ version: '3.17.0' });
  expect(double.current.seen[0]?.headers.authorization).toBeUndefined();
});
