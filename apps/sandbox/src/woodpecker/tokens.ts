import { createHmac, timingSafeEqual } from 'node:crypto';
import type { WpUser } from './model.ts';
import type { WpState } from './state.ts';

/** `user` a personal token, which never ends; `sess` a cookie; `csrf` what a cookie's requests carry beside it. */
type TokenKind = 'user' | 'sess' | 'csrf';

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const head = encode({ alg: 'HS256', typ: 'JWT' });

function signed(key: string, claims: object): string {
  const text = `${head}.${encode(claims)}`;
  return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`;
}

/** @param exp Unix seconds; a token without one never ends */
export function makeToken(user: WpUser, kind: TokenKind, exp?: number): string {
  const claims = { type: kind, 'user-id': String(user.id), ...(exp === undefined ? {} : { exp }) };
  return signed(user.hash, claims);
}

function claimsOf(token: string): Record<string, unknown> | undefined {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    return claims !== null && typeof claims === 'object' ? { ...claims } : undefined;
  } catch {
    return undefined;
  }
}

const same = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));

/** Whose token of one of these kinds this is. Each is signed with its person's own hash: a new hash ends them all. */
export function userOf(
  state: WpState,
  token: string,
  kinds: readonly TokenKind[],
  now: number,
): WpUser | undefined {
  const claims = claimsOf(token);
  const user = state.users.find((one) => String(one.id) === claims?.['user-id']);
  if (!claims || !user || !kinds.some((kind) => kind === claims.type)) return undefined;
  if (typeof claims.exp === 'number' && claims.exp <= now) return undefined;
  return same(signed(user.hash, claims), token) ? user : undefined;
}

/** The state of a sign-in under way, good for five minutes. */
export const makeState = (secret: string, now: number): string =>
  signed(secret, { 'forge-id': '1', exp: now + 300 });

export function isState(secret: string, state: string, now: number): boolean {
  const claims = claimsOf(state);
  return typeof claims?.exp === 'number' && claims.exp > now && same(signed(secret, claims), state);
}
