import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FaceName } from './faults.ts';

export interface LoggedCall {
  id: number;
  face: FaceName;
  /** Ms since 1970 by the machine's clock. */
  at: number;
  method: string;
  /** With its query; credentials in it are redacted. */
  path: string;
  /** Login, '' for nobody. */
  who: string;
  headers: Record<string, string>;
  /** Undefined while the answer is under way. */
  status: number | undefined;
}

export interface CallCount {
  total: number;
  mutating: number;
}

const secretHeaders = new Set([
  'authorization',
  'cookie',
  'set-cookie',
  'proxy-authorization',
  'private-token',
]);
const secretQuery = /([?&](?:access_token|code|client_secret|refresh_token|token|secret)=)[^&]*/g;
const kept = 20_000;

/** Every request that the faces received, so that tests can tell what was asked and how often. */
export class CallLog {
  #calls: LoggedCall[] = [];
  #next = 1;

  add(face: FaceName, who: string, request: IncomingMessage, response: ServerResponse): void {
    const headers: Record<string, string> = {};
    for (const [name, value] of Object.entries(request.headers)) {
      headers[name] = secretHeaders.has(name) ? '<redacted>' : String(value);
    }
    const call: LoggedCall = {
      id: this.#next,
      face,
      at: Date.now(),
      method: request.method ?? 'GET',
      path: (request.url ?? '/').replace(secretQuery, '$1<redacted>'),
      who,
      headers,
      status: undefined,
    };
    this.#next += 1;
    this.#calls.push(call);
    if (this.#calls.length > kept) this.#calls.splice(0, 1000);
    response.once('finish', () => {
      call.status = response.statusCode;
    });
    response.once('close', () => {
      call.status ??= response.headersSent ? response.statusCode : 0;
    });
  }

  list(
    filter: { face?: string | undefined; since?: number | undefined; match?: string | undefined } = {},
  ): LoggedCall[] {
    const pattern = filter.match === undefined ? undefined : new RegExp(filter.match);
    return this.#calls.filter(
      (call) =>
        (filter.face === undefined || call.face === filter.face) &&
        (filter.since === undefined || call.id > filter.since) &&
        (!pattern || pattern.test(`${call.method} ${call.path}`)),
    );
  }

  /** Totals of the forge, of the first CI server and of each other; `mutating` counts all but GET, HEAD, OPTIONS. */
  counts(filter: Parameters<CallLog['list']>[0] = {}): {
    gitea: CallCount;
    drone: CallCount;
    servers: Record<string, CallCount>;
    last: number;
  } {
    const count = (face: FaceName): CallCount => {
      const own = this.list({ ...filter, face });
      const mutating = own.filter((call) => !['GET', 'HEAD', 'OPTIONS'].includes(call.method)).length;
      return { total: own.length, mutating };
    };
    const others = new Set(this.#calls.map((call) => call.face));
    others.delete('gitea');
    others.delete('drone');
    const servers = Object.fromEntries([...others].map((face) => [face, count(face)]));
    return { gitea: count('gitea'), drone: count('drone'), servers, last: this.#next - 1 };
  }

  clear(): void {
    this.#calls = [];
  }
}
