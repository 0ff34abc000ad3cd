import { parseForges } from './forges/options.ts';
import { type FurtherServer, type SandboxOptions, startSandbox } from './index.ts';
import { parseServers } from './servers/options.ts';

function port(name: string, fallback: number): number {
  const text = process.env[name];
  if (text === undefined || text === '') return fallback;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > 65_535) {
    process.stderr.write(`${name}: a port number from 0 to 65535 is wanted, not ${JSON.stringify(text)}\n`);
    process.exit(2);
  }
  return value;
}

/** Reads a variable; what it cannot be is said, and ends the process. */
function read<T>(name: string, parse: (text: string) => T): T | undefined {
  const text = process.env[name];
  if (!text) return undefined;
  try {
    return parse(text);
  } catch (error) {
    process.stderr.write(`${name}: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(2);
  }
}

const told = ({ id, vendor, version, forge, url, serviceToken }: FurtherServer): object => ({
  ...{ id, vendor, version, forge, url, serviceToken },
});

const options: SandboxOptions = {
  giteaPort: port('SANDBOX_GITEA_PORT', 8301),
  dronePort: port('SANDBOX_DRONE_PORT', 8302),
  controlPort: port('SANDBOX_CONTROL_PORT', 8303),
  host: process.env.SANDBOX_HOST || '127.0.0.1',
  publicHost: process.env.SANDBOX_PUBLIC_HOST || 'localhost',
  consoleUrl: process.env.SANDBOX_CONSOLE_URL || 'http://localhost:8300',
  seed: process.env.SANDBOX_SEED === 'recorded' ? 'recorded' : 'demo',
};
if (process.env.SANDBOX_DRONE_VERSION === '1.10') options.droneVersion = '1.10';
const servers = read('SANDBOX_SERVERS', parseServers);
if (servers) options.servers = servers;
const forges = read('SANDBOX_FORGES', parseForges);
if (forges) options.forges = forges;
const publicUrls = read('SANDBOX_PUBLIC_URLS', (text) =>
  Object.fromEntries(text.split(',').map((one) => one.split(/=(.*)/s).slice(0, 2))),
);
if (publicUrls) options.publicUrls = publicUrls;
const redirect = process.env.SANDBOX_DRONE_REDIRECT_URL;
if (redirect) options.droneRedirectUrl = redirect;

const sandbox = await startSandbox(options);
process.stdout.write(
  `${JSON.stringify({
    ready: true,
    ...sandbox.urls,
    ...(sandbox.forges.instances.length > 0 ? { forges: sandbox.forges.urls } : {}),
    oauth: sandbox.oauth,
    serviceToken: sandbox.serviceToken,
    people: sandbox.people,
    ...(sandbox.servers.length > 0 ? { servers: sandbox.servers.map(told) } : {}),
  })}\n`,
);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    // Connections may hang on a held step; half a second is all they get.
    setTimeout(() => process.exit(0), 500).unref();
    void sandbox.stop().then(() => process.exit(0));
  });
}
