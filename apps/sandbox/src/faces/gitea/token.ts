import type { Request, Response, Router } from 'express';
import type { OAuthApplication, OAuthGrant } from '../../world/model.ts';
import { answersChallenge, isRegistered } from './authorize.ts';
import type { GiteaContext } from './context.ts';
import { makeToken } from './jwt.ts';
import { sendJson, value } from './reply.ts';
import { strayCookies } from './session.ts';

/** The refusals of the token endpoint, all 400, in Gitea's words: not always the error the standard asks for. */
class Refusal extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

interface Pair {
  access_token: string;
  token_type: 'bearer';
  expires_in: number;
  refresh_token: string;
}

/**
 * A new pair for a grant. Old tokens stay valid, and so does the old refresh token unless the forge forbids its
 * reuse: then every code exchange and every refresh raises the grant's counter, also another browser's.
 */
export function issuePair(context: GiteaContext, grant: OAuthGrant): Pair {
  const { forge, clock } = context.world;
  if (forge.invalidateRefreshTokens) grant.counter += 1;
  const now = Math.floor(clock.now() / 1000);
  const lifetime = forge.accessTokenLifetime;
  const refreshLifetime = forge.refreshTokenLifetime;
  // Nought is left out, and is what a refresh token from before the switch has: refused once it is on.
  const counted = grant.counter === 0 ? {} : { cnt: grant.counter };
  const access = makeToken({ gnt: grant.id, tt: 0, iat: now, exp: now + lifetime });
  const refresh = makeToken({
    gnt: grant.id,
    tt: 1,
    ...counted,
    iat: now,
    exp: now + refreshLifetime,
  });
  const common = { grantId: grant.id, counter: grant.counter, revoked: false };
  const expiresAt = (seconds: number) => clock.now() + seconds * 1000;
  forge.tokens.set(access, { ...common, token: access, kind: 'access', expiresAt: expiresAt(lifetime) });
  forge.tokens.set(refresh, {
    ...common,
    token: refresh,
    kind: 'refresh',
    expiresAt: expiresAt(refreshLifetime),
  });
  return { access_token: access, token_type: 'bearer', expires_in: lifetime, refresh_token: refresh };
}

/** Client id and secret of a token request: form, JSON, or Basic. */
function credentials(req: Request): { id: string; secret: string } {
  const basic = /^Basic (.+)$/i.exec(req.headers.authorization ?? '');
  const id = value(req.body, 'client_id');
  const secret = value(req.body, 'client_secret');
  if (!basic) return { id, secret };
  const [basicId = '', ...rest] = Buffer.from(basic[1] ?? '', 'base64')
    .toString()
    .split(':');
  if (id !== '' && id !== basicId) {
    const text = 'client_id in request body inconsistent with Authorization header';
    throw new Refusal('invalid_request', text);
  }
  return { id: decodeURIComponent(basicId), secret: decodeURIComponent(rest.join(':')) };
}

function checkSecret(application: OAuthApplication, given: string, code: string): void {
  if (!application.confidential || application.clientSecret === given) return;
  throw new Refusal(code, given === '' ? 'invalid empty client secret' : 'invalid client secret');
}

function refresh(context: GiteaContext, req: Request, application: OAuthApplication, secret: string): Pair {
  // A wrong secret is `invalid_client` here and `unauthorized_client` at the code exchange.
  checkSecret(application, secret, 'invalid_client');
  const { forge, clock } = context.world;
  const token = forge.tokens.get(value(req.body, 'refresh_token'));
  if (token?.kind !== 'refresh' || token.revoked || token.expiresAt <= clock.now()) {
    throw new Refusal('unauthorized_client', 'unable to parse refresh token');
  }
  const grant = forge.grants.find((one) => one.id === token.grantId);
  if (!grant) throw new Refusal('invalid_grant', 'grant does not exist');
  if (forge.invalidateRefreshTokens && (grant.counter !== token.counter || token.counter === 0)) {
    throw new Refusal('unauthorized_client', 'token was already used');
  }
  return issuePair(context, grant);
}

function exchange(context: GiteaContext, req: Request, application: OAuthApplication, secret: string): Pair {
  checkSecret(application, secret, 'unauthorized_client');
  const redirectUri = value(req.body, 'redirect_uri');
  if (redirectUri !== '' && !isRegistered(application, redirectUri)) {
    throw new Refusal('unauthorized_client', 'unexpected redirect URI');
  }
  const { forge, clock } = context.world;
  const code = forge.codes.find((one) => one.code === value(req.body, 'code'));
  if (!code || code.used || code.expiresAt <= clock.now()) {
    throw new Refusal('unauthorized_client', 'client is not authorized');
  }
  if (!answersChallenge(code, value(req.body, 'code_verifier'))) {
    throw new Refusal('unauthorized_client', 'failed PKCE code challenge');
  }
  const grant = forge.grants.find((one) => one.id === code.grantId);
  if (grant?.clientId !== application.clientId) throw new Refusal('invalid_grant', 'invalid grant');
  code.used = true;
  return issuePair(context, grant);
}

function answer(context: GiteaContext, req: Request): Pair {
  const { id, secret } = credentials(req);
  const grantType = value(req.body, 'grant_type');
  if (grantType !== 'refresh_token' && grantType !== 'authorization_code') {
    const text = 'Only refresh_token or authorization_code grant type is supported';
    throw new Refusal('unsupported_grant_type', text);
  }
  const application = context.world.forge.applications.find((one) => one.clientId === id);
  if (!application) throw new Refusal('invalid_client', `cannot load client with client id: "${id}"`);
  return grantType === 'refresh_token'
    ? refresh(context, req, application, secret)
    : exchange(context, req, application, secret);
}

/** `/login/oauth/access_token`. */
export function tokenRoutes(router: Router, context: GiteaContext): void {
  router.post('/login/oauth/access_token', (req: Request, res: Response) => {
    strayCookies(res);
    try {
      sendJson(res, 200, answer(context, req));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      sendJson(res, 400, { error: error.code, error_description: error.message });
    }
  });
}
