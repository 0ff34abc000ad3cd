import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { CiError } from '../../ci/build-input.ts';
import type { DroneVersion } from '../../ci/server.ts';
import { routedPath } from '../go.ts';
import { send } from '../go-server.ts';
import { Router } from '../router.ts';
import { whoCalls } from './access.ts';
import { accountRoutes } from './account-admin-routes.ts';
import { buildRoutes } from './build-routes.ts';
import { baseHeaders, type Call, type DroneContext, sendJson } from './context.ts';
import { cronRoutes } from './cron-routes.ts';
import { loginRoutes } from './login-routes.ts';
import { page } from './page.ts';
import { queueRoutes } from './queue-routes.ts';
import { repoRoutes } from './repo-routes.ts';
import { secretRoutes } from './secret-routes.ts';
import { siteRoutes } from './site-routes.ts';
import { streamRoutes } from './stream-routes.ts';
import { templateRoutes } from './template-routes.ts';
import { userRoutes } from './user-routes.ts';

/** What 1.10 does not have: some of it by method and path, some whole. */
const since2: readonly RegExp[] = [
  /^GET \/$/,
  / \/api\/templates/,
  /\/cards\//,
  / \/api\/builds\/incomplete\/v2$/,
  /\/token\/rotate$/,
  /\/builds\/\{number\}\/decline$/,
];

const bodyLimit = 20 * 1024 * 1024;

/** Drone 2.25.0, or 1.10.1, as a console meets it. To be mounted behind whatever counts calls and plays faults. */
export function createDroneFace(context: DroneContext, version: DroneVersion = '2.25'): RequestListener {
  const router = new Router<Call>();
  siteRoutes(router);
  loginRoutes(router);
  userRoutes(router);
  accountRoutes(router);
  queueRoutes(router);
  templateRoutes(router);
  streamRoutes(router);
  secretRoutes(router);
  cronRoutes(router);
  buildRoutes(router);
  repoRoutes(router);
  if (version === '1.10')
    router.remove((method, path) => since2.some((gone) => gone.test(`${method} ${path}`)));
  return (request, response) => {
    void answer(context, router, request, response);
  };
}

/** For a log of calls: the login behind a request; '' for nobody. */
export function droneLogin(context: DroneContext, request: IncomingMessage): string {
  const url = new URL(request.url ?? '/', 'http://drone.invalid');
  return whoCalls(context.core, context.settings.cookieSecret, request, url.searchParams)?.login ?? '';
}

async function answer(
  context: DroneContext,
  router: Router<Call>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [rawPath = '/', rawQuery = ''] = (request.url ?? '/').split(/\?(.*)/s);
  const query = new URLSearchParams(rawQuery);
  const path = routedPath(rawPath);
  const method = request.method ?? 'GET';
  const { core } = context;
  const call: Call = {
    context,
    core,
    request,
    response,
    method,
    path: path ?? rawPath,
    params: {},
    query,
    body: '',
    user: undefined,
  };
  baseHeaders(call);
  try {
    if (path === undefined) return send(call, 400, undefined, '');
    call.body = await readBody(request);
    call.user = whoCalls(core, context.settings.cookieSecret, request, query);
    const found = router.find(method, path);
    if (found === 'method') return send(call, 405, undefined, '');
    if (found) {
      call.params = found.params;
      await found.handler(call);
    } else if (path === '/api' || path.startsWith('/api/')) {
      send(call, 404, 'text/plain; charset=utf-8', '404 page not found\n');
    } else send(call, 200, 'text/html; charset=UTF-8', page);
  } catch (error) {
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const status = error instanceof CiError ? error.status : 500;
    sendJson(call, { message: error instanceof Error ? error.message : String(error) }, status);
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const data = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    size += data.length;
    if (size > bodyLimit) throw new CiError(400, 'http: request body too large');
    chunks.push(data);
  }
  return Buffer.concat(chunks).toString('utf8');
}
