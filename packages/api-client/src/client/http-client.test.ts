import { describe, expect, it, vi } from 'vitest';
import { ProblemError } from '../contract/problem.ts';
import { createHttpClient } from './http-client.ts';

const json = (body: unknown, status = 200, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } });

const hits = {
  ...{ generation: 1, from: 0, scanned: 10, total: 2, lines: [3, 9], complete: true },
  ...{ counts: [[0, 2]], hits: [] },
};
const step = { server: 'ci', repo: 'acme~checkout', number: 7, stage: 1, step: 2 };

async function problemOf(promise: Promise<unknown>) {
  const error = await promise.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ProblemError);
  return (error as ProblemError).problem;
}

describe('createHttpClient', () => {
  it('asks below the base path, with the header that mutating routes need', async () => {
    const seen: Request[] = [];
    const client = createHttpClient({
      baseUrl: 'http://ci.lan/base',
      fetch: async (request) => {
        seen.push(request);
        return json(hits);
      },
    });
    expect(await client.logs.search({ ...step, q: 'a&b', regex: true })).toEqual(hits);
    const url = new URL(seen[0]?.url ?? '');
    expect(url.pathname).toBe(
      '/base/api/servers/ci/repositories/acme~checkout/builds/7/stages/1/steps/2/log/search',
    );
    expect(url.searchParams.get('q')).toBe('a&b');
    expect(url.searchParams.get('regex')).toBe('true');
    expect(seen[0]?.headers.get('x-flightdeck')).toBe('1');
  });

  it('throws the problem of the answer and says when nobody is signed in', async () => {
    const onSignedOut = vi.fn();
    const problem = {
      code: 'signed_out',
      message: 'Sign in first.',
      instance: null,
      raw: null,
      requestId: 'r-1',
      fields: null,
      retryAfter: null,
    };
    const client = createHttpClient({
      baseUrl: 'http://ci.lan',
      fetch: async () => json(problem, 401),
      onSignedOut,
    });
    expect(await problemOf(client.session.get())).toEqual(problem);
    expect(onSignedOut).toHaveBeenCalledTimes(1);
  });

  it('calls no answer offline, with what the browser said', async () => {
    const client = createHttpClient({
      baseUrl: 'http://ci.lan',
      fetch: () => Promise.reject(new TypeError('Failed to fetch')),
    });
    const problem = await problemOf(client.session.get());
    expect(problem.code).toBe('offline');
    expect(problem.raw).toContain('Failed to fetch');
  });

  it('calls a page of a proxy what it is', async () => {
    const answers = [
      new Response('<h1>Bad gateway</h1>', { status: 502 }),
      new Response('slow down', { status: 429, headers: { 'retry-after': '7' } }),
      new Response('<h1>Forbidden</h1>', { status: 403, headers: { 'x-request-id': 'r-2' } }),
    ];
    const client = createHttpClient({
      baseUrl: 'http://ci.lan',
      fetch: async () => answers.shift() as Response,
    });
    expect(await problemOf(client.session.get())).toMatchObject({ code: 'offline' });
    expect(await problemOf(client.session.get())).toMatchObject({ code: 'rate_limited', retryAfter: 7 });
    expect(await problemOf(client.session.get())).toMatchObject({ code: 'internal', requestId: 'r-2' });
  });

  it('refuses an answer that is not what the contract says', async () => {
    const page = new Response('<html>sign in here</html>', { headers: { 'content-type': 'text/html' } });
    const answers = [json({ ...hits, total: 'many' }), page];
    const client = createHttpClient({
      baseUrl: 'http://ci.lan',
      fetch: async () => answers.shift() as Response,
    });
    expect(await problemOf(client.logs.search({ ...step, q: 'a' }))).toMatchObject({ code: 'internal' });
    expect(await problemOf(client.logs.search({ ...step, q: 'a' }))).toMatchObject({ code: 'internal' });
  });

  it('leaves an abort an abort', async () => {
    const client = createHttpClient({
      baseUrl: 'http://ci.lan',
      fetch: (request) =>
        new Promise((_, reject) => {
          const fail = () => reject(request.signal.reason);
          if (request.signal.aborted) fail();
          request.signal.addEventListener('abort', fail);
        }),
    });
    const stop = new AbortController();
    const asked = client.logs.search({ ...step, q: 'a' }, { signal: stop.signal });
    stop.abort();
    await expect(asked).rejects.toMatchObject({ name: 'AbortError' });
  });
});
