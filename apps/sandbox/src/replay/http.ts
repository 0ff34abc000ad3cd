import { request as send } from 'node:http';
import { connect, type Socket } from 'node:net';

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

/** One request with its path exactly as written; redirects are not followed. */
export function ask(
  base: string,
  method: string,
  path: string,
  headers: Record<string, string>,
  body: string | undefined,
): Promise<Answer> {
  const { hostname, port } = new URL(base);
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  return new Promise((resolve, reject) => {
    const request = send(
      { hostname, port, method, path, headers: { ...headers, ...length }, agent: false },
      (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(parts).toString(),
          }),
        );
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

/** How a stream ended: `null` while open; orderly with its last chunk (or its whole length), or broken off. */
export type StreamEnd = null | 'closed by server' | 'broken';

/**
 * A streamed answer read off the socket, so that the chunks are those of the transfer itself and not what a client
 * library made of them.
 */
export class RawStream {
  status = 0;
  readonly headers: Record<string, string> = {};
  readonly chunks: { at: number; text: string }[] = [];
  end: StreamEnd = null;
  endedAt: number | undefined;
  #buffer = Buffer.alloc(0);
  #headDone = false;
  readonly #socket: Socket;
  readonly #now: () => number;
  /** Like `at` of the chunks: ms of the world's clock. */
  readonly openedAt: number;
  /** Resolves once there is an answer, or none will come. */
  readonly opened: Promise<void>;
  #open: () => void = () => undefined;

  constructor(base: string, path: string, headers: Record<string, string>, now: () => number) {
    const { hostname, port, host } = new URL(base);
    this.#now = now;
    this.openedAt = now();
    this.opened = new Promise((done) => {
      this.#open = done;
    });
    this.#socket = connect(Number(port), hostname, () => {
      const lines = Object.entries({ host, accept: 'text/event-stream', ...headers });
      const head = lines.map(([name, text]) => `${name}: ${text}\r\n`).join('');
      this.#socket.write(`GET ${path} HTTP/1.1\r\n${head}\r\n`);
    });
    this.#socket.on('data', (part: Buffer) => this.#read(part));
    this.#socket.on('error', () => this.#finish('broken'));
    this.#socket.on('close', () => this.#finish('broken'));
  }

  get text(): string {
    return this.chunks.map((chunk) => chunk.text).join('');
  }

  close(): void {
    this.#socket.destroy();
  }

  #finish(how: StreamEnd): void {
    if (this.end !== null) return;
    this.end = how;
    this.endedAt = this.#now();
    this.#open();
    this.#socket.destroy();
  }

  #read(part: Buffer): void {
    this.#buffer = Buffer.concat([this.#buffer, part]);
    if (!this.#headDone && !this.#readHead()) return;
    if (this.headers['transfer-encoding'] !== 'chunked') {
      this.#readWhole();
      return;
    }
    let more = true;
    while (more && this.end === null) more = this.#readChunk();
  }

  #readHead(): boolean {
    const at = this.#buffer.indexOf('\r\n\r\n');
    if (at < 0) return false;
    const [first = '', ...lines] = this.#buffer.subarray(0, at).toString().split('\r\n');
    this.status = Number(first.split(' ')[1]);
    for (const line of lines) {
      const colon = line.indexOf(':');
      this.headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
    }
    this.#buffer = this.#buffer.subarray(at + 4);
    this.#headDone = true;
    this.#open();
    return true;
  }

  #readWhole(): void {
    const length = Number(this.headers['content-length'] ?? 0);
    if (this.#buffer.length < length) return;
    this.chunks.push({ at: this.#now(), text: this.#buffer.subarray(0, length).toString() });
    this.#finish('closed by server');
  }

  #readChunk(): boolean {
    const at = this.#buffer.indexOf('\r\n');
    if (at < 0) return false;
    const size = Number.parseInt(this.#buffer.subarray(0, at).toString(), 16);
    if (this.#buffer.length < at + 2 + size + 2) return false;
    const text = this.#buffer.subarray(at + 2, at + 2 + size).toString();
    this.#buffer = this.#buffer.subarray(at + 2 + size + 2);
    if (size === 0) this.#finish('closed by server');
    else this.chunks.push({ at: this.#now(), text });
    return true;
  }
}
