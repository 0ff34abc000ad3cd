import { randomBytes } from 'node:crypto';
import type { Request, Response, Router } from 'express';
import type { ForgeSession, ForgeUser } from '../../world/model.ts';
import { type GitlabContext, value } from './context.ts';
import { errorPage, signInPage } from './pages.ts';

const COOKIE = '_gitlab_session';

function cookieOf(req: Request): string {
  for (const part of (req.headers.cookie ?? '').split(';')) {
    const at = part.indexOf('=');
    if (part.slice(0, at).trim() === COOKIE) return part.slice(at + 1).trim();
  }
  return '';
}

export const sessionOf = (context: GitlabContext, req: Request): ForgeSession | undefined =>
  context.world.forge.sessions.get(cookieOf(req));

function begin(context: GitlabContext, res: Response, login: string | undefined): ForgeSession {
  const session: ForgeSession = {
    id: randomBytes(16).toString('hex'),
    login,
    csrf: randomBytes(24).toString('base64url'),
    redirectTo: undefined,
  };
  context.world.forge.sessions.set(session.id, session);
  res.append('Set-Cookie', `${COOKIE}=${session.id}; Path=/; HttpOnly; SameSite=Lax`);
  return session;
}

export const openSession = (context: GitlabContext, req: Request, res: Response): ForgeSession =>
  sessionOf(context, req) ?? begin(context, res, undefined);

/** The signed-in person of a browser's session; a blocked one counts as nobody. */
export function signedIn(context: GitlabContext, req: Request): ForgeUser | undefined {
  const login = sessionOf(context, req)?.login;
  const user = login === undefined ? undefined : context.world.forge.user(login);
  return user?.active ? user : undefined;
}

export function askToSignIn(context: GitlabContext, req: Request, res: Response): void {
  openSession(context, req, res).redirectTo = req.originalUrl;
  res.redirect(302, '/users/sign_in');
}

export function signInRoutes(router: Router, context: GitlabContext): void {
  const people = () => context.world.forge.users.filter((user) => user.active).map((user) => user.login);

  router.get('/users/sign_in', (req, res) => {
    const session = openSession(context, req, res);
    res.send(signInPage(session.csrf, '', '', people()));
  });

  router.post('/users/sign_in', (req, res) => {
    const session = sessionOf(context, req);
    if (!session || value(req.body, 'authenticity_token') !== session.csrf) {
      return res.status(422).send(errorPage('422', 'The change you requested was rejected.'));
    }
    const { forge, clock } = context.world;
    const login = value(req.body, 'user[login]');
    const user = forge.user(login) ?? forge.userByEmail(login);
    if (!user?.active || user.password === '' || user.password !== value(req.body, 'user[password]')) {
      return res.status(200).send(signInPage(session.csrf, 'Invalid login or password.', login, people()));
    }
    user.lastLoginAt = clock.now();
    forge.sessions.delete(session.id);
    begin(context, res, user.login);
    res.redirect(302, session.redirectTo ?? '/');
  });

  router.get('/users/sign_out', (req, res) => {
    const session = sessionOf(context, req);
    if (session) context.world.forge.sessions.delete(session.id);
    res.redirect(302, '/users/sign_in');
  });
}
