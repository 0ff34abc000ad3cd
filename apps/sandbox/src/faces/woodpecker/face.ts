import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { WpRefusal } from '../../woodpecker/actions.ts';
import { addressOf, send, sendText, serve } from '../go-server.ts';
import { Router } from '../router.ts';
import { hasCsrf, whoCalls } from './access.ts';
import { actionRoutes } from './action-routes.ts';
import { adminRoutes } from './admin-routes.ts';
import { baseHeaders, type Call, NoRoute, type WoodpeckerContext } from './context.ts';
import { cronRoutes } from './cron-routes.ts';
import { loginRoutes } from './login-routes.ts';
import { orgRoutes } from './org-routes.ts';
import { page } from './page.ts';
import { pipelineRoutes } from './pipeline-routes.ts';
import { registryRoutes } from './registry-routes.ts';
import { repoAdminRoutes } from './repo-admin-routes.ts';
import { repoRoutes } from './repo-routes.ts';
import { secretRoutes } from './secret-routes.ts';
import { siteRoutes } from './site-routes.ts';
import { streamRoutes } from './stream-routes.ts';
import { userRoutes } from './user-routes.ts';

/** Woodpecker 3.17 (and 2.8) as a console meets it. To be mounted behind whatever counts calls and plays faults. */
export function createWoodpeckerFace(context: WoodpeckerContext): RequestListener {
  const router = new Router<Call>();
  const routes = [
    siteRoutes,
    loginRoutes,
    userRoutes,
    repoRoutes,
    repoAdminRoutes,
    pipelineRoutes,
    actionRoutes,
    streamRoutes,
    secretRoutes,
    registryRoutes,
    cronRoutes,
    orgRoutes,
    adminRoutes,
  ];
  for (const add of routes) add(router);
  return (request, response) => {
    void answer(context, router, request, response);
  };
}

/** For a log of calls: the login behind a request; '' for nobody. */
export function woodpeckerLogin(context: WoodpeckerContext, request: IncomingMessage): string {
  return whoCalls(context.server, request, addressOf(request)[1]).user?.login ?? '';
}

async function answer(
  context: WoodpeckerContext,
  router: Router<Call>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { server } = context;
  const [whole, query] = addressOf(request);
  // It serves below the path of its address and nowhere else.
  const root = new URL(server.settings.host()).pathname.replace(/\/$/, '');
  const path = whole.startsWith(`${root}/`) ? whole.slice(root.length) : '';
  const method = request.method ?? 'GET';
  const { user, byCookie } = whoCalls(server, request, query);
  const call: Call = {
    ...{ context, server, state: server.state, request, response },
    ...{ method, path, params: {}, query, body: '', user },
  };
  baseHeaders(call);
  const sendPage = (): void => {
    response.setHeader('cache-control', 'no-cache');
    send(call, 200, 'text/html; charset=UTF-8', page);
  };
  await serve(call, router, {
    mayAct: () => {
      // Without its second token a cookie does nothing but look.
      if (user && byCookie && !hasCsrf(server, request, user)) throw new WpRefusal(401);
    },
    unknown: sendPage,
    failed: (error) => {
      if (error instanceof NoRoute) sendPage();
      else if (error instanceof WpRefusal) sendText(call, error.status, error.message);
      else if (error instanceof URIError) sendText(call, 400, '');
      else sendText(call, 500, error instanceof Error ? error.message : String(error));
    },
  });
}
