import { createHash, randomBytes } from 'node:crypto';
import type { Request, Response, Router } from 'express';
import type { ForgeState } from '../../world/forge.ts';
import type { ForgeUser, OAuthApplication, OAuthCode, OAuthGrant } from '../../world/model.ts';
import { type GiteaContext, subPath } from './context.ts';
import { consentPage, errorPage } from './pages.ts';
import { redirect, sendHtml, value } from './reply.ts';
import { openSession, sessionOf } from './session.ts';
import { askToSignIn, signedIn } from './sign-in.ts';

interface Challenge {
  method: string;
  text: string;
}

/** What a browser's session keeps while its consent page is open. */
interface Asked {
  clientId: string;
  redirectUri: string;
  state: string;
  challenge: Challenge | undefined;
}

const base32 = (bytes: Uint8Array): string =>
  [...bytes].map((one) => 'abcdefghijklmnopqrstuvwxyz234567'[one % 32]).join('');

const plainAddress = (address: string): string => address.toLowerCase().replace(/\/$/, '');

/** Registered addresses are compared in lower case and without a trailing slash, otherwise exactly. */
export function isRegistered(application: OAuthApplication, address: string): boolean {
  return application.redirectUris.some((known) => plainAddress(known) === plainAddress(address));
}

/** Whether a verifier answers the challenge a code was asked with. No challenge: anything does. */
export function answersChallenge(code: OAuthCode, verifier: string): boolean {
  if (!code.enforcePkce || code.codeChallenge === undefined) return true;
  if (code.codeChallengeMethod !== 'S256') return verifier === code.codeChallenge;
  return createHash('sha256').update(verifier).digest('base64url') === code.codeChallenge;
}

/** Grants are counted by themselves; an id of one that is gone is not given again, for tokens name it. */
function nextGrant(forge: ForgeState): number {
  const known = [...forge.grants.map((one) => one.id), ...forge.codes.map((one) => one.grantId)];
  return Math.max(0, ...known) + 1;
}

function withQuery(address: string, entries: Record<string, string>): string {
  const url = new URL(address);
  for (const [name, text] of Object.entries(entries)) url.searchParams.set(name, text);
  url.searchParams.sort();
  return url.toString();
}

/** `/login/oauth/authorize` and `/login/oauth/grant`. */
export function authorizeRoutes(router: Router, context: GiteaContext): void {
  const asked = new WeakMap<object, Asked>();

  function giveCode(
    req: Request,
    res: Response,
    grant: OAuthGrant,
    to: { redirectUri: string; state: string },
    challenge: Challenge | undefined,
  ): void {
    const code = `gta_${base32(randomBytes(52))}`;
    context.world.forge.codes.push({
      code,
      grantId: grant.id,
      redirectUri: to.redirectUri,
      codeChallenge: challenge?.text,
      codeChallengeMethod: challenge?.method,
      enforcePkce: challenge !== undefined,
      // Up to 1.25.4 codes do not expire (CVE-2026-26232).
      expiresAt: Number.MAX_SAFE_INTEGER,
      used: false,
    });
    redirect(req, res, withQuery(to.redirectUri, { code, state: to.state }));
  }

  function refuse(req: Request, res: Response, to: string, state: string, error: string, text: string): void {
    redirect(req, res, withQuery(to, { error, error_description: text, state }));
  }

  router.get('/login/oauth/authorize', (req, res) => {
    const user = signedIn(context, req);
    if (!user) return askToSignIn(context, req, res);
    const query = (name: string) => value(req.query, name);
    const application = context.world.forge.applications.find((one) => one.clientId === query('client_id'));
    if (!application) {
      return sendHtml(res, 400, errorPage('Authorization failed', 'Client ID not registered'));
    }
    const redirectUri = query('redirect_uri') || (application.redirectUris[0] ?? '');
    if (!isRegistered(application, redirectUri)) {
      return sendHtml(res, 400, errorPage('Authorization failed', 'Unregistered Redirect URI'));
    }
    const state = query('state');
    if (query('response_type') !== 'code') {
      const text = 'Only code response type is supported.';
      return refuse(req, res, redirectUri, state, 'unsupported_response_type', text);
    }
    const method = query('code_challenge_method');
    const challenge = query('code_challenge');
    if (!['', 'S256', 'plain'].includes(method)) {
      return refuse(req, res, redirectUri, state, 'invalid_request', 'unsupported code challenge method');
    }
    if (!application.confidential && method === '') {
      return refuse(req, res, redirectUri, state, 'invalid_request', 'PKCE is required for public clients');
    }
    const pkce = challenge === '' ? undefined : { method: method || 'plain', text: challenge };
    const grant = grantOf(user, application);
    if (grant && application.confidential) return giveCode(req, res, grant, { redirectUri, state }, pkce);
    askConsent(req, res, user, application, {
      clientId: application.clientId,
      redirectUri,
      state,
      challenge: pkce,
    });
  });

  function grantOf(user: ForgeUser, application: OAuthApplication): OAuthGrant | undefined {
    return context.world.forge.grants.find(
      (one) => one.userId === user.id && one.clientId === application.clientId,
    );
  }

  function askConsent(
    req: Request,
    res: Response,
    user: ForgeUser,
    application: OAuthApplication,
    ask: Asked,
  ): void {
    const session = openSession(context, req, res);
    // 1.25.4 keeps the challenge over the consent page for `plain` only: with S256, which everybody uses, a person's
    // first grant is exchanged without a verifier (CVE-2026-26247; seen twice on the real server).
    asked.set(session, { ...ask, challenge: ask.challenge?.method === 'plain' ? ask.challenge : undefined });
    const page = consentPage({
      application: application.name,
      owner: application.owner,
      login: user.login,
      csrf: session.csrf,
      clientId: ask.clientId,
      redirectUri: ask.redirectUri,
      state: ask.state,
      scope: value(req.query, 'scope'),
      subPath: subPath(context),
    });
    sendHtml(res, 200, page);
  }

  router.post('/login/oauth/grant', (req, res) => {
    const user = signedIn(context, req);
    const session = sessionOf(context, req);
    if (!user || !session) return askToSignIn(context, req, res);
    const body = (name: string) => value(req.body, name);
    if (body('_csrf') !== session.csrf) {
      return sendHtml(res, 400, errorPage('Bad Request', 'Invalid CSRF token.'));
    }
    const ask = asked.get(session);
    const same =
      ask?.clientId === body('client_id') &&
      ask.state === body('state') &&
      ask.redirectUri === body('redirect_uri');
    if (!ask || !same)
      return sendHtml(res, 400, errorPage('Bad Request', 'This request was not asked for here.'));
    const { forge, clock } = context.world;
    const application = forge.applications.find((one) => one.clientId === ask.clientId);
    if (!application)
      return sendHtml(res, 400, errorPage('Authorization failed', 'Client ID not registered'));
    if (body('granted') !== 'true') {
      return refuse(req, res, ask.redirectUri, ask.state, 'access_denied', 'the request is denied');
    }
    let grant = grantOf(user, application);
    if (grant && grant.scope !== body('scope')) {
      const text = 'a grant exists with different scope';
      return refuse(req, res, ask.redirectUri, ask.state, 'server_error', text);
    }
    if (!grant) {
      grant = {
        id: nextGrant(forge),
        userId: user.id,
        clientId: application.clientId,
        scope: body('scope'),
        counter: 0,
        createdAt: clock.now(),
      };
      forge.grants.push(grant);
    }
    asked.delete(session);
    giveCode(req, res, grant, ask, ask.challenge);
  });
}
