import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { LIVE_PROTOCOL } from '@flightdeck/api-client/contract';
import type { GatewayDeps } from './gateway.ts';

/**
 * Why an upgrade is refused, as an HTTP status; null = go on. The Origin must be exactly the console's own: cookies
 * come with a websocket from any page, and nothing else stops another page from listening.
 */
export function refusal(
  request: IncomingMessage,
  { origin, path, hasOwnHost }: Pick<GatewayDeps, 'origin' | 'path' | 'hasOwnHost'>,
): number | null {
  if (!hasOwnHost(request)) return 421;
  if ((request.url ?? '').split('?')[0] !== path) return 404;
  if (request.method !== 'GET') return 405;
  if (request.headers.origin !== origin) return 403;
  const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
  return offered.includes(LIVE_PROTOCOL) ? null : 400;
}

const words: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  421: 'Misdirected Request',
  503: 'Service Unavailable',
};

/** As on every answer: nothing that is made past the application may do without them. */
const headers = [
  'Connection: close',
  'Content-Length: 0',
  'Cache-Control: no-store',
  "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'; sandbox",
  'X-Content-Type-Options: nosniff',
  'X-Frame-Options: DENY',
  'Referrer-Policy: no-referrer',
];

export function refuse(socket: Duplex, status: number): void {
  socket.on('error', () => {});
  socket.end([`HTTP/1.1 ${status} ${words[status] ?? 'Refused'}`, ...headers, '\r\n'].join('\r\n'), () =>
    socket.destroy(),
  );
}
