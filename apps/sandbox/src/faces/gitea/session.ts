import { randomBytes } from 'node:crypto';
import type { Request, Response } from 'express';
import type { ForgeSession } from '../../world/model.ts';
import type { GiteaContext } from './context.ts';

const COOKIE = 'i_like_gitea';

export function cookies(req: Request): Map<string, string> {
  const found = new Map<string, string>();
  for (const part of (req.headers.cookie ?? '').split(';')) {
    const at = part.indexOf('=');
    if (at > 0) found.set(part.slice(0, at).trim(), part.slice(at + 1).trim());
  }
  return found;
}

/** The session the browser's cookie names, `undefined` when it has none or the forge forgot it. */
export function sessionOf(context: GiteaContext, req: Request): ForgeSession | undefined {
  return context.world.forge.sessions.get(cookies(req).get(COOKIE) ?? '');
}

function setCookies(res: Response, id: string, csrf: string): void {
  res.append('Set-Cookie', `${COOKIE}=${id}; Path=/; HttpOnly; SameSite=Lax`);
  res.append('Set-Cookie', `_csrf=${csrf}; Path=/; Max-Age=86400; HttpOnly; SameSite=Lax`);
}

/** The browser's session, begun when there is none. */
export function openSession(context: GiteaContext, req: Request, res: Response): ForgeSession {
  const known = sessionOf(context, req);
  if (known) return known;
  return beginSession(context, res, undefined, undefined);
}

/** A new session under a new id: signing in never keeps the id a guest had. */
export function beginSession(
  context: GiteaContext,
  res: Response,
  login: string | undefined,
  redirectTo: string | undefined,
): ForgeSession {
  const session: ForgeSession = {
    id: randomBytes(8).toString('hex'),
    login,
    csrf: randomBytes(24).toString('base64url'),
    redirectTo,
  };
  context.world.forge.sessions.set(session.id, session);
  setCookies(res, session.id, session.csrf);
  return session;
}

export function endSession(context: GiteaContext, req: Request, res: Response): void {
  const session = sessionOf(context, req);
  if (session) context.world.forge.sessions.delete(session.id);
  res.append('Set-Cookie', `${COOKIE}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax`);
}

/** Gitea's token endpoint, userinfo and discovery set both cookies even for a server that ignores them (recorded). */
export function strayCookies(res: Response): void {
  setCookies(res, randomBytes(8).toString('hex'), randomBytes(24).toString('base64url'));
}
