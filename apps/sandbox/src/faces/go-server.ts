import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Router } from './router.ts';

/** What the CI servers, all of them written in Go, do alike. */
interface Replying {
  response: ServerResponse;
}

/** Go names the length of what fits its buffer and sends the rest in chunks. */
export function send(call: Replying, status: number, type: string | undefined, text: string): void {
  const body = Buffer.from(text);
  call.response.statusCode = status;
  if (type !== undefined) call.response.setHeader('content-type', type);
  if (body.length <= 2048) {
    call.response.setHeader('content-length', body.length);
    call.response.end(body);
  } else {
    call.response.write(body);
    call.response.end();
  }
}

export function sendText(call: Replying, status: number, text: string): void {
  send(call, status, text === '' ? undefined : 'text/plain; charset=utf-8', text);
}

export const addressOf = (request: IncomingMessage): [path: string, query: URLSearchParams] => {
  const [path = '/', query = ''] = (request.url ?? '/').split(/\?(.*)/s);
  return [path, new URLSearchParams(query)];
};

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk)));
  return Buffer.concat(chunks).toString('utf8');
}

export function cookieOf(request: IncomingMessage, name: string): string | undefined {
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const at = part.indexOf('=');
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim();
  }
  return undefined;
}

export function text(body: Record<string, unknown>, key: string): string | undefined {
  const value = body[key];
  return typeof value === 'string' ? value : undefined;
}

export function flag(body: Record<string, unknown>, key: string): boolean | undefined {
  const value = body[key];
  return typeof value === 'boolean' ? value : undefined;
}

export function number(body: Record<string, unknown>, key: string): number | undefined {
  const value = body[key];
  return typeof value === 'number' ? value : undefined;
}

export function texts(body: Record<string, unknown>, key: string): string[] | undefined {
  const value = body[key];
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : undefined;
}

interface Served extends Replying {
  request: IncomingMessage;
  path: string;
  params: Record<string, string>;
  body: string;
}

/**
 * One request to a server on the gin framework: its body, its route, its handler. What is no encoding is refused in the
 * same way as what a handler throws.
 */
export async function serve<Call extends Served>(
  call: Call,
  router: Router<Call>,
  rules: {
    /** @throws what may not be done */
    mayAct: () => void;
    unknown: () => void;
    failed: (error: unknown) => void;
  },
): Promise<void> {
  const method = call.request.method ?? 'GET';
  try {
    call.body = await readBody(call.request);
    if (method === 'OPTIONS') {
      send(call, 200, undefined, '');
      return;
    }
    if (method !== 'GET') rules.mayAct();
    // No path at all: outside the server's own address.
    const found = call.path === '' ? undefined : router.find(method, call.path);
    if (!found || found === 'method') {
      rules.unknown();
      return;
    }
    call.params = Object.fromEntries(
      Object.entries(found.params).map(([name, value]) => [
        name,
        name === '*' ? value : decodeURIComponent(value),
      ]),
    );
    await found.handler(call);
  } catch (error) {
    if (call.response.headersSent) call.response.destroy();
    else rules.failed(error);
  }
}
