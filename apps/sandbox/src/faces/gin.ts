import type { IncomingMessage, ServerResponse } from 'node:http';

/** What servers on Go's gin framework do alike. */
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

export async function readBody(request: IncomingMessage): Promise<string> {
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
