import type { Request, Response } from 'express';
import type { ForgeUser } from '../../world/model.ts';
import { baseUrl, type GiteaContext } from './context.ts';
import { apiError, value } from './reply.ts';
import { missingScope, type ScopeCategory } from './scopes.ts';

/** Who calls the API: a person, nobody, or somebody with a credential that is not one. */
export type Caller =
  | { kind: 'user'; user: ForgeUser; scope: string }
  | { kind: 'anonymous' }
  | { kind: 'invalid' };

function byToken(context: GiteaContext, token: string): Caller {
  const { forge, clock } = context.world;
  const owner = forge.users.find((user) => user.accessTokens.includes(token));
  if (owner) return { kind: 'user', user: owner, scope: '' };
  const known = forge.tokens.get(token);
  if (known?.kind !== 'access' || known.revoked || known.expiresAt <= clock.now()) return { kind: 'invalid' };
  const grant = forge.grants.find((one) => one.id === known.grantId);
  const user = grant && forge.userById(grant.userId);
  return user && grant ? { kind: 'user', user, scope: grant.scope } : { kind: 'invalid' };
}

/** Reads `Authorization` (Bearer, token, Basic), else `token` or `access_token` of the query. */
export function caller(context: GiteaContext, req: Request): Caller {
  const header = req.headers.authorization ?? '';
  const bearer = /^(?:bearer|token) (.+)$/i.exec(header);
  if (bearer) return byToken(context, (bearer[1] ?? '').trim());
  const basic = /^basic (.+)$/i.exec(header);
  if (basic) {
    const [login = '', password = ''] = Buffer.from(basic[1] ?? '', 'base64')
      .toString()
      .split(/:(.*)/s);
    const user = context.world.forge.user(login);
    if (user && user.password !== '' && user.password === password) return { kind: 'user', user, scope: '' };
    const token = byToken(context, password || login);
    return token.kind === 'user' ? token : { kind: 'invalid' };
  }
  const query = value(req.query, 'token') || value(req.query, 'access_token');
  return query === '' ? { kind: 'anonymous' } : byToken(context, query);
}

/**
 * The caller of an API route, or `false` after a refusal was sent: 401 for a bad credential everywhere, and for none
 * where `needed`; 403 for a deactivated person and for an OAuth token without one of the `scopes`. `undefined` is a guest.
 */
export function admit(
  context: GiteaContext,
  req: Request,
  res: Response,
  needed: boolean,
  scopes: readonly ScopeCategory[] = [],
): ForgeUser | undefined | false {
  const who = caller(context, req);
  if (who.kind === 'invalid') {
    apiError(res, 401, 'invalid username, password or token', baseUrl(context));
    return false;
  }
  if (who.kind === 'anonymous') {
    if (!needed) return undefined;
    apiError(res, 401, 'token is required', baseUrl(context));
    return false;
  }
  if (!who.user.active) {
    apiError(res, 403, 'user is not allowed to sign in', baseUrl(context));
    return false;
  }
  const missing = missingScope(who.scope, scopes);
  if (missing !== undefined) {
    apiError(res, 403, missing, baseUrl(context));
    return false;
  }
  return who.user;
}
