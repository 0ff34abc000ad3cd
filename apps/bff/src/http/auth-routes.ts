import type { SignInHop, SignInProblemCode } from '@flightdeck/api-client/contract';
import { type Request, type RequestHandler, type Response, Router } from 'express';
import type { Forge } from '../ports/forge.ts';
import type { Log } from '../ports/log.ts';
import { safeReturn } from '../services/return-to.ts';
import { SignInFailure, type SignInService, storeFailure } from '../services/sign-in.ts';
import type { Attempt, SignInAttempts } from '../services/sign-in-attempts.ts';
import type { SignInProblems } from '../services/sign-in-problems.ts';
import { createForgePassport, type SignedIn } from './forge-passport.ts';
import type { Sessions } from './session.ts';
import { attemptCookieName, cookieNames, cookieValues } from './session-cookie.ts';

export interface AuthDeps {
  forges: readonly { forge: Forge; scope: readonly string[] }[];
  publicUrl: string;
  secure: boolean;
  attempts: SignInAttempts;
  problems: SignInProblems;
  signIn: SignInService;
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

  function begin(req: Request, attempt: Omit<Attempt, 'returnTo'>): string {
    const res = req.res as Response;
    const returnTo = safeReturn(req.query.return, publicUrl);
    const { state, cookie: own } = attempts.begin({ ...attempt, returnTo });
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

  function fail(req: Request, res: Response, forge: string, error: unknown, returnTo: string | null): void {
    const failure = error instanceof SignInFailure ? error : storeFailure(error);
    const { code, hop, raw, address } = failure;
    log.warn(
      { err: failure.cause ?? failure, requestId: req.requestId, forge, hop },
      `sign-in failed: ${code}`,
    );
    deps.count(forge, code);
    const problem = problems.keep({ code, hop, forge, address, raw, requestId: req.requestId });
    res.redirect(
      303,
      problemPage(publicUrl, { code, hop, forge, requestId: req.requestId, problem, returnTo }),
    );
  }

  router.get('/auth/forge/:forge', deps.startLimit, (req, res, next) => {
    req.routeTemplate = '/auth/forge/{forge}';
    if (!known.has(String(req.params.forge))) return void next();
    passport.begin(String(req.params.forge))(req, res, next);
  });

  router.get('/auth/forge/:forge/callback', deps.callbackErrorLimit, (req, res, next) => {
    req.routeTemplate = '/auth/forge/{forge}/callback';
    const forge = known.get(String(req.params.forge));
    if (!forge) return void next();

    if (req.query.error !== undefined) {
      const attempt = take(req, forge.id, req.query.state);
      return void fail(req, res, forge.id, refusal(req.query, attempt), attempt?.returnTo ?? null);
    }
    // Without a code the strategy would begin anew and send the browser round in circles.
    if (typeof req.query.code !== 'string' || req.query.code === '') {
      return void fail(req, res, forge.id, new SignInFailure('attempt', { hop: 'browser-forge' }), null);
    }
    passport.finish(forge.id)(req, res, async (error: unknown, result: SignedIn | null) => {
      const returnTo = passport.attemptOf(req)?.returnTo ?? null;
      try {
        if (error !== null) throw error;
        if (!result) throw new SignInFailure('attempt', { hop: 'browser-forge' });
        const person = await signIn.enter(forge, result.who, result.tokens);
        const sessionHash = await sessions.enter(req, person).catch((cause: unknown) => {
          throw storeFailure(cause);
        });
        await signIn.settle({ person, sessionHash, address: req.clientAddress, requestId: req.requestId });
        deps.count(forge.id, 'ok');
        res.redirect(303, returnTo ?? new URL(publicUrl).pathname);
      } catch (cause) {
        fail(req, res, forge.id, cause, returnTo);
      }
    });
  });
  return router;
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

function problemPage(publicUrl: string, page: ProblemPage): string {
  const url = new URL('sign-in', publicUrl);
  url.searchParams.set('error', page.code);
  if (page.hop) url.searchParams.set('hop', page.hop);
  url.searchParams.set('forge', page.forge);
  url.searchParams.set('request', page.requestId);
  url.searchParams.set('problem', page.problem);
  if (page.returnTo) url.searchParams.set('return', page.returnTo);
  return url.pathname + url.search;
}
