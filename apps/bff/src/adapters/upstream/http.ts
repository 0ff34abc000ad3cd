import type { Dispatcher } from 'undici';
import type { z } from 'zod';
import { Failure } from '../../domain/failure.ts';
import { addressOf, parseBase } from './address.ts';
import { createAgents } from './agents.ts';
import { good, jsonOf, refusePage, tooLarge, unreadable } from './answers.ts';
import { readText, TooLarge } from './body.ts';
import { createGatekeeper, saysDown } from './breaker.ts';
import { createDeadlines } from './deadlines.ts';
import { type CallFacts, fromFault, fromStatus } from './errors.ts';
import { exchange } from './exchange.ts';
import { createPauses } from './pauses.ts';
import { createReadings } from './readings.ts';
import { headersOf, payloadOf, secretsOf } from './request.ts';
import { openScope, type Scope } from './scope.ts';
import {
  defaultLimits,
  type RawAnswer,
  type Upstream,
  type UpstreamLimits,
  type UpstreamOptions,
  type UpstreamRequest,
  type UpstreamStream,
} from './types.ts';

export * from './types.ts';

/** An attempt's parts, made once for all attempts. */
interface Built {
  dispatcher: Dispatcher;
  options: Dispatcher.DispatchOptions;
  facts: CallFacts;
  scope: Scope;
}
/** Sends it and reads the answer. */
type Attempt<T> = (built: Built) => Promise<{ status: number; value: T }>;

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
  const readings = createReadings();
  const deadlines = createDeadlines(clock);

  /** `leaveOpen`: the reader closes the scope itself, when the body has ended. */
  async function call<T>(request: UpstreamRequest, send: Attempt<T>, leaveOpen = false): Promise<T> {
    if (!allowed.has(request.route)) throw new Error(`not on the list of calls: ${request.route}`);
    request.signal?.throwIfAborted();
    const mutating = request.mutating ?? !request.route.startsWith('GET ');
    const facts: CallFacts = { instance, side, mutating, secrets: () => secretsOf(request) };
    const options = optionsOf(request, facts);
    pauses.refuse(request);
    const scope = openScope(facts, deadlines, limitOf(request), request.signal);
    const dispatcher = mutating ? agents.writes : agents.reads;
    const attempt = () => {
      scope.throwIfEnded();
      scope.sent = true;
      return send({ dispatcher, options, facts, scope });
    };
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

  function optionsOf(request: UpstreamRequest, facts: CallFacts): Dispatcher.DispatchOptions {
    const slow = request.class === 'slow';
    // A server that keeps logs in a table (Woodpecker) reads and encodes all of one before the first byte: a million lines
    // take it longer than any other answer.
    const slowToBegin = slow || request.class === 'log';
    return {
      origin: base.origin,
      path: addressOf(base, request, encode),
      method: request.route.slice(0, request.route.indexOf(' ')) as Dispatcher.HttpMethod,
      headers: headersOf(request, facts),
      body: payloadOf(request),
      headersTimeout: slowToBegin ? limits.slowMs : limits.headersMs,
      bodyTimeout: request.class === 'stream' ? 0 : slow ? limits.slowMs : limits.idleMs,
    };
  }

  /** The whole answer, read by `read`. */
  function whole<T>(read: (answer: RawAnswer, facts: CallFacts) => T): Attempt<T> {
    return async ({ dispatcher, options, facts, scope }) => {
      try {
        const answer = await exchange(dispatcher, options, limits.jsonBytes, scope.stoppable);
        return { status: answer.status, value: read(answer, facts) };
      } catch (error) {
        throw error instanceof TooLarge ? tooLarge(error, facts) : error;
      }
    };
  }

  const opened: Attempt<UpstreamStream> = async ({ dispatcher, options, facts, scope }) => {
    const { statusCode, headers, body } = await dispatcher.request({
      ...(options as Dispatcher.RequestOptions),
      signal: scope.signal,
    });
    try {
      if (statusCode < 200 || statusCode >= 300) {
        good({ status: statusCode, headers, text: await readText(body, limits.jsonBytes) }, facts);
      }
    } catch (error) {
      body.on('error', () => {}).destroy();
      throw error instanceof TooLarge ? tooLarge(error, facts) : error;
    }
    const contentType = String(headers['content-type'] ?? '');
    return {
      status: statusCode,
      value: { status: statusCode, contentType, body: guarded(body, facts, scope) },
    };
  };

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
        scope.throwIfEnded();
      }
    }
  }

  function page<S extends z.ZodType>(schema: S, request: UpstreamRequest) {
    return call(
      request,
      whole((answer, facts) => {
        const { status, headers, text } = good(answer, facts);
        const value = readings.of(schema, text, () => {
          const parsed = schema.safeParse(jsonOf(answer, facts, limits));
          if (parsed.success) return parsed.data;
          const issue = parsed.error.issues[0];
          const raw = issue ? `${issue.path.join('.') || 'answer'}: ${issue.message}` : 'unexpected';
          throw unreadable(facts, status, raw);
        });
        return { value, headers };
      }),
    );
  }

  return {
    json: async (schema, request) => (await page(schema, request)).value,
    page,
    text: (request) =>
      call(
        request,
        whole((answer, facts) => good(answer, facts).text),
      ),
    nothing: (request) =>
      call(
        request,
        whole((answer, facts) => refusePage(good(answer, facts), facts)),
      ),
    raw: (request) =>
      call(
        request,
        whole((answer, facts) => {
          if (answer.status >= 500) throw fromStatus(answer, facts);
          return answer;
        }),
      ),
    stream: (request) =>
      call({ ...request, class: request.class === 'log' ? 'log' : 'stream' }, opened, true),
    close: async () => {
      deadlines.close();
      await agents.close();
    },
  };
}

const worthRepeating = (failure: Failure): boolean => saysDown(failure) || failure.facts.status === 500;

/** The body, with the network's errors translated. Ends the call when it ends or its reader stops. */
async function* guarded(
  body: Dispatcher.ResponseData['body'],
  facts: CallFacts,
  scope: Scope,
): AsyncGenerator<Uint8Array> {
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
