import type { SignInHop, SignInProblemCode } from '@flightdeck/api-client/contract';
import { type Request, type RequestHandler, type Response, Router } from 'express';
import { isFailure } from '../domain/failure.ts';
import type { Forge } from '../ports/forge.ts';
import type { Log } from '../ports/log.ts';
import type { IdentityAdds } from '../services/identity-adds.ts';
import type { IdentityChanges } from '../services/identity-changes.ts';
import { safeReturn } from '../services/return-to.ts';
import { SignInFailure, type SignInService, storeFailure } from '../services/sign-in.ts';
import type { Attempt, SignInAttempts } from '../services/sign-in-attempts.ts';
import type { SignInProblems } from '../services/sign-in-problems.ts';
import { createForgePassport, type RedirectForge, type SignedIn } from './forge-passport.ts';
import type { Sessions } from './session.ts';
import { attemptCookieName, cookieNames, cookieValues } from './session-cookie.ts';

export interface AuthDeps {
  forges: readonly RedirectForge[];
  publicUrl: string;
  secure: boolean;
  attempts: SignInAttempts;
  problems: SignInProblems;
  signIn: SignInService;
  identities: IdentityChanges;
  adds: IdentityAdds;
  sessions: Pick<Sessions, 'enter'>;
  log: Log;
  attemptsPerBrowser: number;
  attemptLifeMs: number;
  /** Rates by network address. */
  startLimit: RequestHandler;
  callbackErrorLimit: RequestHandler;
  count: (forge: string, outcome: string) => void;
}

/** Signing in with a forge: `/auth/forge/:forge` begins, `/auth/forge/:forge/callback` ends it. */
export function authRoutes(deps: AuthDeps): Router {
  const { publicUrl, secure, attempts, problems, signIn, sessions, log } = deps;
  const router = Router();
  const known = new Map(deps.forges.map((one) => [one.forge.id, one.forge]));
  const cookie = { httpOnly: true, sameSite: 'lax', path: '/', secure } as const;

  function begin(req: Request, attempt: Pick<Attempt, 'forge' | 'verifier'>): string {
    const res = req.res as Response;
    const returnTo = safeReturn(req.query.return, publicUrl);
    const addTo = req.query.add === undefined ? null : (req.caller?.sessionHash ?? null);
    const { state, cookie: own } = attempts.begin({ ...attempt, returnTo, addTo });
    dropOldAttempts(req, res);
    res.cookie(attemptCookieName(secure, own.suffix), own.value, { ...cookie, maxAge: deps.attemptLifeMs });
    return state;
  }

  /** Browsers send cookies oldest first: the first ones give way to the new one. */
  function dropOldAttempts(req: Request, res: Response): void {
    const prefix = attemptCookieName(secure, '');
    const held = cookieNames(req.headers.cookie).filter((name) => name.startsWith(prefix));
    for (const name of held.slice(0, Math.max(0, held.length - deps.attemptsPerBrowser + 1))) {
      res.clearCookie(name, cookie);
    }
  }

  function take(req: Request, forge: string, state: unknown): Attempt | null {
    if (typeof state !== 'string' || state.length > 200) return null;
    const name = attemptCookieName(secure, attempts.suffixOf(state));
    const taken = attempts.take(state, forge, () => cookieValues(req.headers.cookie, name)[0]);
    if (taken) (req.res as Response).clearCookie(name, cookie);
    return taken;
  }

  const passport = createForgePassport({ ...deps, begin, take });

  function fail(req: Request, res: Response, forge: string, error: unknown, attempt: Attempt | null): void {
    const failure = error instanceof SignInFailure ? error : (notAdded(error) ?? storeFailure(error));
    const { code, hop, raw, address } = failure;
    log.warn(
      { err: failure.cause ?? failure, requestId: req.requestId, forge, hop },
      `sign-in failed: ${code}`,
    );
    deps.count(forge, code);
    const problem = problems.keep({ code, hop, forge, address, raw, requestId: req.requestId });
    // Whoever adds an account is signed in, and stays so.
    const page = attempt?.addTo ? 'account' : 'sign-in';
    const returnTo = attempt?.addTo ? null : (attempt?.returnTo ?? null);
    res.redirect(
      303,
      problemPage(publicUrl, page, { code, hop, forge, requestId: req.requestId, problem, returnTo }),
    );
  }

  const mayAdd = (req: Request, forge: string): boolean =>
    req.caller !== null && deps.adds.take(String(req.query.add), req.caller.sessionHash, forge);

  router.get('/auth/forge/:forge', deps.startLimit, (req, res, next) => {
    req.routeTemplate = '/auth/forge/{forge}';
    const forge = String(req.params.forge);
    if (!known.has(forge)) return void next();
    if (req.query.add !== undefined && !mayAdd(req, forge)) {
      // Not begun by our own page, or too long ago: there the person can begin again.
      return void res.redirect(303, new URL('account', publicUrl).pathname);
    }
    passport.begin(forge)(req, res, next);
  });

  /** What was shown to this session's own page: an account for its person, not a sign-in. */
  async function add(req: Request, forge: Forge, { who, tokens, attempt }: SignedIn): Promise<void> {
    if (!req.caller || req.caller.sessionHash !== attempt.addTo) {
      throw new SignInFailure('attempt', { hop: 'browser-forge' });
    }
    if (!who.active) throw new SignInFailure('inactive', { hop: 'console-forge-api' });
    await deps.identities.add(req.caller, forge, who, tokens, 'redirect');
  }

  async function enter(req: Request, forge: Forge, { who, tokens }: SignedIn): Promise<void> {
    const entered = await signIn.enter(forge, who, tokens);
    const sessionHash = await sessions.enter(req, entered.owner);
    const caller = {
      person: entered.owner,
      sessionHash,
      address: req.clientAddress,
      requestId: req.requestId,
    };
    await signIn.settle(caller, entered, 'redirect');
  }

  router.get('/auth/forge/:forge/callback', deps.callbackErrorLimit, (req, res, next) => {
    req.routeTemplate = '/auth/forge/{forge}/callback';
    const forge = known.get(String(req.params.forge));
    if (!forge) return void next();

    if (req.query.error !== undefined) {
      const attempt = take(req, forge.id, req.query.state);
      return void fail(req, res, forge.id, refusal(req.query, attempt), attempt);
    }
    // Without a code the strategy would begin anew and send the browser round in circles.
    if (typeof req.query.code !== 'string' || req.query.code === '') {
      return void fail(req, res, forge.id, new SignInFailure('attempt', { hop: 'browser-forge' }), null);
    }
    passport.finish(forge.id)(req, res, async (error: unknown, result: SignedIn | null) => {
      const attempt = passport.attemptOf(req);
      try {
        if (error !== null) throw error;
        if (!result) throw new SignInFailure('attempt', { hop: 'browser-forge' });
        await (result.attempt.addTo === null ? enter : add)(req, forge, result);
        deps.count(forge.id, 'ok');
        res.redirect(303, attempt?.returnTo ?? new URL(publicUrl).pathname);
      } catch (cause) {
        fail(req, res, forge.id, cause, attempt);
      }
    });
  });
  return router;
}

function notAdded(error: unknown): SignInFailure | null {
  if (isFailure(error, 'identity_taken')) return new SignInFailure('identity_taken');
  return isFailure(error, 'identity_other') ? new SignInFailure('identity_other') : null;
}

/** The forge sent the browser back without a code. Its words are kept aside, never put into an address. */
function refusal(query: Request['query'], attempt: Attempt | null): SignInFailure {
  if (!attempt) return new SignInFailure('attempt', { hop: 'browser-forge' });
  const text = (value: unknown) =>
    typeof value === 'string' ? value.replace(/[^\P{C}]/gu, ' ').slice(0, 500) : '';
  const raw = [text(query.error), text(query.error_description)].filter(Boolean).join(': ');
  const cancelled = query.error === 'access_denied';
  return new SignInFailure(cancelled ? 'cancelled' : 'redirect_refused', { hop: 'browser-forge', raw });
}

export interface ProblemPage {
  code: SignInProblemCode;
  hop: SignInHop | null;
  forge: string;
  requestId: string;
  problem: string;
  returnTo: string | null;
}

function problemPage(publicUrl: string, at: 'sign-in' | 'account', page: ProblemPage): string {
  const url = new URL(at, publicUrl);
  url.searchParams.set('error', page.code);
  if (page.hop) url.searchParams.set('hop', page.hop);
  url.searchParams.set('forge', page.forge);
  url.searchParams.set('request', page.requestId);
  url.searchParams.set('problem', page.problem);
  if (page.returnTo) url.searchParams.set('return', page.returnTo);
  return url.pathname + url.search;
}
