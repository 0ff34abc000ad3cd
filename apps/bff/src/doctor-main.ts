import { randomBytes } from 'node:crypto';
import {
  type DoctorFinding,
  type DoctorReport,
  doctorFinding,
  doctorVerdict,
} from '@flightdeck/api-client/model';
import { runningConsole } from './adapters/own-address/running-console.ts';
import { composeDoctor } from './compose-doctor.ts';
import { type Config, ConfigFaults } from './config.ts';
import { proxyTest } from './http/client-address.ts';
import { ownHosts } from './http/own-hosts.ts';
import { probePaths, proxyProbe } from './http/proxy-probe.ts';
import type { Listening } from './http/server.ts';
import { standIn } from './http/stand-in.ts';
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
  const running = await runningConsole({ ...config.listen, path: baseOf(config) + probePaths.echo });
  const instance = running ?? newWord();
  const { doctor, arrivals } = composeDoctor({ config, clock: systemClock, instance, newWord });
  let own: Listening | null = null;
  let found: DoctorFinding = doctorFinding('listen', 'running', portOf(config));
  if (running === null) {
    try {
      own = await standInOf(config, instance, arrivals);
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

const baseOf = ({ basePath }: Config): string => basePath.replace(/\/$/, '');

const portOf = ({ listen: { host, port } }: Config) => ({
  tried: `listen ${host}:${port}`,
  facts: { port: String(port), host },
});

/** Listens as the console would. */
function standInOf(config: Config, instance: string, arrivals: Arrivals): Promise<Listening> {
  const { publicUrl, origin, allowedHosts, listen, limits } = config;
  const base = baseOf(config);
  const isProxy = proxyTest(config.trustProxy);
  const hasOwnHost = ownHosts({ publicUrl, allowedHosts, isProxy });
  const probes = proxyProbe({ instance, arrivals, isProxy, clock: systemClock });
  const socket = probeSocket({
    ...{ instance, origin, hasOwnHost, clock: systemClock },
    path: base + probePaths.socket,
  });
  return standIn({
    ...{ host: listen.host, port: listen.port, limits: limits.http, hasOwnHost },
    probes: new Map(probes.map(({ path, handler }) => [base + path, handler])),
    upgrade: (req, duplex, head) => {
      if (!socket(req, duplex, head)) refuse(duplex, 404);
    },
  });
}
