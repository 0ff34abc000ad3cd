import { type CallFacts, failureOf } from './errors.ts';
import type { UpstreamRequest } from './types.ts';

/** Nothing else is ever sent: no header of the browser's request gets through. */
export function headersOf(request: UpstreamRequest, facts: CallFacts): Record<string, string> {
  const authorization =
    request.authorization ?? (request.token === undefined ? null : `Bearer ${request.token}`);
  if (authorization !== null && !/^[\x20-\x7e]+$/.test(authorization)) {
    // A pasted token with a line break or a Chinese full stop in it: no header can carry it, no server knows it.
    throw failureOf('signedOut', facts, 'cannot know a token with such characters.');
  }
  return {
    'user-agent': 'flightdeck',
    accept: request.accept ?? 'application/json',
    ...(authorization === null ? {} : { authorization }),
    ...(request.form ? { 'content-type': 'application/x-www-form-urlencoded' } : {}),
    ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(request.cookie === undefined ? {} : { cookie: request.cookie }),
  };
}

export function payloadOf(request: UpstreamRequest): string | null {
  if (request.form) return new URLSearchParams(request.form).toString();
  return request.body === undefined ? null : JSON.stringify(request.body);
}

/** What must not show up in a message if the upstream echoes it. */
export function secretsOf(request: UpstreamRequest): string[] {
  const found = [request.token, request.authorization?.split(' ').at(-1), request.cookie];
  return [...found, ...sentSecrets(request.form), ...sentSecrets(request.body)].filter(
    (x) => x !== undefined,
  );
}

const secretFields = new Set([
  'client_secret',
  'refresh_token',
  'code',
  'code_verifier',
  'password',
  'data',
  'value',
]);

function sentSecrets(body: unknown): string[] {
  if (typeof body !== 'object' || body === null) return [];
  return Object.entries(body).flatMap(([key, value]) =>
    secretFields.has(key) && typeof value === 'string' ? [value] : [],
  );
}
