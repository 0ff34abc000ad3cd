import type { Request, Response } from 'express';
import { baseUrl, type GitlabContext, value } from './context.ts';

const MAX = 100;

const sizeOf = (req: Request): number => {
  const asked = Number.parseInt(value(req.query, 'per_page'), 10);
  return Number.isInteger(asked) && asked > 0 ? Math.min(asked, MAX) : 20;
};

function linkTo(context: GitlabContext, req: Request, changes: Record<string, string>): string {
  const url = new URL(req.originalUrl, baseUrl(context));
  for (const [key, text] of Object.entries(changes)) url.searchParams.set(key, text);
  return `<${baseUrl(context)}${url.pathname}?${url.searchParams}>; rel="next"`;
}

/** Pages by number, with the headers that GitLab sets. */
export function numbered<T>(context: GitlabContext, req: Request, res: Response, all: readonly T[]): T[] {
  const size = sizeOf(req);
  const page = Math.max(1, Number.parseInt(value(req.query, 'page'), 10) || 1);
  const last = Math.max(1, Math.ceil(all.length / size));
  res.setHeader('x-page', String(page));
  res.setHeader('x-per-page', String(size));
  res.setHeader('x-total', String(all.length));
  res.setHeader('x-total-pages', String(last));
  res.setHeader('x-next-page', page < last ? String(page + 1) : '');
  if (page < last) res.setHeader('link', linkTo(context, req, { page: String(page + 1) }));
  return all.slice((page - 1) * size, page * size);
}

/** `pagination=keyset&order_by=id&sort=asc`: the link says after which id it goes on. No totals, no numbers. */
export function byId<T extends { id: number }>(
  context: GitlabContext,
  req: Request,
  res: Response,
  all: readonly T[],
): T[] {
  const size = sizeOf(req);
  const after = Number.parseInt(value(req.query, 'id_after'), 10) || 0;
  const rest = [...all].sort((a, b) => a.id - b.id).filter((one) => one.id > after);
  const shown = rest.slice(0, size);
  const last = shown.at(-1);
  if (rest.length > size && last) {
    res.setHeader('link', linkTo(context, req, { id_after: String(last.id) }));
  }
  return shown;
}
