import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  type DoctorFinding,
  type DoctorReport,
  doctorFinding,
  doctorVerdict,
} from '@flightdeck/api-client/model';
import { request } from 'undici';
import { composeDoctor } from './compose-doctor.ts';
import { type Config, ConfigFaults } from './config.ts';
import { proxyTest } from './http/client-address.ts';
import { ownHosts } from './http/own-hosts.ts';
import { probePaths, proxyProbe } from './http/proxy-probe.ts';
import { type Listening, listen } from './http/server.ts';
import { probeSocket } from './live/probe-socket.ts';
import { refuse } from './live/upgrade.ts';
import { systemClock } from './ports/clock.ts';
import type { Arrivals } from './ports/own-address.ts';

const newWord = (): string => randomBytes(16).toString('base64url');

/**
 * The check of the configuration from the shell: one JSON document on stdout, a report or what is wrong with the settings.
 * Answers the exit code: 1 when a hop or a setting is.
 */
export async function runDoctor(read: () => Config): Promise<number> {
  const say = (document: object) => process.stdout.write(`${JSON.stringify(document)}\n`);
  try {
    const report = await checkFromShell(read());
    say(report);
    return doctorVerdict(report.findings) === 'broken' ? 1 : 0;
  } catch (error) {
    if (!(error instanceof ConfigFaults)) throw error;
    say({ faults: error.faults, text: error.message });
    return 1;
  }
}

/**
 * Where no console listens on the configured port, this process does meanwhile, so that the way through the reverse proxy
 * can be tried; it opens no store.
 */
export async function checkFromShell(config: Config): Promise<DoctorReport> {
  const running = await runningConsole(config);
  const instance = running ?? newWord();
  const { doctor, arrivals } = composeDoctor({ config, clock: systemClock, instance, newWord });
  let own: Listening | null = null;
  let found: DoctorFinding = doctorFinding('listen', 'running', portOf(config));
  if (running === null) {
    try {
      own = await standIn(config, instance, arrivals);
      found = doctorFinding('listen', 'own', portOf(config));
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      const word = code === 'EADDRINUSE' ? 'port-taken' : 'failed';
      found = doctorFinding('listen', word, { ...portOf(config), raw: message });
    }
  }
  try {
    return await doctor.run(found);
  } finally {
    await own?.close(100);
  }
}

const portOf = ({ listen: { host, port } }: Config) => ({
  tried: `listen ${host}:${port}`,
  facts: { port: String(port), host },
});

/** The console that holds the configured port; null: nothing answers there, or something else. */
async function runningConsole({ listen: at, basePath }: Config): Promise<string | null> {
  const host = ['0.0.0.0', '::'].includes(at.host) ? '127.0.0.1' : at.host;
  const authority = host.includes(':') ? `[${host}]` : host;
  try {
    const address = `http://${authority}:${at.port}${basePath.replace(/\/$/, '')}${probePaths.echo}`;
    // Called by a name that every console knows, whatever it listens on.
    const headers = { host: 'localhost' };
    const answer = await request(address, { headers, headersTimeout: 3_000, bodyTimeout: 3_000 });
    const value = (await answer.body.json()) as { instance?: unknown } | null;
    return typeof value?.instance === 'string' ? value.instance : null;
  } catch {
    return null;
  }
}

/** Listens as the console would, and answers what the check asks through the public address. */
function standIn(config: Config, instance: string, arrivals: Arrivals): Promise<Listening> {
  const { publicUrl, origin, allowedHosts, basePath } = config;
  const base = basePath.replace(/\/$/, '');
  const isProxy = proxyTest(config.trustProxy);
  const hasOwnHost = ownHosts({ publicUrl, allowedHosts, isProxy });
  const probe = proxyProbe({ instance, arrivals, isProxy, clock: systemClock });
  const socket = probeSocket({
    ...{ instance, origin, hasOwnHost, clock: systemClock },
    path: base + probePaths.socket,
  });
  const handlers = new Map(
    (['echo', 'drip', 'socket'] as const).map((name) => [base + probePaths[name], probe[name]]),
  );
  return listen({
    ...{ host: config.listen.host, port: config.listen.port, limits: config.limits.http },
    handler: (req: IncomingMessage, res: ServerResponse) => {
      const handler = handlers.get((req.url ?? '').split('?')[0] ?? '');
      if (!hasOwnHost(req)) problem(res, 421, 'host');
      else if (handler) handler(req, res);
      else problem(res, 404, 'not_found');
    },
    upgrade: (req, duplex, head) => {
      if (!socket(req, duplex, head)) refuse(duplex, 404);
    },
  });
}

/** As the console's own: by it the check knows that it is one. */
function problem(res: ServerResponse, status: number, code: string): void {
  res.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  res.end(JSON.stringify({ code, message: code, requestId: 'doctor', retryAfter: null }));
}
