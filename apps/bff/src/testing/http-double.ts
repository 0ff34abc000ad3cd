import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Seen {
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
  body: string;
}

export interface HttpDouble {
  url: string;
  /** Every request that arrived, with its body. */
  seen: Seen[];
  /** What the next requests get. */
  answer: (request: Seen, response: ServerResponse) => void;
  stop(): Promise<void>;
}

/** A real server on loopback, answering what a test says. Without an answer it says 418: an unexpected request. */
export async function httpDouble(answer?: HttpDouble['answer']): Promise<HttpDouble> {
  const listener: RequestListener = async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    const seen = { method: request.method ?? '', url: request.url ?? '', headers: request.headers, body };
    double.seen.push(seen);
    double.answer(seen, response);
  };
  const server = createServer((request, response) => void listener(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const double: HttpDouble = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen: [],
    answer: answer ?? ((_, response) => response.writeHead(418).end('unexpected')),
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return double;
}

export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}
