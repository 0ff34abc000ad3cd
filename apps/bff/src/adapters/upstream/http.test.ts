import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { Failure } from '../../domain/failure.ts';
import { type HttpDouble, httpDouble, sendJson } from '../../testing/http-double.ts';
import { ManualClock } from '../../testing/manual-clock.ts';
import {
  createUpstream,
  type ObservedCall,
  type Route,
  type Upstream,
  type UpstreamOptions,
} from './http.ts';

const routes = ['GET /thing', 'GET /things/{name}', 'POST /thing', 'GET /files/{path...}'] as const;
const thing = z.object({ name: z.string() });
const token = 'made-up-token-0123456789';

let server: HttpDouble;
let clock: ManualClock;
let upstream: Upstream;
let observed: ObservedCall[];

function open(more: Partial<UpstreamOptions> = {}): Upstream {
  return createUpstream({
    instance: 'ci',
    side: 'ci',
    baseUrl: `${server.url}/sub/path/`,
    allow: routes,
    clock,
    random: () => 0,
    observe: (call) => observed.push(call),
    ...more,
  });
}

beforeEach(async () => {
  server = await httpDouble();
  clock = new ManualClock();
  observed = [];
  upstream = open();
});
afterEach(async () => {
  await upstream.close();
  await server.stop();
  vi.useRealTimers();
});

async function failureOf(work: Promise<unknown>): Promise<Failure> {
  const error = await clock.during(work).then(
    (value) => expect.fail(`no failure but ${JSON.stringify(value)}`),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(Failure);
  return error as Failure;
}
/** But for the one that sleeps for all calls of a length, which ends with the client. */
async function expectNoneAsleep(): Promise<void> {
  expect(clock.asleep).toBeLessThanOrEqual(1);
  await upstream.close();
  expect(clock.asleep).toBe(0);
}
const get = (more: object = {}) => upstream.json(thing, { route: 'GET /thing', token, ...more });
const post = (more: object = {}) => upstream.json(thing, { route: 'POST /thing', token, ...more });

describe('the request', () => {
  test('goes below the sub-path, with the headers of the list and no other, the token never in the address', async () => {
    server.answer = (_, response) => sendJson(response, 200, { name: 'x' });
    await upstream.json(thing, {
      route: 'POST /thing',
      token,
      query: { a: 'b c', gone: undefined },
      body: { n: 1 },
    });
    const [seen] = server.seen;
    expect(seen).toMatchObject({ method: 'POST', url: '/sub/path/thing?a=b%20c', body: '{"n":1}' });
    expect(Object.keys(seen?.headers ?? {}).sort()).toEqual(
      [
        'accept',
        'authorization',
        'connection',
        'content-length',
        'content-type',
        'host',
        'user-agent',
      ].sort(),
    );
    expect(seen?.headers.authorization).toBe(`Bearer ${token}`);
    expect(seen?.url).not.toContain(token);
  });

  test.each(['access_token', 'token', 'private_token', 'Access_Token'])(
    '%s cannot be a query key',
    async (key) => {
      await expect(get({ query: { [key]: token } })).rejects.toThrow(/never goes into an address/);
      expect(server.seen).toEqual([]);
    },
  );

  test('what no entry names is not called', async () => {
    const route = 'DELETE /thing' as Route;
    await expect(upstream.nothing({ route })).rejects.toThrow(/not on the list/);
    expect(server.seen).toEqual([]);
  });

  test.each(['..', '.', '', 'a\u0000b', 'a\nb'])(
    'a segment %j is not found, without a call',
    async (name) => {
      const failure = await failureOf(upstream.text({ route: 'GET /things/{name}', params: { name } }));
      expect(failure.code).toBe('not_found');
      expect(server.seen).toEqual([]);
    },
  );

  test('segments are encoded, a slash in one too; a path of several keeps its slashes', async () => {
    server.answer = (_, response) => response.end('ok');
    await upstream.text({ route: 'GET /things/{name}', params: { name: '%2e%2e/ä?#' } });
    await upstream.text({ route: 'GET /files/{path...}', params: { path: 'a b/..c/d' } });
    expect(server.seen.map((seen) => seen.url)).toEqual([
      '/sub/path/things/%252e%252e%2F%C3%A4%3F%23',
      '/sub/path/files/a%20b/..c/d',
    ]);
    const climbing = upstream.text({ route: 'GET /files/{path...}', params: { path: 'a/../b' } });
    expect((await failureOf(climbing)).code).toBe('not_found');
  });

  test('a token that no header can carry is a refused one', async () => {
    expect((await failureOf(get({ token: 'abc\r\nX-Evil: 1' }))).code).toBe('ci_token_refused');
    expect((await failureOf(get({ token: '令牌' }))).code).toBe('ci_token_refused');
    expect(server.seen).toEqual([]);
  });
});

describe('answers', () => {
  test.each([
    ['ci', 400, 'ci_refused'],
    ['ci', 401, 'ci_token_refused'],
    ['ci', 403, 'forbidden'],
    ['ci', 404, 'not_found'],
    ['ci', 409, 'conflict'],
    ['ci', 500, 'ci_error'],
    ['ci', 503, 'ci_error'],
    ['forge', 401, 'forge_signed_out'],
    ['forge', 403, 'forge_refused'],
    ['forge', 404, 'not_found'],
    ['forge', 422, 'forge_refused'],
    ['forge', 500, 'forge_unreachable'],
  ] as const)('%s %i is %s, with its own words', async (side, status, code) => {
    upstream = open({ side });
    server.answer = (_, response) => sendJson(response, status, { message: `said with ${token}` });
    const failure = await failureOf(get());
    expect(failure.code).toBe(code);
    expect(failure.facts).toMatchObject({ instance: 'ci', status });
    expect(failure.facts.raw).toBe(`${status} said with [redacted]`);
  });

  test('a web page instead of data says so, also where nothing was to be read', async () => {
    server.answer = (_, response) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Sign in</title>');
    expect(await failureOf(get())).toMatchObject({ code: 'ci_answer_unreadable', facts: { raw: 'Sign in' } });
    const silent = upstream.nothing({ route: 'POST /thing' });
    expect(await failureOf(silent)).toMatchObject({ code: 'ci_answer_unreadable' });
  });

  test('a redirect is not followed and names where it leads', async () => {
    server.answer = (_, response) => response.writeHead(301, { location: 'https://ci.example.test/' }).end();
    const failure = await failureOf(get());
    expect(failure).toMatchObject({ code: 'ci_refused', facts: { raw: '301 to https://ci.example.test/' } });
    expect(server.seen).toHaveLength(1);
  });

  test.each([
    ['broken', '{"name":'],
    ['of another shape', '{"name":7}'],
    ['too deep', `{"name":"x","a":${'['.repeat(33)}${']'.repeat(33)}}`],
    ['too large', JSON.stringify({ name: 'x'.repeat(3000) })],
    [
      'a dictionary of thousands',
      JSON.stringify({ name: 'x', a: Object.fromEntries(Array.from({ length: 250 }, (_, i) => [i, 1])) }),
    ],
    ['of too many parts', `{"name":"x","a":[[1,2,3],[${Array(40).fill('{}')}]]}`],
  ])('JSON that is %s cannot be read; after a change the outcome is open', async (_, text) => {
    upstream = open({ limits: { jsonBytes: 2000, jsonParts: 45 } });
    server.answer = (_request, response) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(text);
    expect((await failureOf(get())).code).toBe('ci_answer_unreadable');
    if (text.length < 2000) expect((await failureOf(post())).code).toBe('outcome_uncertain');
  });

  test('429 with Retry-After: no call in that time', async () => {
    server.answer = (_, response) => response.writeHead(429, { 'retry-after': '60' }).end();
    expect(await failureOf(get())).toMatchObject({ code: 'ci_refused', facts: { retryAfter: 60 } });
    expect(await failureOf(get())).toMatchObject({ code: 'overloaded', facts: { retryAfter: 60 } });
    expect(server.seen).toHaveLength(1);
    clock.advance(60_000);
    server.answer = (_, response) => sendJson(response, 200, { name: 'x' });
    await expect(get()).resolves.toEqual({ name: 'x' });
  });

  test('429 pauses the caller of that token, not everybody', async () => {
    server.answer = (seen, response) =>
      seen.headers.authorization === 'Bearer made-up-of-ada'
        ? response.writeHead(429, { 'retry-after': '60' }).end()
        : sendJson(response, 200, { name: 'x' });
    expect((await failureOf(get({ token: 'made-up-of-ada' }))).code).toBe('ci_refused');
    expect((await failureOf(get({ token: 'made-up-of-ada' }))).code).toBe('overloaded');
    await expect(get({ token: 'made-up-of-grace' })).resolves.toEqual({ name: 'x' });
    await expect(get({ authorization: 'token made-up-of-ada' })).resolves.toEqual({ name: 'x' });
    await expect(get()).resolves.toEqual({ name: 'x' });
    expect(server.seen).toHaveLength(4);
  });

  test.each([
    ['90', 90],
    ['86400', 300],
    ['Sat, 21 Nov 2026 10:01:30 GMT', 90],
    ['Sun, 22 Nov 2026 10:00:00 GMT', 300],
    ['Sat, 21 Nov 2026 09:00:00 GMT', undefined],
    ['0', undefined],
    ['soon', undefined],
    ['-5', undefined],
  ])('Retry-After: %s', async (said, retryAfter) => {
    server.answer = (_, response) =>
      response.writeHead(429, { date: 'Sat, 21 Nov 2026 10:00:00 GMT', 'retry-after': said }).end();
    expect((await failureOf(get())).facts.retryAfter).toBe(retryAfter);
    expect((await failureOf(get())).code).toBe(retryAfter === undefined ? 'ci_refused' : 'overloaded');
    clock.advance((retryAfter ?? 0) * 1000);
    expect((await failureOf(get())).code).toBe('ci_refused');
  });
});

describe('faults', () => {
  test('reads are tried three times, with jitter; every attempt is observed', async () => {
    let calls = 0;
    server.answer = (_, response) => {
      calls += 1;
      if (calls < 3) sendJson(response, 503, {});
      else sendJson(response, 200, { name: 'x' });
    };
    await expect(clock.during(get())).resolves.toEqual({ name: 'x' });
    expect(clock.slept.filter((ms) => ms < 3000)).toEqual([200, 200]);
    expect(observed.map(({ route, attempt, status, code }) => [route, attempt, status, code])).toEqual([
      ['GET /thing', 1, 503, 'ci_error'],
      ['GET /thing', 2, 503, 'ci_error'],
      ['GET /thing', 3, 200, null],
    ]);
    await expectNoneAsleep();
  });

  test('changes are sent once', async () => {
    server.answer = (_, response) => sendJson(response, 503, {});
    expect((await failureOf(post())).code).toBe('ci_error');
    expect(server.seen).toHaveLength(1);
  });

  test.each([
    ['the connection is cut before an answer', (response: { destroy(): void }) => response.destroy()],
    [
      'the answer is cut',
      (response: import('node:http').ServerResponse) => {
        response
          .writeHead(200, { 'content-type': 'application/json', 'content-length': '100' })
          .write('{"na');
        setImmediate(() => response.destroy());
      },
    ],
    [
      'a proxy gave up waiting',
      (response: import('node:http').ServerResponse) => void response.writeHead(504).end('gateway timeout'),
    ],
  ])('a change is uncertain when %s', async (_, cut) => {
    server.answer = (_request, response) => cut(response);
    expect((await failureOf(post())).code).toBe('outcome_uncertain');
    expect(server.seen).toHaveLength(1);
    upstream = open({ limits: { retries: 0 } });
    expect((await failureOf(get())).code).not.toBe('outcome_uncertain');
  });

  test('a change that never left is not uncertain: nobody listens', async () => {
    await server.stop();
    const failure = await failureOf(post());
    expect(failure.code).toBe('ci_unreachable');
    expect(failure.facts.raw).toContain('ECONNREFUSED');
  });

  test('a change after the server was away goes over a new connection', async () => {
    server.answer = (_, response) => sendJson(response, 200, { name: 'x' });
    await get();
    await post();
    await post();
    expect(server.seen.slice(1).map((seen) => seen.headers.connection)).toEqual(['close', 'close']);
  });

  test('no answer in time: a timeout for reads, an open outcome for changes', async () => {
    server.answer = () => {};
    const read = get();
    const change = post();
    read.catch(() => {});
    change.catch(() => {});
    await vi.waitFor(() => expect(server.seen).toHaveLength(2));
    clock.advance(30_000);
    expect((await failureOf(read)).code).toBe('ci_timeout');
    expect((await failureOf(change)).code).toBe('outcome_uncertain');
  });

  test('headers and silence have limits of their own', async () => {
    upstream = open({ limits: { headersMs: 40, idleMs: 40, retries: 0 } });
    server.answer = () => {};
    expect((await failureOf(get())).code).toBe('ci_timeout');
    server.answer = (_, response) => void response.writeHead(200).write('{');
    expect((await failureOf(get())).code).toBe('ci_timeout');
  });

  test('the caller ends a call, and gets his own reason', async () => {
    server.answer = () => {};
    const controller = new AbortController();
    const call = get({ signal: controller.signal });
    await vi.waitFor(() => expect(server.seen).toHaveLength(1));
    const reason = new Error('gone away');
    controller.abort(reason);
    await expect(call).rejects.toBe(reason);
    await expect(get({ signal: controller.signal })).rejects.toBe(reason);
    await expectNoneAsleep();
  });

  test('nothing stays hung on a signal that lives on', async () => {
    const { signal } = new AbortController();
    server.answer = (_, response) => sendJson(response, 200, { name: 'x' });
    await get({ signal });
    const { body } = await upstream.stream({ route: 'GET /thing', signal });
    for await (const _ of body);
    server.answer = (_, response) => sendJson(response, 404, {});
    await failureOf(get({ signal }));
    await failureOf(upstream.stream({ route: 'GET /thing', signal }));
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    await expectNoneAsleep();
  });

  test('five failures open the circuit, a probe after 5 s closes it', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    server.answer = (_, response) => sendJson(response, 503, { message: 'starting' });
    for (let i = 0; i < 5; i += 1) await failureOf(post());
    expect(await failureOf(post())).toMatchObject({ code: 'ci_unreachable', facts: { raw: '503 starting' } });
    expect(server.seen).toHaveLength(5);
    server.answer = (_, response) => sendJson(response, 200, { name: 'x' });
    vi.advanceTimersByTime(4_900);
    await failureOf(post());
    vi.advanceTimersByTime(200);
    await expect(post()).resolves.toEqual({ name: 'x' });
    await expect(post()).resolves.toEqual({ name: 'x' });
    expect(server.seen).toHaveLength(7);
  });

  test("the server's own refusals and errors do not open it", async () => {
    for (const status of [400, 401, 404, 500]) {
      server.answer = (_, response) => sendJson(response, status, {});
      for (let i = 0; i < 6; i += 1) await failureOf(post());
    }
    expect(server.seen).toHaveLength(24);
  });

  test('failures further apart than the window do not open it', async () => {
    server.answer = (_, response) => sendJson(response, 503, {});
    for (let i = 0; i < 12; i += 1) {
      await failureOf(post());
      clock.advance(2_600);
    }
    expect(server.seen).toHaveLength(12);
  });

  test('more than fit at a time wait, more than may wait are refused', async () => {
    upstream = open({ limits: { inFlight: 2, queue: 1 } });
    const waiting: (() => void)[] = [];
    server.answer = (_, response) => void waiting.push(() => sendJson(response, 200, { name: 'x' }));
    const three = [get(), get(), get()];
    expect((await failureOf(get())).code).toBe('overloaded');
    await vi.waitFor(() => expect(server.seen).toHaveLength(2));
    waiting.shift()?.();
    await vi.waitFor(() => expect(server.seen).toHaveLength(3));
    for (const release of waiting) release();
    await Promise.all(three);
  });
});

describe('streams', () => {
  const stream = (more: object = {}) => upstream.stream({ route: 'GET /thing', ...more });
  const read = async (body: AsyncIterable<Uint8Array>) => {
    let text = '';
    for await (const part of body) text += Buffer.from(part).toString();
    return text;
  };

  test('have no limit in time, and give up their place once they stand', async () => {
    upstream = open({ limits: { inFlight: 1, queue: 0 } });
    server.answer = (_, response) => void response.writeHead(200).write('a');
    const { body } = await stream();
    const reading = read(body);
    reading.catch(() => {});
    clock.advance(24 * 3600_000);
    server.answer = (_, response) => sendJson(response, 200, { name: 'x' });
    await expect(get()).resolves.toEqual({ name: 'x' });
    await server.stop();
    await expect(reading).rejects.toMatchObject({ code: 'ci_unreachable' });
  });

  test('end with the reason of their signal', async () => {
    server.answer = (_, response) => void response.writeHead(200).write('a');
    const controller = new AbortController();
    const { body } = await stream({ signal: controller.signal });
    const reading = read(body);
    controller.abort(new Error('enough'));
    await expect(reading).rejects.toThrow('enough');
  });

  test('a stored log may take as long as a slow answer until it begins, and no longer', async () => {
    upstream = open({ limits: { headersMs: 40, retries: 0 } });
    let begin = () => {};
    server.answer = (_, response) => {
      begin = () => void response.writeHead(200).end('late');
    };
    const log = stream({ class: 'log' });
    await vi.waitFor(() => expect(server.seen).toHaveLength(1));
    server.answer = () => {};
    // Asked later than the log, and given up before it.
    expect((await failureOf(get())).code).toBe('ci_timeout');
    begin();
    expect(await read((await log).body)).toBe('late');
    upstream = open({ limits: { slowMs: 40, retries: 0 } });
    expect((await failureOf(stream({ class: 'log' }))).code).toBe('ci_timeout');
  });

  test('close the connection when their reader stops', async () => {
    let closed = false;
    server.answer = (_, response) => {
      response.on('close', () => {
        closed = true;
      });
      response.writeHead(200).write('a');
    };
    const { body } = await stream({ class: 'log' });
    for await (const _ of body) break;
    await vi.waitFor(() => expect(closed).toBe(true));
    await expectNoneAsleep();
  });

  test('a refusal is a Failure like any other', async () => {
    server.answer = (_, response) => sendJson(response, 404, { message: 'Not Found' });
    expect(await failureOf(stream())).toMatchObject({ code: 'not_found', facts: { raw: '404 Not Found' } });
  });
});
