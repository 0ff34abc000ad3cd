import type { IncomingMessage, ServerResponse } from 'node:http';
import { CiError } from '../../ci/build-input.ts';
import type { Core } from '../../core.ts';
import type { OpenStream } from '../../servers/server.ts';
import type { CiUser } from '../../world/model.ts';
import { goInt, goJson, goJsonFault } from '../go.ts';
import { send } from '../go-server.ts';

export interface DroneSettings {
  clientId: string;
  clientSecret: string;
  /** `DRONE_GITEA_REDIRECT_URL`; Drone's own `/login` when absent. */
  redirectUrl: string | undefined;
  cookieSecret: string;
  /** The forge's address for calls from server to server. */
  forgeUrl: () => string;
}

/** The world may be replaced by a reset, so it is read anew at each request. */
export interface DroneContext {
  readonly core: Core;
  readonly settings: DroneSettings;
  /** Connections that stream, so that faults and restarts can break them. */
  readonly streams: Set<OpenStream>;
}

export interface Call {
  context: DroneContext;
  core: Core;
  request: IncomingMessage;
  response: ServerResponse;
  method: string;
  /** As the router saw it. */
  path: string;
  params: Record<string, string>;
  query: URLSearchParams;
  body: string;
  user: CiUser | undefined;
}

export const noCache = 'no-cache, no-store, must-revalidate, private, max-age=0';
export const noRows = 'sql: no rows in result set';

/** Pages may not be framed, the API may be called from elsewhere: each has the one header and not the other. */
export function baseHeaders(call: Pick<Call, 'response' | 'path'>): void {
  call.response.setHeader('cache-control', noCache);
  call.response.setHeader('expires', 'Thu, 01 Jan 1970 00:00:00 UTC');
  if (/^\/api(\/|$)/.test(call.path)) call.response.setHeader('vary', 'Origin');
  else call.response.setHeader('x-frame-options', 'DENY');
}

export function sendJson(call: Call, value: unknown, status = 200): void {
  send(call, status, 'application/json', goJson(value));
}

export function sendNothing(call: Call): void {
  call.response.statusCode = 204;
  call.response.end();
}

export function redirect(call: Call, location: string): void {
  // Written as given: the error page's text is not percent-encoded by the real server either.
  call.response.setHeader('location', Buffer.from(location).toString('latin1'));
  const shown = location.replace(/&/g, '&amp;').replace(/</g, '&lt;');
  const body = call.method === 'GET' || call.method === 'HEAD' ? `<a href="${shown}">See Other</a>.\n\n` : '';
  send(call, 303, body === '' ? undefined : 'text/html; charset=utf-8', body);
}

/** @throws CiError 400 in Go's words when the text is not JSON. Fields of another type count as absent. */
export function jsonBody(call: Call): Record<string, unknown> {
  // Looking for a token in the form eats the body of a request that has no Authorization header.
  const form = call.request.headers['content-type']?.startsWith('application/x-www-form-urlencoded');
  const eaten = form && call.request.headers.authorization === undefined;
  const fault = eaten ? 'EOF' : goJsonFault(call.body);
  if (fault !== undefined) throw new CiError(400, fault);
  const value: unknown = JSON.parse(call.body);
  return value !== null && typeof value === 'object' ? { ...value } : {};
}

/** @throws CiError 400 in Go's words. */
export function intParam(call: Call, name: string): number {
  try {
    return goInt(call.params[name] ?? '');
  } catch (error) {
    throw new CiError(400, error instanceof Error ? error.message : '');
  }
}

export const notFound = (): CiError => new CiError(404, 'Not Found');
export const noSuchRow = (): CiError => new CiError(404, noRows);
export const unauthorized = (): CiError => new CiError(401, 'Unauthorized');
export const forbidden = (): CiError => new CiError(403, 'Forbidden');

/** Reading a row and writing it are two steps: whoever writes second of two at once is refused. */
export async function unchanged(row: { version: number }): Promise<void> {
  const { version } = row;
  await new Promise((done) => setTimeout(done, 2));
  if (row.version !== version) throw new CiError(500, 'Optimistic Lock Error');
}
