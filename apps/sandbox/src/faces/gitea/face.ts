import express, { type Express } from 'express';
import { apiRoutes } from './api.ts';
import { repositoryRoutes } from './api-repository.ts';
import { authorizeRoutes } from './authorize.ts';
import { caller } from './caller.ts';
import { baseUrl, type GiteaContext } from './context.ts';
import { oidcRoutes } from './oidc.ts';
import { notFound } from './reply.ts';
import { signedIn, signInRoutes } from './sign-in.ts';
import { siteRoutes } from './site.ts';
import { tokenRoutes } from './token.ts';

/**
 * Gitea 1.25.4 as a console meets it: OAuth2 with sign-in form and consent page, the API, and pages for links. A
 * request handler, to be mounted behind whatever counts calls and plays faults.
 */
export function createGiteaFace(context: GiteaContext): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(express.urlencoded({ extended: false }));
  app.use(express.json());
  signInRoutes(app, context);
  authorizeRoutes(app, context);
  tokenRoutes(app, context);
  oidcRoutes(app, context);
  apiRoutes(app, context);
  repositoryRoutes(app, context);
  app.use('/api', (_req, res) => notFound(res, baseUrl(context)));
  siteRoutes(app, context);
  return app;
}

/** For a log of calls: the login behind a request, by its token or its browser session; '' for nobody. */
export function giteaLogin(context: GiteaContext, req: express.Request): string {
  const who = caller(context, req);
  if (who.kind === 'user') return who.user.login;
  return signedIn(context, req)?.login ?? '';
}
