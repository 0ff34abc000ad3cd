import type { IncomingMessage, ServerResponse } from 'node:http';
import type { OpenStream } from '../../servers/server.ts';
import { WpRefusal } from '../../woodpecker/actions.ts';
import type { AgentPool } from '../../woodpecker/agents.ts';
import type { WpUser } from '../../woodpecker/model.ts';
import type { WpServer } from '../../woodpecker/server.ts';
import type { WpState } from '../../woodpecker/state.ts';
import { goJson } from '../go.ts';
import { send } from '../go-server.ts';

export interface WoodpeckerSettings {
  /** Of its application on the forge. */
  clientId: string;
  clientSecret: string;
  stateSecret: string;
  /** The forge's address for calls from server to server. */
  forgeUrl: () => string;
}

/** The server may be replaced by a reset, so it is read anew at each request. */
export interface WoodpeckerContext {
  readonly server: WpServer;
  readonly agents: AgentPool;
  readonly settings: WoodpeckerSettings;
  readonly streams: Set<OpenStream>;
}

export interface Call {
  context: WoodpeckerContext;
  server: WpServer;
  state: WpState;
  request: IncomingMessage;
  response: ServerResponse;
  method: string;
  path: string;
  params: Record<string, string>;
  query: URLSearchParams;
  body: string;
  user: WpUser | undefined;
}

/** The server's version has no such route: its web interface answers. */
export class NoRoute extends Error {}

/** On every answer of the API; streams have a cache rule of their own. */
export function baseHeaders(call: Pick<Call, 'response' | 'server'>): void {
  const { response, server } = call;
  const now = new Date(server.world.clock.now()).toUTCString();
  // Node would tell its own time, which is not the world's.
  response.setHeader('date', now);
  response.setHeader('access-control-allow-origin', '*');
  response.setHeader('cache-control', 'no-cache, no-store, max-age=0, must-revalidate, value');
  response.setHeader('expires', 'Thu, 01 Jan 1970 00:00:00 GMT');
  response.setHeader('last-modified', now);
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('x-frame-options', 'DENY');
  response.setHeader('x-woodpecker-version', server.release);
}

export function sendJson(call: Call, value: unknown): void {
  send(call, 200, 'application/json; charset=utf-8', goJson(value).trimEnd());
}

export function sendNothing(call: Call): void {
  call.response.statusCode = 204;
  call.response.end();
}

/** A list that Go has as `nil` when nothing is in it. */
export const orNull = <T>(list: readonly T[]): readonly T[] | null => (list.length > 0 ? list : null);

/** The page asked for: 50 at most, and 50 for whatever is no number from 1 to 50. */
export function pageOf<T>(call: Call, list: readonly T[]): readonly T[] {
  const number = (name: string, fallback: number): number => {
    const value = Number(call.query.get(name) ?? fallback);
    return Number.isInteger(value) && value > 0 ? value : fallback;
  };
  const wanted = number('perPage', 50);
  const size = wanted > 50 ? 50 : wanted;
  const from = (number('page', 1) - 1) * size;
  return list.slice(from, from + size);
}

/**
 * The JSON body. Without its content type it is read as a form, so nothing of it is there.
 * @throws WpRefusal 400 without a word for what is no JSON
 */
export function jsonBody(call: Call, anyType = false): Record<string, unknown> {
  if (!anyType && !call.request.headers['content-type']?.startsWith('application/json')) return {};
  try {
    const value: unknown = JSON.parse(call.body);
    return value !== null && typeof value === 'object' ? { ...value } : {};
  } catch {
    throw new WpRefusal(400);
  }
}

/** A map of texts; other values are left out. */
export function textMap(body: Record<string, unknown>, key: string): Record<string, string> | undefined {
  const value = body[key];
  if (value === null || typeof value !== 'object') return undefined;
  return Object.fromEntries(Object.entries(value).filter(([, one]) => typeof one === 'string'));
}

/** @throws WpRefusal 400 without a word. */
export function intParam(call: Call, name: string): number {
  const value = call.params[name] ?? '';
  if (!/^-?\d+$/.test(value)) throw new WpRefusal(400);
  return Number(value);
}
