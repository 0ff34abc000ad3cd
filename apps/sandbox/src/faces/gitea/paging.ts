import type { Request, Response } from 'express';
import { value } from './reply.ts';

/** Gitea's defaults: 30 a page, never more than 50 (`DEFAULT_PAGING_NUM`, `MAX_RESPONSE_ITEMS`). */
const DEFAULT_LIMIT = 30;
const MAX_LIMIT = 50;

/**
 * The asked page of a list. Sets `x-total-count`, and `link` when there is more than one page: relations joined by
 * a comma without a space, the query sorted anew (recorded from 1.25.4). Pages count from 1.
 */
export function page<T>(req: Request, res: Response, base: string, all: readonly T[]): T[] {
  const asked = Number.parseInt(value(req.query, 'limit'), 10);
  const limit = Number.isInteger(asked) && asked > 0 ? Math.min(asked, MAX_LIMIT) : DEFAULT_LIMIT;
  const number = Math.max(1, Number.parseInt(value(req.query, 'page'), 10) || 1);
  res.setHeader('x-total-count', String(all.length));
  const last = Math.max(1, Math.ceil(all.length / limit));
  const links = relations(number, last).map(([rel, to]) => `<${pageUrl(req, base, to)}>; rel="${rel}"`);
  if (links.length > 0) res.setHeader('link', links.join(','));
  return all.slice((number - 1) * limit, number * limit);
}

function relations(current: number, last: number): [string, number][] {
  const found: [string, number][] = [];
  if (current < last) found.push(['next', current + 1], ['last', last]);
  if (current > 1) found.push(['first', 1], ['prev', current - 1]);
  return found;
}

function pageUrl(req: Request, base: string, to: number): string {
  const url = new URL(req.originalUrl, base);
  url.searchParams.set('page', String(to));
  url.searchParams.sort();
  return `${base}${url.pathname}?${url.searchParams}`;
}
