import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

export interface ServerLimits {
  headerBytes: number;
  headerCount: number;
  headersTimeoutMs: number;
  requestTimeoutMs: number;
  keepAliveMs: number;
  connections: number;
  connectionsPerAddress: number;
}

export interface Listening {
  port: number;
  server: Server;
  /** No new connections; requests in flight may end until the deadline. */
  close(deadlineMs: number): Promise<void>;
}

export interface ListenOptions {
  host: string;
  port: number;
  limits: ServerLimits;
  handler: RequestListener;
  upgrade?: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
}

/** A plain HTTP server within its limits. Rejects when the address cannot be had. */
export async function listen({ host, port, limits, handler, upgrade }: ListenOptions): Promise<Listening> {
  const server = createServer(
    {
      maxHeaderSize: limits.headerBytes,
      keepAlive: true,
      noDelay: true,
      // Node looks every 30 s by default, and a limit of 10 s would be one of 40.
      connectionsCheckingInterval: 2_000,
    },
    handler,
  );
  server.headersTimeout = limits.headersTimeoutMs;
  server.requestTimeout = limits.requestTimeoutMs;
  server.keepAliveTimeout = limits.keepAliveMs;
  // One more than allowed, so that the limit itself can be seen and answered.
  server.maxHeadersCount = limits.headerCount + 1;
  server.maxConnections = limits.connections;
  limitPerAddress(server, limits.connectionsPerAddress);
  server.on('clientError', answerBroken);
  if (upgrade) server.on('upgrade', upgrade);
  await new Promise<void>((done, fail) => {
    server.once('error', fail);
    server.listen(port, host, () => {
      server.off('error', fail);
      done();
    });
  });

  return {
    port: (server.address() as AddressInfo).port,
    server,
    close: async (deadlineMs) => {
      const closed = new Promise<void>((done) => server.close(() => done()));
      // Idle keep-alive connections would hold `close` for a minute.
      const idle = setInterval(() => server.closeIdleConnections(), 100);
      const deadline = setTimeout(() => server.closeAllConnections(), deadlineMs);
      server.closeIdleConnections();
      await closed;
      clearInterval(idle);
      clearTimeout(deadline);
    },
  };
}

function limitPerAddress(server: Server, limit: number): void {
  const open = new Map<string, number>();
  server.on('connection', (socket) => {
    const from = socket.remoteAddress ?? '';
    const count = (open.get(from) ?? 0) + 1;
    if (count > limit) {
      socket.destroy();
      return;
    }
    open.set(from, count);
    socket.once('close', () => {
      const left = (open.get(from) ?? 1) - 1;
      if (left > 0) open.set(from, left);
      else open.delete(from);
    });
  });
}

/** For answers that no application made. */
const bareHeaders: readonly string[] = [
  'cache-control: no-store',
  "content-security-policy: default-src 'none'; frame-ancestors 'none'; sandbox",
  'x-content-type-options: nosniff',
  'x-frame-options: DENY',
  'referrer-policy: no-referrer',
];

/** What Node could not read as a request. The headers that every answer has are here too. */
function answerBroken(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = statusOf(error.code);
  socket.end(
    [`HTTP/1.1 ${status}`, 'connection: close', 'content-length: 0', ...bareHeaders, '\r\n'].join('\r\n'),
  );
}

function statusOf(code: string | undefined): string {
  if (code === 'HPE_HEADER_OVERFLOW') return '431 Request Header Fields Too Large';
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return '408 Request Timeout';
  return '400 Bad Request';
}
