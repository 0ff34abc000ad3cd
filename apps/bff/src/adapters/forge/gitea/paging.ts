import type { z } from 'zod';
import type { Upstream, UpstreamRequest } from '../../upstream/http.ts';

/** Greatest page Gitea gives (`MAX_RESPONSE_ITEMS`); an operator may have set a smaller one. */
const LIMIT = 50;
/** 20,000 items: past that something is wrong with the forge's count. */
const MAX_PAGES = 400;

/**
 * All pages. What comes next is told by `link` (recorded form: relations joined by a comma without a space), else by
 * `x-total-count`, else by an empty page; never by a short page, because the forge may cap it below what was asked.
 */
export async function allPages<S extends z.ZodType<unknown[]>>(
  upstream: Upstream,
  list: S,
  request: UpstreamRequest & { query?: Record<string, string | number> },
): Promise<z.output<S>[number][]> {
  const all: z.output<S>[number][] = [];
  let last: unknown[] = [];
  for (let page = 1; page <= MAX_PAGES; page += 1) {
    const query = { ...request.query, limit: LIMIT, page };
    const { value, headers } = await upstream.page(list, { ...request, query });
    if (repeats(value, last)) break;
    last = value;
    all.push(...value);
    if (value.length === 0 || !goesOn(headers, page, all.length)) break;
  }
  return all;
}

/** A proxy that drops the query gives the first page for ever. */
const repeats = (page: unknown[], last: unknown[]): boolean =>
  page.length > 0 && page.length === last.length && JSON.stringify(page) === JSON.stringify(last);

function goesOn(headers: Record<string, string | string[] | undefined>, page: number, seen: number): boolean {
  const links = [headers.link ?? ''].flat().join(',');
  if (links !== '') return /;\s*rel="?next"?/i.test(links);
  const total = Number(headers['x-total-count']);
  // Gitea leaves `link` out when everything fits one page; a proxy may drop it.
  if (headers['x-total-count'] !== undefined && Number.isInteger(total)) return seen < total;
  return page < MAX_PAGES;
}
