import { createHmac, randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { INPUT_HEADER } from '@flightdeck/api-client/contract';
import type { Request, RequestHandler, Response } from 'express';
import session from 'express-session';
import type { Bus } from '../ports/bus.ts';
import type { Clock } from '../ports/clock.ts';
import type { PersonKey, Store } from '../ports/store.ts';
import type { Caller } from '../services/context.ts';
import type { EarlyHandler, EarlyRequest } from './in-order.ts';
import { newRequestId } from './request-id.ts';
import { createSessionCache, type LiveSession } from './session-cache.ts';
import { cookieValues, sessionCookieName, sessionHash, sessionReader } from './session-cookie.ts';
import { expiryOf, type SessionLimits, SessionStore } from './session-store.ts';

declare global {
  namespace Express {
    interface Request {
      /** Who asks; null for guests. */
      caller: Caller | null;
      /** When this session ends if nobody touches it. */
      sessionExpiresAt: number | null;
    }
  }
}

export interface SessionDeps {
  store: Store;
  clock: Clock;
  bus: Bus;
  secure: boolean;
  /** Signs the cookie; any long text that stays. */
  secret: string;
  limits: SessionLimits;
}

export interface Sessions {
  /** Who asks (`req.caller`). */
  identify: EarlyHandler;
  /** The same with express-session before it: where a session may begin. */
  middleware: RequestHandler[];
  /** For the websocket's handshake: the same judgement without an answer. Throws when the store is not there. */
  authenticate(req: IncomingMessage, address: string): Promise<Caller | null>;
  /** Starts a session of this person with a new id; the one before ends. */
  enter(req: Request, person: PersonKey): Promise<string>;
  /** Ends the caller's session and takes the cookie away. */
  leave(req: EarlyRequest, res: Response): Promise<void>;
}

export function createSessions(deps: SessionDeps): Sessions {
  const { store, clock, secure, limits } = deps;
  const cache = createSessionCache(deps);
  const name = sessionCookieName(secure);
  const secret = createHmac('sha256', deps.secret).update('session cookie').digest('base64url');
  const hashIn = sessionReader(name, secret);
  const cookie = { httpOnly: true, sameSite: 'lax', path: '/', secure, maxAge: limits.absoluteMs } as const;

  const asCaller = (hash: string, session: LiveSession | null, requestId: string, address: string) =>
    session?.person
      ? { person: session.person, others: session.others, sessionHash: hash, address, requestId }
      : null;

  /** Who sent it; what is known answers at once, which is most often so. */
  const identify: EarlyHandler = (req, _res, next) => {
    req.caller = null;
    req.sessionExpiresAt = null;
    const hash = hashIn(req.headers.cookie);
    if (hash === null) return next();
    const known = cache.known(hash);
    if (known && !isTouch(req, known)) return admit(req, hash, known, next);
    return cache.get(hash).then(async (session) => {
      if (session && isTouch(req, session)) await touch(hash, session);
      admit(req, hash, session, next);
    });
  };

  function admit(req: EarlyRequest, hash: string, session: LiveSession | null, next: () => void): void {
    req.caller = asCaller(hash, session, req.requestId, req.clientAddress);
    if (session && req.caller) req.sessionExpiresAt = session.record.expiresAt;
    next();
  }

  const isTouch = (req: EarlyRequest, { record, person }: LiveSession): boolean =>
    person !== null && isInput(req) && clock.now() - record.touchedAt >= limits.touchMs;

  async function touch(hash: string, session: LiveSession): Promise<void> {
    const now = clock.now();
    const expiresAt = expiryOf(session.record.createdAt, now, limits);
    await store.sessions.touch(hash, now, expiresAt);
    cache.forget(hash);
    session.record = { ...session.record, touchedAt: now, expiresAt };
  }

  return {
    identify,
    middleware: [
      schemeOfPublicAddress(secure),
      withoutTossedCookie(name),
      session({
        name,
        secret,
        cookie,
        store: new SessionStore({ sessions: store.sessions, cache, clock, limits }),
        genid: () => randomBytes(32).toString('base64url'),
        resave: false,
        saveUninitialized: false,
        rolling: false,
      }),
      identify,
    ],

    async authenticate(req, address) {
      const hash = hashIn(req.headers.cookie);
      return hash === null ? null : asCaller(hash, await cache.get(hash), newRequestId(), address);
    },

    async enter(req, person) {
      await new Promise<void>((done, fail) =>
        req.session.regenerate((error) => (error ? fail(error) : done())),
      );
      const { forge, forgeUserId } = person;
      req.session.person = { forge, forgeUserId };
      await new Promise<void>((done, fail) => req.session.save((error) => (error ? fail(error) : done())));
      return sessionHash(req.sessionID);
    },

    async leave(req, res) {
      if (req.caller) {
        cache.forget(req.caller.sessionHash);
        await store.sessions.remove(req.caller.sessionHash);
      }
      const { maxAge: _, ...attributes } = cookie;
      res.clearCookie(name, attributes);
    },
  };
}

/** Opening a page, changing something, or a call that says the person touched the page. */
function isInput(req: EarlyRequest): boolean {
  if (req.method !== 'GET' && req.method !== 'HEAD') return true;
  if (req.headers[INPUT_HEADER] === '1') return true;
  return req.headers['sec-fetch-mode'] === 'navigate' || (req.headers.accept ?? '').includes('text/html');
}

/** Whether cookies are Secure is told by the configured address, not by the hop between the proxy and this process. */
function schemeOfPublicAddress(secure: boolean): RequestHandler {
  return (req, _res, next) => {
    Object.defineProperty(req, 'secure', { value: secure, configurable: true });
    next();
  };
}

/** Two cookies of the session's name: one was set by a neighbour host. Neither is believed. */
function withoutTossedCookie(name: string): RequestHandler {
  return (req, _res, next) => {
    if (cookieValues(req.headers.cookie, name).length > 1) delete req.headers.cookie;
    next();
  };
}
