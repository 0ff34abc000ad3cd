import { randomBytes } from 'node:crypto';
import type { Response } from 'express';
import { baseUrl, type GogsContext } from './context.ts';

/** Every answer of the API begins a session, 401 included (recorded): a client has to drop the cookies. */
export function strayCookies(context: GogsContext, res: Response): void {
  const { hostname } = new URL(baseUrl(context));
  const expires = new Date(context.world.clock.now() + 86_400_000).toUTCString();
  const csrf = randomBytes(24).toString('base64url');
  res.append('Set-Cookie', 'lang=en-US; Path=/; Max-Age=2147483647');
  res.append('Set-Cookie', `i_like_gogs=${randomBytes(8).toString('hex')}; Path=/; HttpOnly; SameSite=Lax`);
  res.append('Set-Cookie', `_csrf=${csrf}; Path=/; Domain=${hostname}; Expires=${expires}; HttpOnly`);
}

function send(res: Response, status: number, type: string | undefined, body: string): void {
  res.status(status);
  if (type !== undefined) res.setHeader('Content-Type', type);
  if (status !== 204) res.setHeader('Content-Length', Buffer.byteLength(body));
  res.end(body);
}

export const sendJson = (res: Response, status: number, value: unknown): void =>
  send(res, status, 'application/json; charset=UTF-8', JSON.stringify(value));

export const sendText = (res: Response, text: string): void =>
  send(res, 200, 'text/plain; charset=utf-8', text);

/** 401, 403, 404 and 204 have neither body nor type. */
export const sendEmpty = (res: Response, status: 204 | 401 | 403 | 404): void =>
  send(res, status, undefined, '');

/** Only what breaks a rule of the data has words. */
export const sendRefusal = (res: Response, message: string): void =>
  sendJson(res, 422, { message, url: 'https://github.com/gogs/docs-api' });

/** An unknown path, also below `/api`: Gogs' own page. */
export function sendPage(res: Response, status: number, title: string, body: string): void {
  const html = `<!DOCTYPE html>
<html>
<head data-suburl="">
<meta charset="utf-8"><meta name="author" content="Gogs" /><title>${title} - Gogs sandbox</title>
</head>
<body><h1>${title}</h1>${body}</body>
</html>
`;
  res.status(status).setHeader('Content-Type', 'text/html; charset=UTF-8');
  res.end(html);
}
