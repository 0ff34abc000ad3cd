import type { Dispatcher } from 'undici';
import type { z } from 'zod';
import type { Clock } from '../../ports/clock.ts';

/** Which half of the problem codes an upstream's failures take. */
export type Side = 'forge' | 'ci';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/**
 * `METHOD /template`. `{name}` stands for one encoded segment, `{name...}` for several (each encoded alone).
 * What no entry names cannot be called.
 */
export type Route = `${Method} /${string}`;

/**
 * normal: headers 10 s, silence 15 s, 30 s in all. slow: 60 s (calls that make the server ask a forge).
 * log: a download, 10 minutes in all. stream: no limit once the headers are there.
 */
export type CallClass = 'normal' | 'slow' | 'log' | 'stream';

export type QueryValue = string | number | boolean | undefined;

export interface UpstreamRequest {
  route: Route;
  params?: Record<string, string | number>;
  /** `undefined` values are left out. Pairs keep their order and may repeat a key. */
  query?: Record<string, QueryValue> | readonly (readonly [string, string])[];
  /** Sent as `Authorization: Bearer`, and nowhere else. */
  token?: string;
  /** A whole Authorization value for other schemes (`Basic …`, `token …`); wins over `token`. */
  authorization?: string;
  /** JSON body. */
  body?: unknown;
  /** `application/x-www-form-urlencoded` body. */
  form?: Record<string, string>;
  /** Only the account-linking exchange sends one. */
  cookie?: string;
  accept?: string;
  class?: CallClass;
  /** It changes something: never repeated, and without an answer its outcome is uncertain. Default: not GET. */
  mutating?: boolean;
  /** Attempts after the first. Default: 2 for what does not mutate, else 0. */
  retries?: number;
  /** Ends the call; it then rejects with the signal's reason. */
  signal?: AbortSignal;
}

export interface RawAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

export interface UpstreamStream {
  status: number;
  contentType: string;
  /** Throws Failure `…_unreachable` when the connection is cut, the signal's reason when aborted. */
  body: AsyncIterable<Uint8Array>;
}

/**
 * One client for every upstream. All methods throw Failure (see errors.ts for the codes); 2xx only, but for `raw`.
 * The server's own words stand in `facts.raw` (redacted, at most 500 characters), its status in `facts.status`.
 */
export interface Upstream {
  json<S extends z.ZodType>(schema: S, request: UpstreamRequest): Promise<z.output<S>>;
  /** The same with the answer's headers, for lists that say there where they go on. */
  page<S extends z.ZodType>(
    schema: S,
    request: UpstreamRequest,
  ): Promise<{ value: z.output<S>; headers: RawAnswer['headers'] }>;
  /** A text body of at most `limits.jsonBytes`. */
  text(request: UpstreamRequest): Promise<string>;
  /** Body read and dropped. */
  nothing(request: UpstreamRequest): Promise<void>;
  /** Any answer below 500 with its headers, redirects too (they are never followed). */
  raw(request: UpstreamRequest): Promise<RawAnswer>;
  /** Headers are there, the body follows. Ends when the signal aborts or the reader stops. */
  stream(request: UpstreamRequest): Promise<UpstreamStream>;
  close(): Promise<void>;
}

export interface UpstreamLimits {
  connectMs: number;
  headersMs: number;
  idleMs: number;
  totalMs: number;
  slowMs: number;
  logMs: number;
  /** Calls at a time; more wait in the queue; beyond it `overloaded`. Streams count until their headers are there. */
  inFlight: number;
  queue: number;
  jsonBytes: number;
  jsonDepth: number;
  /** Objects, lists and items of lists in one answer, all levels together: each may cost a schema. */
  jsonParts: number;
  retries: number;
  breakerFailures: number;
  breakerWindowMs: number;
  breakerProbeMinMs: number;
  breakerProbeMaxMs: number;
  /** A keep-alive connection is not used longer than this. */
  socketMaxAgeMs: number;
}

export const defaultLimits: UpstreamLimits = {
  connectMs: 3_000,
  headersMs: 10_000,
  idleMs: 15_000,
  totalMs: 30_000,
  slowMs: 60_000,
  logMs: 600_000,
  inFlight: 50,
  queue: 200,
  jsonBytes: 10 * 1024 * 1024,
  jsonDepth: 32,
  jsonParts: 50_000,
  retries: 2,
  breakerFailures: 5,
  breakerWindowMs: 10_000,
  breakerProbeMinMs: 5_000,
  breakerProbeMaxMs: 10_000,
  socketMaxAgeMs: 300_000,
};

/** One attempt, for metrics and logs. Nothing in it is secret: the route is the template. */
export interface ObservedCall {
  instance: string;
  side: Side;
  route: Route;
  attempt: number;
  /** null: no answer. */
  status: number | null;
  /** Problem code of a failure. */
  code: string | null;
  /** Until the body was read; for streams until the headers. */
  ms: number;
}

export interface UpstreamOptions {
  instance: string;
  side: Side;
  /** Internal address, with a sub-path where it has one. */
  baseUrl: string;
  caFile?: string;
  allow: readonly Route[];
  limits?: Partial<UpstreamLimits>;
  clock: Clock;
  /** 0 ≤ x < 1, for jitter. */
  random?: () => number;
  /** Default: `encodeURIComponent`. */
  encodeSegment?: (text: string) => string;
  dispatcher?: Dispatcher;
  observe?: (call: ObservedCall) => void;
}
