import type { Router } from 'express';
import type { ForgeUser } from '../../world/model.ts';
import { admit } from './caller.ts';
import { baseUrl, type GiteaContext } from './context.ts';
import { sendJson, value } from './reply.ts';
import { strayCookies } from './session.ts';

const CLAIMS = [
  'aud',
  'exp',
  'iat',
  'iss',
  'sub',
  'name',
  'preferred_username',
  'profile',
  'picture',
  'website',
  'locale',
  'updated_at',
  'email',
  'email_verified',
  'groups',
];

/** Organisations by name, and `organisation:team` for each team. */
function groupsOf(context: GiteaContext, user: ForgeUser): string[] {
  return context.world.forge
    .organisationsOf(user.login)
    .flatMap((one) => [one.name, `${one.name}:${one.owners.includes(user.login) ? 'owners' : 'members'}`]);
}

/** Userinfo and discovery. There is neither a revocation nor an end-session endpoint. */
export function oidcRoutes(router: Router, context: GiteaContext): void {
  router.get('/login/oauth/userinfo', (req, res) => {
    const user = admit(context, req, res, true);
    if (!user) return;
    strayCookies(res);
    sendJson(res, 200, {
      sub: String(user.id),
      name: user.fullName || user.login,
      preferred_username: user.login,
      email: user.email,
      picture: `${baseUrl(context)}/avatars/${user.avatar}`,
      groups: groupsOf(context, user),
    });
  });

  router.get('/.well-known/openid-configuration', (_req, res) => {
    const base = baseUrl(context);
    strayCookies(res);
    const document = {
      issuer: base,
      authorization_endpoint: `${base}/login/oauth/authorize`,
      token_endpoint: `${base}/login/oauth/access_token`,
      jwks_uri: `${base}/login/oauth/keys`,
      userinfo_endpoint: `${base}/login/oauth/userinfo`,
      introspection_endpoint: `${base}/login/oauth/introspect`,
      response_types_supported: ['code', 'id_token'],
      id_token_signing_alg_values_supported: ['RS256'],
      subject_types_supported: ['public'],
      scopes_supported: ['openid', 'profile', 'email', 'groups'],
      claims_supported: CLAIMS,
      code_challenge_methods_supported: ['plain', 'S256'],
      grant_types_supported: ['authorization_code', 'refresh_token'],
    };
    const body = Buffer.from(`${JSON.stringify(document, null, 4)}\n`);
    res.status(200).setHeader('Cache-Control', 'max-age=0, private, must-revalidate, no-transform');
    res.setHeader('Content-Type', 'application/json').setHeader('Content-Length', body.length);
    res.end(body);
  });

  // For the application itself, by Basic; what a token may do stands nowhere else (from reading, not recorded).
  router.post('/login/oauth/introspect', (req, res) => {
    const { forge, clock } = context.world;
    const basic = /^Basic (.+)$/i.exec(req.headers.authorization ?? '');
    const [id, secret] = Buffer.from(basic?.[1] ?? '', 'base64')
      .toString()
      .split(/:(.*)/s);
    const application = forge.applications.find((one) => one.clientId === id && one.clientSecret === secret);
    if (!application) {
      res.setHeader('WWW-Authenticate', 'Basic realm="Gitea OAuth2"');
      return sendJson(res, 401, { error: 'invalid_client', error_description: 'no valid authorization' });
    }
    const token = forge.tokens.get(value(req.body, 'token'));
    const grant = forge.grants.find((one) => one.id === token?.grantId);
    const user = grant && forge.userById(grant.userId);
    const alive = token && !token.revoked && token.expiresAt > clock.now();
    if (!alive || !grant || !user) return sendJson(res, 200, { active: false });
    sendJson(res, 200, {
      active: true,
      ...(grant.scope === '' ? {} : { scope: grant.scope }),
      username: user.login,
      iss: baseUrl(context),
      sub: String(user.id),
      aud: [grant.clientId],
      exp: Math.floor(token.expiresAt / 1000),
    });
  });

  // The sandbox's tokens are known by their text and not by a signature: there is no key to publish.
  router.get('/login/oauth/keys', (_req, res) => sendJson(res, 200, { keys: [] }));
}
