import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import { connect } from 'node:net';

export interface ProxyOptions {
  /** Port on this machine to hand requests to. */
  to: number;
  /** 0, the default, takes any free port. */
  port?: number;
  /** false: an upgrade is handed on as an ordinary request, without the headers that make it one. */
  upgrades?: boolean;
  /** Collects an answer before it hands it on. */
  buffers?: boolean;
  /** Takes this off the front of paths. */
  strips?: string;
  /** Host header instead of the caller's. */
  host?: string;
  /** Says who calls. */
  names?: boolean;
  /** Ms added to the `Date` of answers. */
  clockAhead?: number;
}

/** A reverse proxy that is as wrong as a test wants it. */
export async function tinyProxy(options: ProxyOptions): Promise<{ port: number; stop(): Promise<void> }> {
  const headersFor = (incoming: IncomingMessage) => ({
    ...incoming.headers,
    ...(options.host === undefined ? {} : { host: options.host }),
    ...(options.names ? { 'x-forwarded-for': '203.0.113.9', 'x-forwarded-proto': 'http' } : {}),
  });
  const pathOf = (path = '/') =>
    options.strips && path.startsWith(options.strips) ? path.slice(options.strips.length) : path;

  const server = createServer((incoming, outgoing) => {
    const { connection: _, upgrade: __, ...headers } = headersFor(incoming);
    const onward = request(
      { host: '127.0.0.1', port: options.to, method: incoming.method, path: pathOf(incoming.url), headers },
      (answer) => {
        const given = answer.headers;
        const date = new Date(Date.parse(given.date ?? '') + (options.clockAhead ?? 0)).toUTCString();
        outgoing.writeHead(answer.statusCode ?? 502, { ...given, ...(given.date ? { date } : {}) });
        if (!options.buffers) {
          outgoing.flushHeaders();
          answer.pipe(outgoing);
          return;
        }
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.on('end', () => outgoing.end(Buffer.concat(parts)));
      },
    );
    onward.on('error', () => outgoing.destroy());
    incoming.pipe(onward);
  });
  if (options.upgrades !== false) passUpgrades(server, options.to, headersFor, pathOf);
  await new Promise<void>((done) => server.listen(options.port ?? 0, '127.0.0.1', done));
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

function passUpgrades(
  server: Server,
  to: number,
  headersFor: (incoming: IncomingMessage) => object,
  pathOf: (path?: string) => string,
): void {
  server.on('upgrade', (incoming, socket, head) => {
    const onward = connect(to, '127.0.0.1', () => {
      const headers = Object.entries(headersFor(incoming)).map(([name, value]) => `${name}: ${value}`);
      onward.write([`GET ${pathOf(incoming.url)} HTTP/1.1`, ...headers, '\r\n'].join('\r\n'));
      onward.write(head);
      onward.pipe(socket).pipe(onward);
    });
    for (const one of [onward, socket]) {
      one.on('error', () => {
        onward.destroy();
        socket.destroy();
      });
    }
  });
}
