import express, { type Express } from 'express';
import { apiRoutes } from './api.ts';
import { byToken } from './caller.ts';
import type { GogsContext } from './context.ts';
import { makingRoutes } from './making.ts';
import { sendPage, strayCookies } from './reply.ts';
import { tokenRoutes } from './tokens.ts';

/**
 * Gogs 0.14.3 as a console meets it: tokens made with a password, the API, and a page for whatever else is asked. There
 * is no OAuth provider and no version.
 */
export function createGogsFace(context: GogsContext): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use((_req, res, next) => {
    strayCookies(context, res);
    next();
  });
  app.use(express.json());
  tokenRoutes(app, context);
  makingRoutes(app, context);
  apiRoutes(app, context);
  app.get('/user/settings/applications', (_req, res) =>
    sendPage(res, 200, 'Applications', '<p>Here people make access tokens.</p>'),
  );
  app.use((_req, res) => sendPage(res, 404, 'Page Not Found', ''));
  return app;
}

/** For a log of calls: the login behind a request, '' for nobody. */
export const gogsLogin = (context: GogsContext, req: express.Request): string =>
  byToken(context, req)?.login ?? '';
