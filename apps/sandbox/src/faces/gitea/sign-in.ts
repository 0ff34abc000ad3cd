import type { Request, Response, Router } from 'express';
import type { ForgeUser } from '../../world/model.ts';
import { type GiteaContext, subPath } from './context.ts';
import { errorPage, signInPage } from './pages.ts';
import { redirect, sendHtml, value } from './reply.ts';
import { beginSession, endSession, openSession, sessionOf } from './session.ts';

/** The signed-in person of a browser's session; a deactivated one counts as nobody. */
export function signedIn(context: GiteaContext, req: Request): ForgeUser | undefined {
  const login = sessionOf(context, req)?.login;
  const user = login === undefined ? undefined : context.world.forge.user(login);
  return user?.active ? user : undefined;
}

/**
 * Sends a guest to the sign-in form and remembers one address per browser, as Gitea does with its `redirect_to`
 * cookie: of two tabs that begin at once, both forms lead to what the later one asked for.
 */
export function askToSignIn(context: GiteaContext, req: Request, res: Response): void {
  openSession(context, req, res).redirectTo = subPath(context) + req.originalUrl;
  redirect(req, res, `${subPath(context)}/user/login`);
}

/** Sign-in form, its answer, and signing out of the forge. */
export function signInRoutes(router: Router, context: GiteaContext): void {
  const home = () => `${subPath(context)}/`;
  const people = () => context.world.forge.users.filter((user) => user.active).map((user) => user.login);

  router.get('/user/login', (req, res) => {
    if (signedIn(context, req)) return redirect(req, res, home());
    const session = openSession(context, req, res);
    sendHtml(res, 200, signInPage(home(), session.csrf, '', '', people()));
  });

  router.post('/user/login', (req, res) => {
    const session = sessionOf(context, req);
    if (!session || value(req.body, '_csrf') !== session.csrf) {
      return sendHtml(res, 400, errorPage('Bad Request', 'Invalid CSRF token.'));
    }
    const { forge, clock } = context.world;
    const name = value(req.body, 'user_name');
    const user = forge.user(name) ?? forge.userByEmail(name);
    if (!user || user.password === '' || user.password !== value(req.body, 'password')) {
      const page = signInPage(home(), session.csrf, 'Username or password is incorrect.', name, people());
      return sendHtml(res, 200, page);
    }
    if (!user.active) {
      return sendHtml(res, 403, errorPage('Sign-in prohibited', 'Your account is not allowed to sign in.'));
    }
    user.lastLoginAt = clock.now();
    forge.sessions.delete(session.id);
    beginSession(context, res, user.login, undefined);
    redirect(req, res, session.redirectTo ?? home());
  });

  const signOut = (req: Request, res: Response) => {
    endSession(context, req, res);
    redirect(req, res, home());
  };
  router.get('/user/logout', signOut);
  router.post('/user/logout', signOut);
}
