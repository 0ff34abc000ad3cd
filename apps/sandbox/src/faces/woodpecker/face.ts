import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { WpRefusal } from '../../woodpecker/actions.ts';
import { addressOf, readBody, send, sendText } from '../gin.ts';
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
  try {
    call.body = await readBody(request);
    if (method === 'OPTIONS') return send(call, 200, undefined, '');
    // Without its second token a cookie does nothing but look.
    if (user && byCookie && method !== 'GET' && !hasCsrf(server, request, user)) throw new WpRefusal(401);
    const found = path === '' ? undefined : router.find(method, path);
    if (!found || found === 'method') throw new NoRoute();
    call.params = Object.fromEntries(
      Object.entries(found.params).map(([name, value]) => [name, name === '*' ? value : decode(value)]),
    );
    await found.handler(call);
  } catch (error) {
    if (response.headersSent) response.destroy();
    else if (error instanceof NoRoute) {
      response.setHeader('cache-control', 'no-cache');
      send(call, 200, 'text/html; charset=UTF-8', page);
    } else if (error instanceof WpRefusal) sendText(call, error.status, error.message);
    else sendText(call, 500, error instanceof Error ? error.message : String(error));
  }
}

/** @throws WpRefusal 400 for what is no encoding. */
function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    throw new WpRefusal(400);
  }
}
