import type { NextFunction, Request, Response } from 'express';
import passport from 'passport';
import OAuth2Strategy from 'passport-oauth2';
import type { Forge, ForgeOAuth, ForgePerson, ForgeTokens } from '../ports/forge.ts';
import type { SignInService } from '../services/sign-in.ts';
import type { Attempt } from '../services/sign-in-attempts.ts';

export interface SignedIn {
  who: ForgePerson;
  tokens: ForgeTokens;
  attempt: Attempt;
}

/** A forge that is asked by a redirect. */
export interface RedirectForge {
  forge: Forge;
  oauth: ForgeOAuth;
  scope: readonly string[];
}

export interface PassportDeps {
  forges: readonly RedirectForge[];
  publicUrl: string;
  signIn: Pick<SignInService, 'exchange' | 'who'>;
  /** Keeps the attempt and gives the browser its cookie; answers the state. */
  begin(req: Request, attempt: Pick<Attempt, 'forge' | 'verifier'>): string;
  take(req: Request, forge: string, state: unknown): Attempt | null;
}

type Finished = (error: unknown, result: SignedIn | null) => void;

export interface ForgePassport {
  begin(forge: string): (req: Request, res: Response, next: NextFunction) => void;
  /** `done(null, null)`: the state is not one of this browser's. */
  finish(forge: string): (req: Request, res: Response, done: Finished) => void;
  /** The attempt this callback ended, also when what came after it failed. */
  attemptOf(req: Request): Attempt | null;
}

/**
 * passport-oauth2 with a state store of its own (its built-in one keeps a single state per session, so that a second
 * tab breaks the first) and our one HTTP client for the token and for the person, in place of its own that knows
 * neither time limits nor private certificates and takes any 2xx for success.
 */
export function createForgePassport(deps: PassportDeps): ForgePassport {
  const authenticator = new passport.Passport();
  for (const one of deps.forges) authenticator.use(one.forge.id, strategyOf(one, deps));

  return {
    attemptOf: (req) => attempts.get(req) ?? null,
    begin: (forge) => (req, res, next) => {
      authenticator.authenticate(forge, { session: false })(req, res, next);
    },
    finish: (forge) => (req, res, done) => {
      const callback = (error: unknown, user: SignedIn | false | null) => done(unwrap(error), user || null);
      authenticator.authenticate(forge, { session: false }, callback)(req, res, (error: unknown) =>
        done(unwrap(error), null),
      );
    },
  };
}

/** passport-oauth2 wraps what the token call threw. */
function unwrap(error: unknown): unknown {
  if (error === null || error === undefined) return null;
  return (error as { oauthError?: unknown }).oauthError ?? error;
}

interface TokenClient {
  getOAuthAccessToken(
    code: string,
    params: Record<string, string>,
    done: (error: unknown, access?: string, refresh?: string | null, tokens?: ForgeTokens) => void,
  ): void;
}

const attempts = new WeakMap<Request, Attempt>();

function strategyOf(one: RedirectForge, deps: PassportDeps): OAuth2Strategy {
  const { forge, oauth, scope } = one;
  const { authorizeUrl, tokenUrl, clientId, clientSecret } = oauth;
  // From the configured address: never from the Host header.
  const redirectUri = `${deps.publicUrl}auth/forge/${forge.id}/callback`;

  const store = {
    store: (
      req: Request,
      verifier: string,
      _state: unknown,
      _meta: unknown,
      done: (error: unknown, state?: string) => void,
    ) => done(null, deps.begin(req, { forge: forge.id, verifier })),
    verify: (
      req: Request,
      state: string,
      _meta: unknown,
      done: (error: unknown, verifier?: string | false) => void,
    ) => {
      const attempt = deps.take(req, forge.id, state);
      if (!attempt) return done(null, false);
      attempts.set(req, attempt);
      done(null, attempt.verifier);
    },
  };

  const strategy = new OAuth2Strategy(
    {
      authorizationURL: authorizeUrl,
      tokenURL: tokenUrl,
      clientID: clientId,
      clientSecret,
      callbackURL: redirectUri,
      scope: [...scope],
      pkce: true,
      state: true,
      store: store as unknown as OAuth2Strategy.StateStore,
      passReqToCallback: true,
    },
    (
      req: Request,
      _access: string,
      _refresh: string,
      tokens: ForgeTokens,
      who: ForgePerson,
      done: (error: unknown, user?: SignedIn) => void,
    ) => {
      const attempt = attempts.get(req);
      if (!attempt) return done(new Error('an attempt was verified and then lost'));
      done(null, { who, tokens, attempt });
    },
  );
  const client = (strategy as unknown as { _oauth2: TokenClient })._oauth2;
  client.getOAuthAccessToken = (code, params, done) => {
    deps.signIn
      .exchange(oauth, { code, verifier: params.code_verifier ?? '', redirectUri })
      .then((tokens) => done(null, tokens.accessToken, tokens.refreshToken, tokens), done);
  };
  strategy.userProfile = (accessToken, done) => {
    deps.signIn.who(forge, accessToken).then((who) => done(null, who), done);
  };
  return strategy;
}
