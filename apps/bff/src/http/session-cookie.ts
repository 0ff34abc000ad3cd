import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** Names follow the public address: browsers send a `__Host-` cookie on https only. */
export const sessionCookieName = (secure: boolean): string => (secure ? '__Host-sid' : 'sid');
export const attemptCookieName = (secure: boolean, suffix: string): string =>
  `${secure ? '__Host-' : ''}oauth-${suffix}`;

/** Values of every cookie of that name, as sent. Two of one name means that somebody tossed one in. */
export function cookieValues(header: string | undefined, name: string): string[] {
  return (header ?? '').split(';').flatMap((pair) => {
    const at = pair.indexOf('=');
    return at > 0 && pair.slice(0, at).trim() === name ? [pair.slice(at + 1).trim()] : [];
  });
}

export const cookieNames = (header: string | undefined): string[] =>
  (header ?? '').split(';').flatMap((pair) => {
    const at = pair.indexOf('=');
    return at > 0 ? [pair.slice(0, at).trim()] : [];
  });

/** What the store holds in place of the cookie's value. */
export const sessionHash = (id: string): string => createHash('sha256').update(id).digest('hex');

/** Headers whose answer is remembered. */
const MOST = 5_000;

/**
 * Which session a Cookie header names, by the hash that the store knows; null when it names none, two, or one that we
 * did not sign. A page sends the same header with each request: the signature of a good one is computed once.
 */
export function sessionReader(name: string, secret: string): (header: string | undefined) => string | null {
  const known = new Map<string, string>();
  return (header) => {
    if (header === undefined) return null;
    const before = known.get(header);
    if (before !== undefined) return before;
    const [value, tossed] = cookieValues(header, name);
    const id = value === undefined || tossed !== undefined ? null : sessionIdIn(value, secret);
    if (id === null) return null;
    const hash = sessionHash(id);
    if (known.size >= MOST) known.delete(known.keys().next().value ?? '');
    known.set(header, hash);
    return hash;
  };
}

/** The session id in a cookie as express-session signs it (`s:<id>.<signature>`); null when it is not ours. */
export function sessionIdIn(value: string, secret: string): string | null {
  let text: string;
  try {
    text = decodeURIComponent(value);
  } catch {
    return null;
  }
  const dot = text.lastIndexOf('.');
  if (!text.startsWith('s:') || dot < 2) return null;
  const id = text.slice(2, dot);
  const expected = createHmac('sha256', secret).update(id).digest('base64').replace(/=+$/, '');
  const given = Buffer.from(text.slice(dot + 1));
  const wanted = Buffer.from(expected);
  return given.length === wanted.length && timingSafeEqual(given, wanted) ? id : null;
}
