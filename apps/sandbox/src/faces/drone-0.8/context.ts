import type { IncomingMessage, ServerResponse } from 'node:http';
import { D8Refusal } from '../../drone-0.8/actions.ts';
import type { D8Agents } from '../../drone-0.8/agents.ts';
import type { D8User } from '../../drone-0.8/model.ts';
import type { D8Server } from '../../drone-0.8/server.ts';
import type { D8State } from '../../drone-0.8/state.ts';
import type { OpenStream } from '../../servers/server.ts';
import { goJson } from '../go.ts';
import { send } from '../go-server.ts';

export interface Drone08Settings {
  /** The forge's address for calls from server to server. */
  forgeUrl: () => string;
}

/** The server may be replaced by a reset, so it is read anew at each request. */
export interface Drone08Context {
  readonly server: D8Server;
  readonly agents: D8Agents;
  readonly settings: Drone08Settings;
  readonly streams: Set<OpenStream>;
}

export interface Call {
  context: Drone08Context;
  server: D8Server;
  state: D8State;
  request: IncomingMessage;
  response: ServerResponse;
  path: string;
  params: Record<string, string>;
  query: URLSearchParams;
  body: string;
  user: D8User | undefined;
}

/** On every answer; streams have a cache rule of their own. */
export function baseHeaders({ response, server }: Pick<Call, 'response' | 'server'>): void {
  response.setHeader('access-control-allow-origin', '*');
  response.setHeader('cache-control', 'no-cache, no-store, max-age=0, must-revalidate, value');
  response.setHeader('expires', 'Thu, 01 Jan 1970 00:00:00 GMT');
  response.setHeader('last-modified', new Date(server.world.clock.now()).toUTCString());
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('x-drone-version', server.release);
  response.setHeader('x-frame-options', 'DENY');
  response.setHeader('x-xss-protection', '1; mode=block');
}

export function sendJson(call: Call, value: unknown, status = 200): void {
  send(call, status, 'application/json; charset=utf-8', goJson(value));
}

/** 204, which says what kind of nothing it is. */
export function sendNothing({ response }: Call): void {
  response.statusCode = 204;
  response.setHeader('content-type', 'text/plain; charset=utf-8');
  response.end();
}

/** The JSON body; without its content type it is read as a form, so nothing of it is there. @throws D8Refusal 400 */
export function jsonBody(call: Call, refuse: (fault: string) => string = () => ''): Record<string, unknown> {
  if (!call.request.headers['content-type']?.startsWith('application/json')) return {};
  try {
    const value: unknown = JSON.parse(call.body);
    return value !== null && typeof value === 'object' ? { ...value } : {};
  } catch {
    throw new D8Refusal(400, refuse('unexpected EOF'));
  }
}

/** Go's reading of a number in a path: undefined for what is none. */
export function intParam(call: Call, name: string): number | undefined {
  const value = call.params[name] ?? '';
  return /^[+-]?\d+$/.test(value) ? Number(value) : undefined;
}
