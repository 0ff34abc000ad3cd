import type { Request, Response } from 'express';

const CACHE = 'max-age=0, private, must-revalidate, no-transform';

/** Go's JSON encoder escapes these in strings and ends the document with a newline; Gitea's lengths show both. */
export function goJson(value: unknown): string {
  const escaped = JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `${escaped}\n`;
}

function send(res: Response, status: number, type: string, body: string): void {
  res.status(status);
  res.setHeader('Cache-Control', CACHE);
  if (!res.hasHeader('Content-Type')) res.setHeader('Content-Type', type);
  const bytes = Buffer.from(body);
  // Gitea names a length only for what fits its first 2 KiB buffer; longer answers are chunked.
  if (bytes.length <= 2048) res.setHeader('Content-Length', bytes.length);
  res.write(bytes);
  res.end();
}

/** Every API and token answer: Gitea writes `application/json;charset=utf-8`, without a space. */
export function sendJson(res: Response, status: number, value: unknown): void {
  send(res, status, 'application/json;charset=utf-8', goJson(value));
}

export function sendHtml(res: Response, status: number, html: string): void {
  send(res, status, 'text/html; charset=utf-8', html);
}

/** 303; a redirect that answers a GET has a short HTML body and its type, one that answers a POST has none. */
export function redirect(req: Request, res: Response, location: string): void {
  res.setHeader('Location', location);
  if (req.method !== 'GET') {
    res.status(303).setHeader('Cache-Control', CACHE);
    res.setHeader('Content-Length', 0);
    res.end();
    return;
  }
  const href = location
    .replace(/&/g, '&amp;')
    .replace(/"/g, '&#34;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;');
  send(res, 303, 'text/html; charset=utf-8', `<a href="${href}">See Other</a>.\n\n`);
}

/** An API refusal: `message` and the address of the API's description. */
export function apiError(res: Response, status: number, message: string, base: string): void {
  sendJson(res, status, { message, url: `${base}/api/swagger` });
}

/** What is hidden and what does not exist answer the same. */
export function notFound(res: Response, base: string): void {
  sendJson(res, 404, { errors: null, message: 'not found', url: `${base}/api/swagger` });
}

/** A query or form value as one string; '' when absent, the first when repeated. */
export function value(source: unknown, name: string): string {
  if (typeof source !== 'object' || source === null) return '';
  const found = (source as Record<string, unknown>)[name];
  const first = Array.isArray(found) ? found[0] : found;
  return typeof first === 'string' ? first : '';
}
