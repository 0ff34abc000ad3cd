import { Failure } from '../../domain/failure.ts';
import type { Route, UpstreamRequest } from './types.ts';

export interface Base {
  origin: string;
  /** Without a slash at its end; '' at the root. */
  prefix: string;
}

/** Throws a plain Error for what is not an http(s) address: that is a fault of the configuration. */
export function parseBase(baseUrl: string): Base {
  const url = new URL(baseUrl);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new Error(`not an http address: ${url.protocol}`);
  }
  if (url.username || url.password || url.search || url.hash) {
    throw new Error('an address has neither user, query nor fragment');
  }
  return { origin: url.origin, prefix: url.pathname.replace(/\/+$/, '') };
}

/** Keys that would put a token into an address. */
const tokenKeys = new Set(['access_token', 'token', 'private_token', 'client_secret', 'refresh_token']);

/**
 * The address as one string. Never through `new URL(relative, base)`: it would drop a sub-path and resolve `..`
 * and `%2e%2e`.
 */
export function addressOf(base: Base, request: UpstreamRequest, encode: (text: string) => string): string {
  return base.prefix + fillTemplate(request.route, request.params ?? {}, encode) + queryOf(request.query);
}

function fillTemplate(
  route: Route,
  params: Record<string, string | number>,
  encode: (text: string) => string,
): string {
  const template = route.slice(route.indexOf(' ') + 1);
  return template.replace(/\{([a-z]+)(\.\.\.)?\}/gi, (_, name: string, many: string | undefined) => {
    const value = params[name];
    if (value === undefined) throw new Error(`no value for {${name}} of ${route}`);
    const segments = many ? String(value).split('/') : [String(value)];
    return segments.map((segment) => oneSegment(encode(checked(segment)))).join('/');
  });
}

/** Servers and proxies resolve `.` and `..` in whatever spelling: such a name cannot exist, so it is not found. */
function checked(segment: string): string {
  if (segment === '' || segment === '.' || segment === '..' || /[\0-\x1f\x7f]/.test(segment)) {
    throw new Failure('not_found', 'No such address.');
  }
  return segment;
}

/** An encoding that leaves slashes literal (Go's) cannot spell a segment with one: no such name exists there. */
function oneSegment(encoded: string): string {
  if (encoded.includes('/')) throw new Failure('not_found', 'No such address.');
  return encoded;
}

function queryOf(query: UpstreamRequest['query']): string {
  if (!query) return '';
  const pairs: readonly (readonly [string, unknown])[] = isPairs(query) ? query : Object.entries(query);
  const parts: string[] = [];
  for (const [key, value] of pairs) {
    if (value === undefined) continue;
    if (tokenKeys.has(key.toLowerCase())) throw new Error(`a token never goes into an address (${key})`);
    parts.push(`${encodeURIComponent(key)}=${encodeURIComponent(String(value))}`);
  }
  return parts.length ? `?${parts.join('&')}` : '';
}

function isPairs(
  query: NonNullable<UpstreamRequest['query']>,
): query is readonly (readonly [string, string])[] {
  return Array.isArray(query);
}
