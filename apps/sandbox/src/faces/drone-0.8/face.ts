import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { D8Broken, D8Refusal } from '../../drone-0.8/actions.ts';
import { makeToken } from '../../drone-0.8/tokens.ts';
import { addressOf, send, sendText, serve } from '../go-server.ts';
import { Router } from '../router.ts';
import { hasCsrf, whoCalls } from './access.ts';
import { actionRoutes } from './action-routes.ts';
import { buildRoutes } from './build-routes.ts';
import { baseHeaders, type Call, type Drone08Context, sendJson } from './context.ts';
import { loginRoutes } from './login-routes.ts';
import { page } from './page.ts';
import { registryRoutes } from './registry-routes.ts';
import { repoRoutes } from './repo-routes.ts';
import { secretRoutes } from './secret-routes.ts';
import { buildShape, userShape } from './shapes.ts';
import { siteRoutes } from './site-routes.ts';
import { streamRoutes } from './stream-routes.ts';
import { userRoutes } from './user-routes.ts';

/** Drone 0.8.10 with Gogs, as a console meets it. To be mounted behind whatever counts calls and plays faults. */
export function createDrone08Face(context: Drone08Context): RequestListener {
  const router = new Router<Call>();
  const routes = [
    siteRoutes,
    loginRoutes,
    userRoutes,
    repoRoutes,
    buildRoutes,
    actionRoutes,
    streamRoutes,
    secretRoutes,
    registryRoutes,
  ];
  for (const add of routes) add(router);
  return (request, response) => {
    void answer(context, router, request, response);
  };
}

/** For a log of calls: the login behind a request; '' for nobody. */
export function drone08Login(context: Drone08Context, request: IncomingMessage): string {
  return whoCalls(context.server, request, addressOf(request)[1]).user?.login ?? '';
}

async function answer(
  context: Drone08Context,
  router: Router<Call>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { server } = context;
  const [written, query] = addressOf(request);
  // Its router sees the decoded path: a slash in a name parts it all the same, and what is unknown is the page (0.8.10).
  const path = written.replaceAll(/%2f/gi, '/');
  const { user, isSession } = whoCalls(server, request, query);
  const call: Call = {
    ...{ context, server, state: server.state, request, response },
    ...{ path, params: {}, query, body: '', user },
  };
  baseHeaders(call);
  await serve(call, router, {
    mayAct: () => {
      // Without its second token a session does nothing but look.
      if (user && isSession && !hasCsrf(server, request, user)) throw new D8Refusal(401);
    },
    unknown: () => sendPage(call),
    failed: (error) => {
      if (error instanceof D8Broken) sendJson(call, buildShape(error.build, 'none'), 500);
      else if (error instanceof D8Refusal) sendText(call, error.status, error.message);
      else sendText(call, 500, '');
    },
  });
}

function sendPage(call: Call): void {
  const { server, user } = call;
  const signedIn = user && {
    user: userShape(user, server.isAdmin(user.login)),
    csrf: makeToken(user, 'csrf'),
    syncing: user.synced + 72 * 3600 < server.seconds(),
  };
  send(call, 200, 'text/html; charset=UTF-8', page(server.release, signedIn));
}
