import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { LiveMeter } from '../live/live-meter.ts';
import type { EarlyHandler } from './in-order.ts';

declare global {
  namespace Express {
    interface Request {
      /** Address of the route as a template: the only form that metrics may carry. */
      routeTemplate?: string;
    }
  }
}

/** One attempt at an upstream, as its client tells it. */
export interface UpstreamCall {
  instance: string;
  status: number | null;
  code: string | null;
  ms: number;
}

export interface Meters {
  registry: Registry;
  http: EarlyHandler;
  upstream(call: UpstreamCall): void;
  sockets: Gauge;
  subscriptions: Gauge<'topic'>;
  tails: Gauge<'server'>;
  logBytesIn: Counter<'server'>;
  socketBytes: Counter;
  slowViewers: Counter<'what'>;
  /** Tells how many bytes of log text are held in memory. */
  logMemory(read: () => number): void;
  /** Tells how many bytes wait in live sockets. */
  socketsWaiting(read: () => number): void;
  signIns: Counter<'forge' | 'outcome'>;
}

/** Labels are closed sets: route templates, configured ids, codes. Nothing a caller chooses becomes one. */
export function createMeters(): Meters {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'flightdeck_' });
  const registers = [registry];
  const requests = new Histogram({
    name: 'flightdeck_http_request_seconds',
    help: 'Duration of HTTP requests by route template.',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers,
  });
  const upstream = new Histogram({
    name: 'flightdeck_upstream_call_seconds',
    help: 'Calls to forges and CI servers by instance and code (the problem code, or the status).',
    labelNames: ['instance', 'code'] as const,
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    registers,
  });
  return {
    registry,
    http: (req, res, next) => {
      const begun = process.hrtime.bigint();
      res.once('close', () => {
        const labels = {
          method: knownMethod(req.method),
          route: req.routeTemplate ?? 'page',
          status: String(res.statusCode),
        };
        requests.observe(labels, Number(process.hrtime.bigint() - begun) / 1e9);
      });
      next();
    },
    upstream: ({ instance, status, code, ms }) =>
      upstream.observe({ instance, code: code ?? String(status ?? 'none') }, ms / 1000),
    sockets: new Gauge({ name: 'flightdeck_live_sockets', help: 'Open live sockets.', registers }),
    subscriptions: new Gauge({
      name: 'flightdeck_live_subscriptions',
      help: 'Live subscriptions by topic.',
      labelNames: ['topic'] as const,
      registers,
    }),
    tails: new Gauge({
      name: 'flightdeck_log_streams',
      help: 'Open log streams from CI servers.',
      labelNames: ['server'] as const,
      registers,
    }),
    logBytesIn: new Counter({
      name: 'flightdeck_log_bytes_total',
      help: 'Bytes of log text read from CI servers.',
      labelNames: ['server'] as const,
      registers,
    }),
    socketBytes: new Counter({
      name: 'flightdeck_live_bytes_total',
      help: 'Bytes handed to live sockets.',
      registers,
    }),
    slowViewers: new Counter({
      name: 'flightdeck_live_slow_viewers_total',
      help: 'Viewers that were too slow: lines skipped for them, or their socket cut.',
      labelNames: ['what'] as const,
      registers,
    }),
    logMemory: readGauge('flightdeck_log_memory_bytes', 'Text of logs held in memory.', registry),
    socketsWaiting: readGauge(
      'flightdeck_live_waiting_bytes',
      'Bytes in live sockets that viewers have not read yet.',
      registry,
    ),
    signIns: new Counter({
      name: 'flightdeck_sign_ins_total',
      help: 'Sign-ins by forge and outcome.',
      labelNames: ['forge', 'outcome'] as const,
      registers,
    }),
  };
}

/** A gauge that is read when somebody asks for it. */
const readGauge = (name: string, help: string, registry: Registry) => (read: () => number) => {
  new Gauge({
    ...{ name, help, registers: [registry] },
    collect() {
      this.set(read());
    },
  });
};

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
const knownMethod = (method: string): string => (methods.has(method) ? method : 'other');

/** The live side's counts as metrics. */
export function liveMeter(meters: Meters): LiveMeter {
  return {
    sockets: (change) => meters.sockets.inc(change),
    subscriptions: (topic, change) => meters.subscriptions.inc({ topic }, change),
    tails: (server, change) => meters.tails.inc({ server }, change),
    logBytesIn: (server, bytes) => meters.logBytesIn.inc({ server }, bytes),
    bytesOut: (bytes) => meters.socketBytes.inc(bytes),
    slow: (what) => meters.slowViewers.inc({ what }),
  };
}
