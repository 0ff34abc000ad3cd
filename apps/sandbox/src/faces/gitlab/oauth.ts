import { createHash, randomBytes } from 'node:crypto';
import type { Request, Response, Router } from 'express';
import type { ForgeUser, OAuthApplication, OAuthGrant } from '../../world/model.ts';
import { baseUrl, type GitlabContext, value } from './context.ts';
import { consentPage, errorPage } from './pages.ts';
import { oauthError } from './reply.ts';
import { askToSignIn, openSession, sessionOf, signedIn } from './sign-in.ts';

/** Seconds; no setting changes it. */
const ACCESS_LIFE = 7200;
const CODE_LIFE = 600;

/** Scopes that the console's application has ticked. */
const OFFERED = new Set(['read_api', 'api', 'read_user', 'openid']);

const INVALID_GRANT =
  'The provided authorization grant is invalid, expired, revoked, does not match the redirection URI used in the authorization request, or was issued to another client.';
const INVALID_CLIENT =
  'Client authentication failed due to unknown client, no client authentication included, or unsupported authentication method.';

/** `/oauth/authorize` and `/oauth/token`, as Doorkeeper does them. */
export function oauthRoutes(router: Router, context: GitlabContext): void {
  const forge = () => context.world.forge;
  const fieldsOf = (source: unknown): Record<string, string> =>
    Object.fromEntries(
      [
        ...['client_id', 'redirect_uri', 'response_type', 'state', 'scope'],
        ...['code_challenge', 'code_challenge_method'],
      ].map((name) => [name, value(source, name)]),
    );

  function back(res: Response, to: string, entries: Record<string, string>): void {
    const url = new URL(to);
    for (const [name, text] of Object.entries(entries)) url.searchParams.set(name, text);
    res.redirect(302, url.href);
  }

  /** What was asked, or null after an answer was sent. The address is compared exactly. */
  function question(res: Response, fields: Record<string, string>): OAuthApplication | null {
    const application = forge().applications.find((one) => one.clientId === fields.client_id);
    const wrong = (text: string) => {
      res.status(400).send(errorPage('An error has occurred', text));
      return null;
    };
    if (!application) return wrong('Client authentication failed due to unknown client.');
    if (!application.redirectUris.includes(fields.redirect_uri ?? '')) {
      return wrong('The redirect URI included is not valid.');
    }
    const state = fields.state ?? '';
    const refuse = (error: string, error_description: string) => {
      back(res, fields.redirect_uri ?? '', { error, error_description, state });
      return null;
    };
    if (fields.response_type !== 'code') return refuse('unsupported_response_type', 'Not supported.');
    const scopes = (fields.scope ?? '').split(' ').filter(Boolean);
    if (scopes.length === 0 || !scopes.every((one) => OFFERED.has(one))) {
      return refuse('invalid_scope', 'The requested scope is invalid, unknown, or malformed.');
    }
    return application;
  }

  router.get('/oauth/authorize', (req, res) => {
    const user = signedIn(context, req);
    if (!user) return askToSignIn(context, req, res);
    const fields = fieldsOf(req.query);
    const application = question(res, fields);
    if (!application) return;
    const known = forge().grants.find(
      (one) => one.userId === user.id && one.clientId === application.clientId && one.scope === fields.scope,
    );
    if (known) return giveCode(res, known, fields);
    const { csrf } = openSession(context, req, res);
    res.send(consentPage({ application: application.name, login: user.login, csrf, fields }));
  });

  router.post('/oauth/authorize', (req, res) => {
    const user = signedIn(context, req);
    if (!user || value(req.body, 'authenticity_token') !== sessionOf(context, req)?.csrf) {
      return res.status(422).send(errorPage('422', 'The change you requested was rejected.'));
    }
    const fields = fieldsOf(req.body);
    const application = question(res, fields);
    if (!application) return;
    if (value(req.body, '_method') === 'delete') {
      const error_description = 'The resource owner or authorization server denied the request.';
      const state = fields.state ?? '';
      return back(res, fields.redirect_uri ?? '', { error: 'access_denied', error_description, state });
    }
    giveCode(res, newGrant(user, application, fields.scope ?? ''), fields);
  });

  function newGrant(user: ForgeUser, application: OAuthApplication, scope: string): OAuthGrant {
    const grant = {
      ...{ id: forge().nextId(), userId: user.id, clientId: application.clientId, scope },
      ...{ counter: 0, createdAt: context.world.clock.now() },
    };
    forge().grants.push(grant);
    return grant;
  }

  function giveCode(res: Response, grant: OAuthGrant, fields: Record<string, string>): void {
    const code = randomBytes(32).toString('hex');
    forge().codes.push({
      code,
      grantId: grant.id,
      redirectUri: fields.redirect_uri ?? '',
      codeChallenge: fields.code_challenge || undefined,
      codeChallengeMethod: fields.code_challenge_method || undefined,
      enforcePkce: true,
      expiresAt: context.world.clock.now() + CODE_LIFE * 1000,
      used: false,
    });
    back(res, fields.redirect_uri ?? '', { code, state: fields.state ?? '' });
  }

  /** A pair by itself: other sign-ins of the same person are not touched. */
  function givePair(res: Response, grant: OAuthGrant, redirectUri: string): void {
    const now = context.world.clock.now();
    const counter = forge().nextId();
    const make = (kind: 'access' | 'refresh', expiresAt: number) => {
      const token = randomBytes(32).toString('hex');
      const common = { grantId: grant.id, counter, revoked: false, redirectUri };
      forge().tokens.set(token, { token, kind, expiresAt, ...common });
      return token;
    };
    res.setHeader('cache-control', 'no-store');
    res.json({
      access_token: make('access', now + ACCESS_LIFE * 1000),
      token_type: 'Bearer',
      expires_in: ACCESS_LIFE,
      refresh_token: make('refresh', Number.MAX_SAFE_INTEGER),
      scope: grant.scope,
      created_at: Math.floor(now / 1000),
    });
  }

  // Open to everybody; the issuer is `external_url` (from the documentation).
  router.get('/.well-known/openid-configuration', (_req, res) => {
    const issuer = baseUrl(context);
    res.json({
      issuer,
      authorization_endpoint: `${issuer}/oauth/authorize`,
      token_endpoint: `${issuer}/oauth/token`,
      revocation_endpoint: `${issuer}/oauth/revoke`,
      introspection_endpoint: `${issuer}/oauth/introspect`,
      userinfo_endpoint: `${issuer}/oauth/userinfo`,
      jwks_uri: `${issuer}/oauth/discovery/keys`,
      response_types_supported: ['code'],
      response_modes_supported: ['query', 'fragment', 'form_post'],
      grant_types_supported: ['authorization_code', 'refresh_token'],
      code_challenge_methods_supported: ['plain', 'S256'],
    });
  });

  router.post('/oauth/token', (req: Request, res: Response) => {
    const body = (name: string) => value(req.body, name);
    const application = forge().applications.find((one) => one.clientId === body('client_id'));
    if (application?.clientSecret !== body('client_secret')) {
      return oauthError(res, 401, 'invalid_client', INVALID_CLIENT);
    }
    const refuse = () => oauthError(res, 400, 'invalid_grant', INVALID_GRANT);
    const grantOf = (id: number) =>
      forge().grants.find((one) => one.id === id && one.clientId === application?.clientId);

    if (body('grant_type') === 'authorization_code') {
      const code = forge().codes.find((one) => one.code === body('code'));
      const grant = code && grantOf(code.grantId);
      const fits =
        code &&
        !code.used &&
        code.expiresAt > context.world.clock.now() &&
        code.redirectUri === body('redirect_uri') &&
        answers(code.codeChallenge, code.codeChallengeMethod, body('code_verifier'));
      if (!code || !grant || !fits) return refuse();
      code.used = true;
      return givePair(res, grant, code.redirectUri);
    }
    if (body('grant_type') === 'refresh_token') {
      const token = forge().tokens.get(body('refresh_token'));
      const grant = token && grantOf(token.grantId);
      const good = token?.kind === 'refresh' && !token.revoked;
      // The address of the sign-in is wanted again.
      if (!grant || !good || token.redirectUri !== body('redirect_uri')) return refuse();
      // Both of the old pair end at once, also for calls that are on their way.
      for (const one of forge().tokens.values()) if (one.counter === token.counter) one.revoked = true;
      return givePair(res, grant, token.redirectUri ?? '');
    }
    oauthError(res, 400, 'unsupported_grant_type', 'The authorization grant type is not supported.');
  });
}

function answers(challenge: string | undefined, method: string | undefined, verifier: string): boolean {
  if (challenge === undefined) return true;
  if (method !== 'S256') return verifier === challenge;
  return createHash('sha256').update(verifier).digest('base64url') === challenge;
}
