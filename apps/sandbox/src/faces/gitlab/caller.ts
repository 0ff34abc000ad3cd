import type { Request, Response } from 'express';
import type { ForgeUser } from '../../world/model.ts';
import type { GitlabContext } from './context.ts';
import { oauthError, refuse } from './reply.ts';

/** Scopes with which the API may be read. */
const reading = new Set(['api', 'read_api']);

type Caller =
  | { kind: 'user'; user: ForgeUser; scope: string | null }
  | { kind: 'anonymous' }
  | { kind: 'revoked' }
  | { kind: 'expired' }
  | { kind: 'invalid' };

/** `Authorization: Bearer` (OAuth or personal access token) or `PRIVATE-TOKEN`. */
export function caller(context: GitlabContext, req: Request): Caller {
  const bearer = /^bearer (.+)$/i.exec(req.headers.authorization ?? '')?.[1]?.trim();
  const token = bearer ?? req.headers['private-token'];
  if (typeof token !== 'string' || token === '') return { kind: 'anonymous' };
  const { forge, clock } = context.world;
  const owner = forge.users.find((user) => user.accessTokens.includes(token));
  if (owner) return { kind: 'user', user: owner, scope: null };
  const known = forge.tokens.get(token);
  if (known?.kind !== 'access') return { kind: 'invalid' };
  if (known.revoked) return { kind: 'revoked' };
  if (known.expiresAt <= clock.now()) return { kind: 'expired' };
  const grant = forge.grants.find((one) => one.id === known.grantId);
  const user = grant && forge.userById(grant.userId);
  return user && grant ? { kind: 'user', user, scope: grant.scope } : { kind: 'invalid' };
}

/** The caller of an API route, `undefined` for a guest, or `false` after a refusal was sent. */
export function admit(
  context: GitlabContext,
  req: Request,
  res: Response,
  needed: boolean,
): ForgeUser | undefined | false {
  const who = caller(context, req);
  if (who.kind === 'anonymous') {
    if (!needed) return undefined;
    refuse(res, 401, '401 Unauthorized');
    return false;
  }
  if (who.kind === 'revoked') {
    oauthError(res, 401, 'invalid_token', 'Token was revoked. You have to re-authorize from the user.');
    return false;
  }
  if (who.kind === 'expired') {
    oauthError(
      res,
      401,
      'invalid_token',
      'Token is expired. You can either do re-authorization or token refresh.',
    );
    return false;
  }
  if (who.kind === 'invalid') {
    refuse(res, 401, '401 Unauthorized');
    return false;
  }
  if (!who.user.active) {
    refuse(res, 403, '403 Forbidden - Your account has been blocked.');
    return false;
  }
  if (who.scope !== null && !who.scope.split(' ').some((one) => reading.has(one))) {
    const error_description = 'The request requires higher privileges than provided by the access token.';
    res.status(403).json({ error: 'insufficient_scope', error_description, scope: 'api read_api' });
    return false;
  }
  return who.user;
}
