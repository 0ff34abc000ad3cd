import { createHash, timingSafeEqual } from 'node:crypto';
import { type RequestHandler, Router } from 'express';
import { Failure } from '../domain/failure.ts';
import type { ReadinessService } from '../services/readiness.ts';
import type { Meters } from './metrics.ts';

export interface OperatorDeps {
  readiness: ReadinessService;
  meters: Meters;
  metrics: { token?: string | undefined; address?: string | undefined; open: boolean };
  version: string;
}

/** What operators ask. None of it needs a session, none of it names a person or a repository. */
export function operatorRoutes(deps: OperatorDeps): Router {
  const router = Router();
  router.get('/healthz', (req, res) => {
    req.routeTemplate = '/healthz';
    res.json({ ok: true, version: deps.version });
  });
  router.get('/readyz', async (req, res) => {
    req.routeTemplate = '/readyz';
    const state = await deps.readiness.check();
    res.status(state.ready ? 200 : 503).json(state);
  });
  if (deps.metrics.address === undefined) {
    router.get('/metrics', metricsGuard(deps.metrics), metricsHandler(deps.meters));
  } else {
    // They have an address of their own: a collector that asks here must not take the page for an answer.
    router.get('/metrics', () => {
      throw new Failure('not_found', 'Metrics are at metrics.address.');
    });
  }
  return router;
}

export function metricsHandler({ registry }: Pick<Meters, 'registry'>): RequestHandler {
  return async (req, res) => {
    req.routeTemplate = '/metrics';
    res.setHeader('content-type', registry.contentType);
    res.end(await registry.metrics());
  };
}

/** Closed unless opened: without a token and without `open` nobody gets them here. */
function metricsGuard({ token, open }: OperatorDeps['metrics']): RequestHandler {
  return (req, res, next) => {
    const given = /^Bearer (.+)$/.exec(req.headers.authorization ?? '')?.[1];
    if (open || (token !== undefined && given !== undefined && same(given, token))) return next();
    res.setHeader('www-authenticate', 'Bearer');
    res.status(401).json({ error: 'metrics need the token of metrics.token' });
  };
}

const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
const same = (a: string, b: string): boolean => timingSafeEqual(hash(a), hash(b));
