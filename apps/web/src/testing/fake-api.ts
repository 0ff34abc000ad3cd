import { type Problem, type ProblemCode, problemStatus } from '@flightdeck/api-client/contract';
import { vi } from 'vitest';

export interface Call {
  method: string;
  path: string;
  search: URLSearchParams;
  body: unknown;
  headers: Headers;
}

type Answer = unknown | ((call: Call) => unknown);

let routes: { method: string; pattern: RegExp; answer: Answer }[] = [];
let unmatched: string[] = [];
export const calls: Call[] = [];

/** An answer that is a problem: `problem('ci_timeout', { instance: 'ci' })`. */
export class FakeProblem {
  readonly problem: Problem;
  constructor(problem: Problem) {
    this.problem = problem;
  }
}
export const problem = (code: ProblemCode, more: Partial<Problem> = {}): FakeProblem =>
  new FakeProblem({
    code,
    message: code,
    instance: null,
    raw: null,
    requestId: 'req-1',
    fields: null,
    retryAfter: null,
    ...more,
  });

/**
 * Answers requests at the level of `fetch`: `{ 'GET /api/deck': deck }`; `*` in a path stands for one segment. Later
 * calls add to earlier ones and win. A request that nothing matches fails the test.
 */
export function fakeApi(answers: Record<string, Answer>): void {
  const added = Object.entries(answers).map(([key, answer]) => {
    const [method = 'GET', path = ''] = key.split(' ');
    const source = path.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '[^/]+');
    return { method, pattern: new RegExp(`^${source}$`), answer };
  });
  routes = [...added, ...routes];
  vi.stubGlobal('fetch', answer);
}

async function answer(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const request = new Request(input, init);
  const url = new URL(request.url);
  const text = await request.text();
  const call: Call = {
    method: request.method,
    path: url.pathname,
    search: url.searchParams,
    body: text ? JSON.parse(text) : null,
    headers: request.headers,
  };
  calls.push(call);
  const route = routes.find((known) => known.method === call.method && known.pattern.test(call.path));
  if (!route) {
    unmatched.push(`${call.method} ${call.path}`);
    return respond(problem('not_found'));
  }
  const value = typeof route.answer === 'function' ? await route.answer(call) : route.answer;
  return respond(value);
}

function respond(value: unknown): Response {
  if (value instanceof Response) return value;
  const failed = value instanceof FakeProblem;
  return new Response(JSON.stringify(failed ? value.problem : value), {
    status: failed ? problemStatus[value.problem.code] || 503 : 200,
    headers: { 'content-type': 'application/json' },
  });
}

/** After each test: nothing was asked that nobody had foreseen. */
export function checkFakeApi(): void {
  const strangers = unmatched;
  routes = [];
  unmatched = [];
  calls.length = 0;
  if (strangers.length > 0) throw new Error(`Requests that nothing matched: ${strangers.join(', ')}`);
}

export const sent = (method: string, path: string): Call[] =>
  calls.filter((call) => call.method === method && call.path === path);
