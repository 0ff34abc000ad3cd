import type { IncomingMessage, RequestListener } from 'node:http';
import express, { type RequestHandler, Router } from 'express';
import type { Log } from '../ports/log.ts';
import { apiDocs } from './api-docs.ts';
import { type BodyLimits, bodies } from './body.ts';
import { type AddressOf, clientAddresses } from './client-address.ts';
import { ownPagesOnly, type RequestLimits, requestLimits } from './guards.ts';
import { securityHeaders } from './headers.ts';
import { type EarlyHandler, type EarlyRequest, inOrder } from './in-order.ts';
import type { Meters } from './metrics.ts';
import { errors, knownMethods, unknownApi } from './not-found.ts';
import { type OperatorDeps, operatorRoutes } from './operator-routes.ts';
import { type HasOwnHost, ownHostsOnly } from './own-hosts.ts';
import { packing } from './packing.ts';
import { type PageDeps, page, staticFiles } from './page.ts';
import { requestIds } from './request-id.ts';
import type { Sessions } from './session.ts';

export interface AppDeps extends PageDeps {
  origin: string;
  log: Log;
  requestLog: EarlyHandler;
  meters: Meters;
  operator: OperatorDeps;
  sessions: Sessions;
  limits: { http: BodyLimits & RequestLimits };
  addressOf: AddressOf;
  hasOwnHost: HasOwnHost;
  guestLimit: RequestHandler;
  /** Sign-in and linking: navigations. */
  auth: Router[];
  /** Rows of the contract that only read, where nothing is out of the ordinary. */
  reads: EarlyHandler;
  /** Rows of the contract. */
  rpc: RequestHandler;
  /** Plain routes below `/api` with their paths. */
  plain: { path: string; handler: RequestHandler }[];
  openapi: () => Promise<object>;
}

/**
 * Order matters: an id, a log line and the headers for every answer, then the limits, then plain reads, then what needs no
 * session, then the API, and the page for every address that is left. What stands before Express does so because most
 * requests end there, and Express's part costs a read more than its permission does.
 */
export function createApp(deps: AppDeps): RequestListener {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');

  const refused = new WeakMap<IncomingMessage, unknown>();
  app.use((req, _res, next) => next(refused.get(req)));
  // Probes of the machine that runs this know nothing of a base path.
  if (deps.basePath !== '/') app.use(operatorRoutes(deps.operator));
  app.use(deps.basePath, belowBase(deps));
  if (deps.basePath !== '/') app.get('/', (_req, res) => res.redirect(302, deps.basePath));
  app.use(unknownApi());
  app.use(errors(deps));

  const first = inOrder(
    clientAddresses(deps.addressOf),
    requestIds(),
    deps.requestLog,
    deps.meters.http,
    securityHeaders(deps),
    requestLimits(deps.limits.http),
    knownMethods(),
    ownHostsOnly(deps.hasOwnHost, deps.basePath),
    deps.reads,
  );
  return (bare, res) => {
    const req = bare as EarlyRequest;
    // As Express would.
    req.originalUrl = req.url;
    const go = (error?: unknown) => {
      if (error) refused.set(req, error);
      app(req, res);
    };
    try {
      first(req, res, go);
    } catch (error) {
      go(error);
    }
  };
}

/** What lies below the base path. */
function belowBase(deps: AppDeps): Router {
  const router = Router();
  router.use(operatorRoutes(deps.operator));
  router.use(packing);
  router.get('/openapi.json', async (req, res) => {
    req.routeTemplate = '/openapi.json';
    res.json(await deps.openapi());
  });
  router.use(apiDocs(deps));
  router.use('/auth', deps.sessions.middleware);
  for (const routes of deps.auth) router.use(routes);
  router.use('/auth', unknownApi());
  router.use(
    '/api',
    ownPagesOnly(deps.origin),
    bodies(deps.limits.http),
    deps.sessions.identify,
    deps.guestLimit,
  );
  // The one row of the API that begins a session.
  router.use('/api/session/sign-in', deps.sessions.middleware);
  for (const { path, handler } of deps.plain) {
    router.get(path, (req, res, next) => {
      req.routeTemplate = path.replace(/:(\w+)/g, '{$1}');
      return handler(req, res, next);
    });
  }
  router.use('/api', deps.rpc, unknownApi());
  router.use(staticFiles(deps), deps.sessions.identify, page(deps));
  return router;
}
