import { isSigned, jwtClaims, signJwt } from '../ci/jwt.ts';
import type { WpUser } from './model.ts';
import type { WpState } from './state.ts';

/** `user` a personal token, which never ends; `sess` a cookie; `csrf` what a cookie's requests carry beside it. */
type TokenKind = 'user' | 'sess' | 'csrf';

/** @param exp Unix seconds; a token without one never ends */
export function makeToken(user: WpUser, kind: TokenKind, exp?: number): string {
  const claims = { type: kind, 'user-id': String(user.id), ...(exp === undefined ? {} : { exp }) };
  return signJwt(user.hash, claims);
}

/** Whose token of one of these kinds this is. Each is signed with its person's own hash: a new hash ends them all. */
export function userOf(
  state: WpState,
  token: string,
  kinds: readonly TokenKind[],
  now: number,
): WpUser | undefined {
  const claims = jwtClaims(token);
  const user = state.users.find((one) => String(one.id) === claims?.['user-id']);
  if (!claims || !user || !kinds.some((kind) => kind === claims.type)) return undefined;
  return isSigned(user.hash, token, claims, now) ? user : undefined;
}

/** The state of a sign-in under way, good for five minutes. */
export const makeState = (secret: string, now: number): string =>
  signJwt(secret, { 'forge-id': '1', exp: now + 300 });

export function isState(secret: string, state: string, now: number): boolean {
  const claims = jwtClaims(state);
  return typeof claims?.exp === 'number' && isSigned(secret, state, claims, now);
}
