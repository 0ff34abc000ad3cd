import { createHmac, timingSafeEqual } from 'node:crypto';

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const head = encode({ alg: 'HS256', typ: 'JWT' });

/** A token of these claims, signed with HMAC-SHA256. */
export function signJwt(key: string, claims: object): string {
  const text = `${head}.${encode(claims)}`;
  return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`;
}

/** What a token claims, whether it is signed by anybody or not; undefined for what is none. */
export function jwtClaims(token: string): Record<string, unknown> | undefined {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    return claims !== null && typeof claims === 'object' ? { ...claims } : undefined;
  } catch {
    return undefined;
  }
}

const same = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));

/** Whether this key signed the token with these claims, and it has not expired. @param now Unix seconds */
export function isSigned(key: string, token: string, claims: Record<string, unknown>, now: number): boolean {
  if (typeof claims.exp === 'number' && claims.exp <= now) return false;
  return same(signJwt(key, claims), token);
}
