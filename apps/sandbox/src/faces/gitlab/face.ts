import express, { type Express, type Request } from 'express';
import { sees } from './access.ts';
import { apiRoutes } from './api.ts';
import { caller } from './caller.ts';
import type { GitlabContext } from './context.ts';
import { oauthRoutes } from './oauth.ts';
import { errorPage, escapeHtml, layout } from './pages.ts';
import { signedIn, signInRoutes } from './sign-in.ts';

/**
 * GitLab as a console meets it: OAuth with tokens that rotate, the API with nested groups, and a page for what links
 * lead to. Made from GitLab's documentation, not from recordings.
 */
export function createGitlabFace(context: GitlabContext): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(express.urlencoded({ extended: false }));
  app.use(express.json());
  signInRoutes(app, context);
  oauthRoutes(app, context);
  apiRoutes(app, context);
  app.get('/*path', (req: Request, res) => {
    const parts = [(req.params as Record<string, string | string[]>).path ?? []].flat();
    const cut = parts.indexOf('-');
    const [owner = '', name = ''] = parts
      .slice(0, cut < 0 ? undefined : cut)
      .join('/')
      .split(/\/(?=[^/]*$)/);
    const repo = context.world.forge.repository(owner, name);
    if (!repo || !sees(context.world.forge, signedIn(context, req), repo)) {
      return res.status(404).send(errorPage('404: Page not found', 'There is nothing here.'));
    }
    const title = `${repo.owner}/${repo.name}`;
    const what = cut < 0 ? repo.description : parts.slice(cut + 1).join(' ');
    res.send(layout(title, `<h1>${escapeHtml(title)}</h1><p>${escapeHtml(what)}</p>`));
  });
  return app;
}

/** For a log of calls: the login behind a request, by its token or its browser session; '' for nobody. */
export function gitlabLogin(context: GitlabContext, req: Request): string {
  const who = caller(context, req);
  if (who.kind === 'user') return who.user.login;
  return signedIn(context, req)?.login ?? '';
}
