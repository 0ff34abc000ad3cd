import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** One listening port whose connections can be broken, and which can go down and come back at the same address. */
export class HttpServer {
  #server: Server | undefined;
  #sockets = new Set<Socket>();
  #port: number;

  constructor(
    readonly handler: RequestListener,
    readonly host: string,
    port: number,
  ) {
    this.#port = port;
  }

  get port(): number {
    return this.#port;
  }

  get listening(): boolean {
    return this.#server?.listening ?? false;
  }

  async listen(): Promise<void> {
    const server = createServer(this.handler);
    server.keepAliveTimeout = 30_000;
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    this.#server = server;
    await new Promise<void>((done, fail) => {
      server.once('error', fail);
      server.listen(this.#port, this.host, done);
    });
    const address = server.address() as AddressInfo;
    this.#port = address.port;
  }

  /** No new connections; open ones stay. */
  stopListening(): void {
    this.#server?.close();
    this.#server?.closeIdleConnections();
  }

  /** Breaks every connection in the middle of whatever it carries. */
  breakConnections(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    const server = this.#server;
    if (!server) return;
    const closed = server.listening
      ? new Promise<void>((done) => {
          server.close(() => done());
        })
      : Promise.resolve();
    this.breakConnections();
    await closed;
  }
}
