import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isFailure } from '../../../domain/failure.ts';
import { type HttpDouble, httpDouble, type Seen, sendJson } from '../../../testing/http-double.ts';
import { inWords } from '../../../testing/recorded-words.ts';
import type { Exchange } from '../../../testing/recordings.ts';
import { calls, notCalled, routeOf } from './recorded/calls.ts';
import { exchanges, idOf, paths } from './recorded/read.ts';
import { sentPipeline, sentRepository, woodpeckerAt } from './testing.ts';

let double: HttpDouble;
beforeAll(async () => {
  double = await httpDouble();
});
afterAll(() => double.stop());

const all = exchanges();
const place = (exchange: Exchange) => `${exchange.file}[${exchange.index}] ${exchange.note}`.trimEnd();
const bare = (url: string) => url.split('?')[0] ?? '';

/** Answers with what was recorded, byte for byte. */
function answer(exchange: Exchange, response: ServerResponse): void {
  const type = exchange.headers['content-type'];
  response.writeHead(exchange.status, type ? { 'content-type': type } : {}).end(exchange.text);
}

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
  if (!call) return expect.fail(`no call for ${place(exchange)}`);
  double.seen.length = 0;
  const isAny = /\/(secrets|registries)$/.test(bare(exchange.path)) && exchange.method === 'POST';
  double.answer = (seen: Seen, response) => {
    const same = bare(seen.url) === (isAny ? bare(exchange.path) : askedAt(exchange));
    if (same && seen.method === exchange.method) answer(exchange, response);
    else {
      const beside = besideOf(exchange, seen);
      if (beside?.value !== undefined) sendJson(response, beside.status, beside.value);
      else response.writeHead(beside?.status ?? 418).end();
    }
  };
  const client = woodpeckerAt(double.url).as('made-up');
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
    expect(all.filter((exchange) => !routeOf(exchange)).map(place)).toEqual([]);
    expect(all.length).toBeGreaterThan(250);
    expect(played.length).toBeGreaterThan(190);
    expect(notCalled.filter((route) => route in calls)).toEqual([]);
  });

  test.each(played.map((exchange) => [place(exchange), exchange] as const))(
    '%s can be read',
    async (_, exchange) => {
      const result = await play(exchange);
      const sent = double.seen.map((seen) => `${seen.method} ${bare(seen.url)}`);
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
      expect(double.seen.map(({ url }) => url)).toContain(exchange.path);
    }
    const started = played.filter(({ method, path }) => method === 'POST' && /pipelines$/.test(path));
    for (const exchange of started) {
      await play(exchange);
      const sent = JSON.parse(double.seen.find(({ method }) => method === 'POST')?.body ?? '');
      expect(sent).toMatchObject(exchange.body as object);
    }
  });
});

describe('what the model says of each named exchange', () => {
  const text = readFileSync(new URL('./recorded/named.txt', import.meta.url), 'utf8');
  const blocks = text.split('\n\n').slice(1);
  const spelled = blocks.map((block) => {
    const [head = '', ...lines] = block.trimEnd().split('\n');
    return [head, lines.map((line) => line.trim()).join(' ')] as const;
  });
  const byPlace = new Map(played.map((exchange) => [place(exchange), exchange]));

  test('none is left out', () => {
    const heads = new Set(spelled.map(([head]) => head));
    expect(played.filter((exchange) => exchange.note && !heads.has(place(exchange))).map(place)).toEqual([]);
    expect(spelled.length).toBeGreaterThan(120);
  });

  test.each(spelled)('%s', async (head, words) => {
    const exchange = byPlace.get(head);
    if (!exchange) return expect.fail(`no such exchange: ${head}`);
    expect(inWords(await play(exchange)).replaceAll('\n', ' ')).toBe(words);
  });
});

test('the version is read without a token', async () => {
  const version = all.find((exchange) => exchange.path === '/version') as Exchange;
  double.answer = (_, response) => answer(version, response);
  double.seen.length = 0;
  await expect(woodpeckerAt(double.url).probe()).resolves.toEqual({ version: '3.17.0' });
  expect(double.seen[0]?.headers.authorization).toBeUndefined();
});
