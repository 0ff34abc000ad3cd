import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { ciCatalog } from './adapters/ci/catalog.ts';
import { forgeKinds } from './adapters/forge/catalog.ts';
import { compose } from './compose.ts';
import { ConfigFaults, readConfig } from './config.ts';
import { runDoctor } from './doctor-main.ts';
import { createLogger } from './http/log.ts';
import { metricsServer } from './http/metrics-server.ts';
import { listen } from './http/server.ts';

/** Every request and socket must be gone by then: the whole stop takes less than 5 s. */
const SOCKETS_MS = 1_000;
const REQUESTS_MS = 3_000;
const LAST_RESORT_MS = 4_800;

/**
 * How much the heap may grow between two full collections. By default it doubles and more: with a hundred viewers of a busy
 * log two thirds of it were garbage that nobody had looked at yet (figures: bench/README.md).
 */
setFlagsFromString('--heap-growing-percent=50');

async function main(): Promise<void> {
  const read = () => readConfig({ kinds: { ...forgeKinds, servers: Object.keys(ciCatalog) } });
  // `scripts/doctor.mjs` prints what it says.
  if (process.argv[2] === 'doctor') process.exit(await runDoctor(read));
  const config = read();
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  const log = createLogger(config.logLevel);
  const console = await compose({ config, log, version });
  const { host, port } = config.listen;
  const web = await listen({
    host,
    port,
    limits: config.limits.http,
    handler: console.handler,
    upgrade: console.upgrade,
  });
  const metrics = await metricsServer(config.metrics.address, console.meters);
  console.start();
  log.info({ ready: true, url: config.publicUrl, host, port: web.port, version }, 'ready');

  let stopping = false;
  const stop = async (signal: string): Promise<void> => {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, 'stopping');
    setTimeout(() => process.exit(1), LAST_RESORT_MS).unref();
    const requests = web.close(REQUESTS_MS);
    await console.gateway.shutdown(SOCKETS_MS);
    await requests;
    await metrics?.close(100);
    await console.stop();
    log.info({}, 'stopped');
    // Keep-alive connections to upstreams would hold the process for their idle time.
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(signal));
}

main().catch((error: unknown) => {
  const faults = error instanceof ConfigFaults;
  process.stderr.write(`${faults ? error.message : explain(error)}\n`);
  process.exit(faults ? 78 : 1);
});

function explain(error: unknown): string {
  const { code, port } = (error ?? {}) as { code?: unknown; port?: unknown };
  if (code === 'EADDRINUSE') {
    return `Flightdeck cannot start: port ${port} is in use (listen.port, FLIGHTDECK_LISTEN_PORT).\nFlightdeck 无法启动：端口 ${port} 已被占用（listen.port，FLIGHTDECK_LISTEN_PORT）。`;
  }
  const words = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `Flightdeck cannot start. Flightdeck 无法启动。\n${words}`;
}
