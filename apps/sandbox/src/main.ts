import { parseForges } from './forges/options.ts';
import { type SandboxOptions, startSandbox } from './index.ts';

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

const options: SandboxOptions = {
  giteaPort: port('SANDBOX_GITEA_PORT', 8301),
  dronePort: port('SANDBOX_DRONE_PORT', 8302),
  controlPort: port('SANDBOX_CONTROL_PORT', 8303),
  host: process.env.SANDBOX_HOST || '127.0.0.1',
  publicHost: process.env.SANDBOX_PUBLIC_HOST || 'localhost',
  consoleUrl: process.env.SANDBOX_CONSOLE_URL || 'http://localhost:8300',
  seed: process.env.SANDBOX_SEED === 'recorded' ? 'recorded' : 'demo',
};
const forges = process.env.SANDBOX_FORGES;
if (forges) options.forges = parseForges(forges);
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
  })}\n`,
);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    // Connections may hang on a held step; half a second is all they get.
    setTimeout(() => process.exit(0), 500).unref();
    void sandbox.stop().then(() => process.exit(0));
  });
}
