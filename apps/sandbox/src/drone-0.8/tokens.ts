import { isSigned, jwtClaims, signJwt } from '../ci/jwt.ts';
import type { D8User } from './model.ts';
import type { D8State } from './state.ts';

/** `user` a personal token, which never ends; `sess` a cookie; `csrf` what a cookie's requests carry beside it. */
export type D8TokenKind = 'user' | 'sess' | 'csrf';

/** @param exp Unix seconds; a token without one never ends */
export function makeToken(user: D8User, kind: D8TokenKind, exp?: number): string {
  return signJwt(user.hash, { ...(exp === undefined ? {} : { exp }), text: user.login, type: kind });
}

/** Whose token this is, and of which kind. Any kind opens what any other does; a cookie's needs a second one to act. */
export function tokenOf(
  state: D8State,
  token: string,
  now: number,
): { user: D8User; kind: unknown } | undefined {
  const claims = jwtClaims(token);
  const user = typeof claims?.text === 'string' ? state.user(claims.text) : undefined;
  if (!claims || !user || !isSigned(user.hash, token, claims, now)) return undefined;
  return { user, kind: claims.type };
}
