import type { z } from 'zod';
import type { RawAnswer, Upstream, UpstreamRequest } from '../../upstream/http.ts';

/** GitLab gives no more. */
const PER_PAGE = 100;

/**
 * All pages, as the answer's `link` says where they go on: by number, by `id_after`, or by a cursor, whatever GitLab
 * chose. Only its query is taken, for the address in it is the public one. Without that header (a proxy dropped it) a
 * full page is followed by the next number.
 */
export async function allPages<S extends z.ZodType<unknown[]>>(
  upstream: Upstream,
  list: S,
  request: UpstreamRequest & { query?: Record<string, string | number | boolean> },
  most = 400,
): Promise<{ items: z.output<S>[number][]; whole: boolean }> {
  const items: z.output<S>[number][] = [];
  const first = { ...request.query, per_page: PER_PAGE };
  let query: UpstreamRequest['query'] = first;
  let last = '';
  for (let page = 1; page <= most; page += 1) {
    const { value, headers } = await upstream.page(list, { ...request, query });
    const text = JSON.stringify(value);
    // A proxy that drops the query gives the first page for ever.
    if (value.length > 0 && text === last) return { items, whole: false };
    last = text;
    items.push(...value);
    const next = nextQuery(headers);
    if (next === null || (next === undefined && value.length < PER_PAGE)) return { items, whole: true };
    query = next ?? { ...first, page: page + 1 };
  }
  return { items, whole: false };
}

const secretKey = /token|secret/i;

/** null: this was the last page. undefined: there is no such header. */
function nextQuery(headers: RawAnswer['headers']): [string, string][] | null | undefined {
  const links = [headers.link ?? ''].flat().join(',');
  if (links === '') return undefined;
  const next = /<([^>]*)>\s*;\s*rel="?next"?/i.exec(links)?.[1];
  if (next === undefined || !URL.canParse(next, 'http://forge.invalid')) return null;
  // `page_token` is a cursor, no secret.
  const pairs = [...new URL(next, 'http://forge.invalid').searchParams];
  return pairs.filter(([key]) => key === 'page_token' || !secretKey.test(key));
}
