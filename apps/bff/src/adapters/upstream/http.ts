import type { Dispatcher } from 'undici';
import type { z } from 'zod';
import { Failure } from '../../domain/failure.ts';
import { addressOf, parseBase } from './address.ts';
import { createAgents } from './agents.ts';
import { type Response, readAnswer, readGood, readJson, refusePage, unreadable } from './answers.ts';
import { createGatekeeper, saysDown } from './breaker.ts';
import { type CallFacts, fromFault, fromStatus } from './errors.ts';
import { createPauses } from './pauses.ts';
import { headersOf, payloadOf, secretsOf } from './request.ts';
import { openScope, type Scope } from './scope.ts';
import {
  defaultLimits,
  type Upstream,
  type UpstreamLimits,
  type UpstreamOptions,
  type UpstreamRequest,
} from './types.ts';

export * from './types.ts';

type Reader<T> = (response: Response, facts: CallFacts, scope: Scope) => Promise<T>;

/** The one HTTP client for forges and CI servers. */
export function createUpstream(options: UpstreamOptions): Upstream {
  const { clock, instance, side } = options;
  const limits: UpstreamLimits = { ...defaultLimits, ...options.limits };
  const random = options.random ?? Math.random;
  const base = parseBase(options.baseUrl);
  const allowed: ReadonlySet<string> = new Set(options.allow);
  const encode = options.encodeSegment ?? encodeURIComponent;
  const agents = createAgents(limits, options.caFile, options.dispatcher);
  const gatekeeper = createGatekeeper(limits, clock);
  const pauses = createPauses(instance, clock);

  /** `leaveOpen`: the reader closes the scope itself, when the body has ended. */
  async function call<T>(request: UpstreamRequest, read: Reader<T>, leaveOpen = false): Promise<T> {
    if (!allowed.has(request.route)) throw new Error(`not on the list of calls: ${request.route}`);
    request.signal?.throwIfAborted();
    const mutating = request.mutating ?? !request.route.startsWith('GET ');
    const facts: CallFacts = { instance, side, mutating, secrets: secretsOf(request) };
    const path = addressOf(base, request, encode);
    const headers = headersOf(request, facts);
    pauses.refuse(request);
    const scope = openScope(facts, clock, limitOf(request), request.signal);
    const attempt = () => attemptOnce(request, { path, headers, facts, scope }, read);
    try {
      const result = await gatekeeper.run(facts, () =>
        scope.race(withRetries(request, mutating, attempt, scope)),
      );
      if (!leaveOpen) scope.close();
      return result;
    } catch (error) {
      scope.close();
      throw error;
    }
  }

  function limitOf(request: UpstreamRequest): number | null {
    if (request.class === 'stream') return null;
    if (request.class === 'log') return limits.logMs;
    return request.class === 'slow' ? limits.slowMs : limits.totalMs;
  }

  async function attemptOnce<T>(
    request: UpstreamRequest,
    built: { path: string; headers: Record<string, string>; facts: CallFacts; scope: Scope },
    read: Reader<T>,
  ): Promise<{ status: number; value: T }> {
    const { facts, scope } = built;
    const slow = request.class === 'slow';
    scope.signal.throwIfAborted();
    scope.sent = true;
    const response = await (facts.mutating ? agents.writes : agents.reads).request({
      origin: base.origin,
      path: built.path,
      method: request.route.slice(0, request.route.indexOf(' ')) as Dispatcher.HttpMethod,
      headers: built.headers,
      body: payloadOf(request),
      signal: scope.signal,
      headersTimeout: slow ? limits.slowMs : limits.headersMs,
      bodyTimeout: request.class === 'stream' ? 0 : slow ? limits.slowMs : limits.idleMs,
    });
    try {
      return { status: response.statusCode, value: await read(response, facts, scope) };
    } catch (error) {
      response.body.on('error', () => {}).destroy();
      throw error;
    }
  }

  /** First attempt and those after it; every one is observed. */
  async function withRetries<T>(
    request: UpstreamRequest,
    mutating: boolean,
    attempt: () => Promise<{ status: number; value: T }>,
    scope: Scope,
  ): Promise<T> {
    const more = request.retries ?? (mutating ? 0 : limits.retries);
    for (let number = 1; ; number += 1) {
      const began = clock.now();
      const observe = (status: number | null, code: string | null) => {
        const ms = clock.now() - began;
        options.observe?.({ instance, side, route: request.route, attempt: number, status, code, ms });
      };
      try {
        const { status, value } = await attempt();
        observe(status, null);
        return value;
      } catch (error) {
        const meaning = scope.meaning(error);
        const failure = meaning instanceof Failure ? meaning : null;
        observe(failure?.facts.status ?? null, failure?.code ?? 'aborted');
        pauses.obey(request, failure);
        if (!failure || number > more || !worthRepeating(failure)) throw meaning;
        // 0.2–0.7 s, then 0.2–1.5 s: with both, a server that is down is still said to be so within 3 s.
        await clock.sleep(200 + random() * (number === 1 ? 500 : 1300), scope.signal);
        scope.signal.throwIfAborted();
      }
    }
  }

  function page<S extends z.ZodType>(schema: S, request: UpstreamRequest) {
    return call(request, async (response, facts) => {
      const parsed = schema.safeParse(await readJson(response, facts, limits));
      if (parsed.success) return { value: parsed.data, headers: response.headers };
      const issue = parsed.error.issues[0];
      const raw = issue ? `${issue.path.join('.') || 'answer'}: ${issue.message}` : 'unexpected';
      throw unreadable(facts, response.statusCode, raw);
    });
  }

  return {
    json: async (schema, request) => (await page(schema, request)).value,
    page,
    text: (request) =>
      call(request, async (response, facts) => (await readGood(response, facts, limits)).text),
    nothing: (request) =>
      call(request, async (response, facts) => {
        refusePage(await readGood(response, facts, limits), facts);
      }),
    raw: (request) =>
      call(request, async (response, facts) => {
        const answer = await readAnswer(response, facts, limits);
        if (answer.status >= 500) throw fromStatus(answer, facts);
        return answer;
      }),
    stream: (request) =>
      call(
        { ...request, class: request.class === 'log' ? 'log' : 'stream' },
        async (response, facts, scope) => {
          if (response.statusCode < 200 || response.statusCode >= 300) {
            await readGood(response, facts, limits);
          }
          return {
            status: response.statusCode,
            contentType: String(response.headers['content-type'] ?? ''),
            body: guarded(response.body, facts, scope),
          };
        },
        true,
      ),
    close: () => agents.close(),
  };
}

const worthRepeating = (failure: Failure): boolean => saysDown(failure) || failure.facts.status === 500;

/** The body, with the network's errors translated. Ends the call when it ends or its reader stops. */
async function* guarded(body: Response['body'], facts: CallFacts, scope: Scope): AsyncGenerator<Uint8Array> {
  try {
    for await (const part of body) yield part as Uint8Array;
  } catch (error) {
    const meaning = scope.meaning(error);
    // Reading a body changes nothing: a cut is a cut.
    throw meaning instanceof Failure && meaning.code === 'outcome_uncertain'
      ? fromFault(error, { ...facts, mutating: false })
      : meaning;
  } finally {
    body.on('error', () => {}).destroy();
    scope.close();
  }
}
