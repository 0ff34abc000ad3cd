import express from 'express';
import type { Meters } from './metrics.ts';
import { metricsHandler } from './operator-routes.ts';
import { type Listening, listen } from './server.ts';

const limits = {
  headerBytes: 16_384,
  headerCount: 100,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  keepAliveMs: 5_000,
  connections: 100,
  connectionsPerAddress: 100,
};

/** Metrics on an address of their own (`host:port`), for networks where only the collector reaches it. */
export async function metricsServer(address: string | undefined, meters: Meters): Promise<Listening | null> {
  if (address === undefined) return null;
  const at = address.lastIndexOf(':');
  const app = express();
  app.disable('x-powered-by');
  app.get('/metrics', metricsHandler(meters));
  return listen({
    host: address.slice(0, at).replace(/^\[|\]$/g, ''),
    port: Number(address.slice(at + 1)),
    limits,
    handler: app,
  });
}
