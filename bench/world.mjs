/** The built console with a sandbox behind it, as people run it, on free ports of this machine. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, program, until } from './processes.mjs';
import { signIn } from './sign-in.mjs';

/**
 * `limits`: settings to change. `servers`: CI servers besides the Drone, as the sandbox's SANDBOX_SERVERS. `front`: makes a server to stand before the CI server (gets its address, answers its
 * own); the console then speaks to that one.
 */
export async function startWorld({ limits, front, servers } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'flightdeck-bench-'));
  // Also when it is cut short.
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const metrics = `127.0.0.1:${await freePort()}`;
  const sandbox = program(['apps/sandbox/dist/main.js'], {
    SANDBOX_GITEA_PORT: '0',
    SANDBOX_DRONE_PORT: '0',
    SANDBOX_CONTROL_PORT: '0',
    SANDBOX_CONSOLE_URL: url,
    ...(servers ? { SANDBOX_SERVERS: servers } : {}),
    SANDBOX_DRONE_REDIRECT_URL: `${url}/auth/server/drone/callback`,
  });
  const facts = await until('the sandbox', () => readyLine(sandbox.output()), sandbox.isGone);
  const before = front ? await front(facts.drone) : null;
  const file = join(folder, 'flightdeck.yaml');
  // JSON is YAML.
  writeFileSync(
    file,
    JSON.stringify({
      publicUrl: url,
      listen: { host: '127.0.0.1', port },
      dataDir: join(folder, 'data'),
      forges: [{ id: 'gitea', kind: 'gitea', publicUrl: facts.gitea, ...facts.oauth }],
      servers: [
        {
          id: 'drone',
          kind: 'drone',
          publicUrl: facts.drone,
          ...(before ? { internalUrl: before.url } : {}),
          serviceToken: facts.serviceToken,
        },
        ...(facts.servers ?? []).map(({ id, vendor, url, serviceToken }) => ({
          ...{ id, kind: vendor, publicUrl: url, serviceToken },
        })),
      ],
      metrics: { address: metrics },
      limits,
    }),
  );
  const bff = program(['apps/bff/dist/main.js'], { FLIGHTDECK_CONFIG: file, NODE_ENV: 'production' });
  await until('the console', () => fetch(`${url}/healthz`).then(isGood, () => false), bff.isGone);
  const session = await signIn(
    url,
    facts.people.find((person) => person.login === 'ada'),
  );
  return {
    url,
    /** The console's process. */
    pid: bff.pid,
    drone: facts.drone,
    serviceToken: facts.serviceToken,
    /** Those besides the Drone: `{ id, url, serviceToken }`. */
    servers: facts.servers ?? [],
    /** Cookie of ada's session: owns acme, reads everything the figures need. */
    session,
    /** The console has no file of any log any more: each one is read from the CI server, as at the first visit. */
    forgetLogs: () => rm(join(folder, 'data', 'logs'), { recursive: true, force: true }),
    /** Session of a person of the sandbox, as `session`. */
    signIn: (person) => signIn(url, person),
    usage: usageOf(`http://${metrics}/metrics`),
    /** The sandbox's control door. */
    control: (method, path, body) => control(facts.control, method, path, body),
    async end() {
      await bff.stop();
      before?.close();
      await sandbox.stop();
    },
  };
}

function readyLine(output) {
  const line = output.split('\n').find((candidate) => candidate.startsWith('{"ready"'));
  return line ? JSON.parse(line) : null;
}

/**
 * Since the last call, by the console's own metrics: seconds of processor time of all its threads, the delay of its event
 * loop (ms; Node counts the 10 ms between two looks as delay), and what waits in its live sockets now (bytes).
 */
function usageOf(address) {
  let before = 0;
  return async () => {
    const text = await (await fetch(address)).text();
    const read = (name) => Number(new RegExp(`^flightdeck_${name} (\\S+)`, 'm').exec(text)?.[1]);
    const seconds = read('process_cpu_seconds_total');
    const used = {
      seconds: seconds - before,
      p99: read('nodejs_eventloop_lag_p99_seconds') * 1_000 - 10,
      max: read('nodejs_eventloop_lag_max_seconds') * 1_000 - 10,
      waiting: read('live_waiting_bytes'),
    };
    before = seconds;
    return used;
  };
}

const isGood = (answer) => answer.ok;

async function control(door, method, path, body) {
  const answer = await fetch(door + path, {
    method,
    ...(body ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) } : {}),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`control door ${method} ${path}: ${answer.status} ${text}`);
  return text === '' ? null : JSON.parse(text);
}
