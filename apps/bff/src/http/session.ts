import { createHmac, randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { INPUT_HEADER } from '@flightdeck/api-client/contract';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import session from 'express-session';
import type { Bus } from '../ports/bus.ts';
import type { Clock } from '../ports/clock.ts';
import type { PersonKey, Store } from '../ports/store.ts';
import type { Caller } from '../services/context.ts';
import { newRequestId } from './request-id.ts';
import { createSessionCache } from './session-cache.ts';
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
  identify: RequestHandler;
  /** The same with express-session before it: where a session may begin. */
  middleware: RequestHandler[];
  /** For the websocket's handshake: the same judgement without an answer. Throws when the store is not there. */
  authenticate(req: IncomingMessage, address: string): Promise<Caller | null>;
  /** Starts a session of this person with a new id; the one before ends. */
  enter(req: Request, person: PersonKey): Promise<string>;
  /** Ends the caller's session and takes the cookie away. */
  leave(req: Request, res: Response): Promise<void>;
}

export function createSessions(deps: SessionDeps): Sessions {
  const { store, clock, secure, limits } = deps;
  const cache = createSessionCache(deps);
  const name = sessionCookieName(secure);
  const secret = createHmac('sha256', deps.secret).update('session cookie').digest('base64url');
  const hashIn = sessionReader(name, secret);
  const cookie = { httpOnly: true, sameSite: 'lax', path: '/', secure, maxAge: limits.absoluteMs } as const;

  async function callerOf(hash: string, requestId: string, address: string) {
    const session = await cache.get(hash);
    if (!session?.person) return null;
    const caller: Caller = { person: session.person, sessionHash: hash, address, requestId };
    return { record: session.record, caller };
  }

  const identify = async (req: Request, _res: Response, next: NextFunction): Promise<void> => {
    req.caller = null;
    req.sessionExpiresAt = null;
    const hash = hashIn(req.headers.cookie);
    const found = hash === null ? null : await callerOf(hash, req.requestId, req.clientAddress);
    if (hash !== null && found) {
      req.caller = found.caller;
      const { createdAt, touchedAt, expiresAt } = found.record;
      req.sessionExpiresAt = expiresAt;
      const now = clock.now();
      if (isInput(req) && now - touchedAt >= limits.touchMs) {
        req.sessionExpiresAt = expiryOf(createdAt, now, limits);
        await store.sessions.touch(hash, now, req.sessionExpiresAt);
        cache.forget(hash);
      }
    }
    next();
  };

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
      return hash === null ? null : ((await callerOf(hash, newRequestId(), address))?.caller ?? null);
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
function isInput(req: Request): boolean {
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
