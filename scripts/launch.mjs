/** What `npm start` and `npm run dev` share: child processes that end together, the sandbox, its configuration. */
import { spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { say } from './say.mjs';

export const root = fileURLToPath(new URL('..', import.meta.url));
const children = new Set();
let ending = false;

/** Real servers are configured: the sandbox stays off. */
export const configured = () =>
  Boolean(process.env.FLIGHTDECK_CONFIG) ||
  Object.keys(process.env).some((name) => /^FLIGHTDECK_(FORGE|SERVER|FORGES|SERVERS)(_|$)/.test(name));

/** Starts a program; when it ends by itself, everything ends with its code. */
export function start(args, { env = {}, cwd = root, stdout = 'inherit' } = {}) {
  const child = spawn(process.execPath, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', stdout, 'inherit'],
  });
  children.add(child);
  child.on('exit', (code, signal) => {
    children.delete(child);
    if (!ending) void end(code ?? (signal ? 1 : 0));
  });
  return child;
}

/** Asks every child to end, one after the other, and insists: over within 5 s, however many do not listen. */
export async function end(code) {
  if (ending) return;
  ending = true;
  const insist = setTimeout(() => {
    for (const child of children) child.kill('SIGKILL');
  }, 3_500);
  const gone = new Map(
    [...children].map((child) => [child, new Promise((done) => child.once('exit', done))]),
  );
  // The newest first: the console should not see the servers it watches go before it.
  for (const [child, left] of [...gone].reverse()) {
    child.kill('SIGTERM');
    await Promise.race([left, new Promise((resolve) => setTimeout(resolve, 2_500))]);
  }
  await Promise.all(gone.values());
  clearTimeout(insist);
  process.exit(code);
}
for (const [signal, code] of [
  ['SIGINT', 0],
  ['SIGTERM', 0],
  ['SIGHUP', 0],
])
  process.on(signal, () => void end(code));

/** Starts the sandbox and answers what it says of itself: addresses, OAuth client, service token, people. */
export async function startSandbox(args, consoleUrl) {
  const ports = await Promise.all([8301, 8302, 8303, 8304].map(freePort));
  const child = start(args, {
    stdout: 'pipe',
    env: {
      SANDBOX_GITEA_PORT: ports[0],
      SANDBOX_DRONE_PORT: ports[1],
      SANDBOX_CONTROL_PORT: ports[2],
      SANDBOX_SERVERS: `woodpecker:${ports[3]}`,
      SANDBOX_CONSOLE_URL: consoleUrl,
      SANDBOX_DRONE_REDIRECT_URL: `${consoleUrl}/auth/server/drone/callback`,
    },
  });
  return firstJson(child);
}

function firstJson(child) {
  return new Promise((resolve) => {
    let text = '';
    child.stdout.on('data', (chunk) => {
      text += chunk;
      const line = text.split('\n').find((candidate) => candidate.startsWith('{"ready"'));
      if (line) resolve(JSON.parse(line));
    });
  });
}

const serverNames = { drone: 'Drone', woodpecker: 'Woodpecker' };

const sandboxFolder = join(root, 'node_modules/.cache/flightdeck/sandbox');
/** The configuration of the sandbox that was started last. */
export const sandboxFile = join(sandboxFolder, 'flightdeck.yaml');

/** Configuration that connects the console to the sandbox; its data is made anew with the sandbox's world. */
export function sandboxConfig(sandbox, { publicUrl, host = '127.0.0.1', port, folder = sandboxFolder }) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'flightdeck.yaml');
  const config = {
    publicUrl,
    listen: { host, port },
    dataDir: join(folder, 'data'),
    metrics: { open: true },
    forges: [
      {
        id: 'gitea',
        kind: 'gitea',
        name: 'Gitea',
        publicUrl: sandbox.gitea,
        clientId: sandbox.oauth.clientId,
        clientSecret: sandbox.oauth.clientSecret,
      },
    ],
    servers: [
      {
        id: 'drone',
        kind: 'drone',
        name: 'Drone',
        publicUrl: sandbox.drone,
        forge: 'gitea',
        serviceToken: sandbox.serviceToken,
        oneClickLink: true,
      },
      ...sandbox.servers.map(({ id, vendor, url, serviceToken }) => ({
        ...{ id, kind: vendor, name: serverNames[vendor], publicUrl: url, forge: 'gitea', serviceToken },
      })),
    ],
  };
  // JSON is YAML.
  writeFileSync(file, JSON.stringify(config, null, 2), { mode: 0o600 });
  return { FLIGHTDECK_CONFIG: file, FLIGHTDECK_SANDBOX_PEOPLE: JSON.stringify(sandbox.people) };
}

/** The wanted port, or any free one when something else holds it. */
export function freePort(wanted) {
  const listen = (port) =>
    new Promise((resolve, reject) => {
      const server = createServer();
      server.once('error', reject);
      server.listen(port, '127.0.0.1', () => {
        const { port: got } = server.address();
        server.close(() => resolve(got));
      });
    });
  return listen(wanted).catch(() => listen(0));
}

/** Resolves when the address answers. */
export async function answers(url) {
  for (;;) {
    const good = await fetch(url).then(
      (answer) => answer.ok,
      () => false,
    );
    if (good) return;
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
}

export function announce(publicUrl, sandbox) {
  const others = sandbox.servers.map(({ vendor, url }) => `   ${serverNames[vendor]} ${url}`).join('');
  const width = Math.max(...sandbox.people.map((person) => person.login.length));
  const wide = Math.max(...sandbox.people.map((person) => person.password.length));
  say(
    [
      '',
      `  Flightdeck: ${publicUrl}`,
      `  Sandbox:    Gitea ${sandbox.gitea}   Drone ${sandbox.drone}${others}   control ${sandbox.control}`,
      '',
      '  Sign in as (name, password):',
    ].join('\n'),
    [
      '',
      `  Flightdeck：${publicUrl}`,
      `  沙盒：      Gitea ${sandbox.gitea}   Drone ${sandbox.drone}${others}   控制 ${sandbox.control}`,
      '',
      '  可用账号（用户名、密码）：',
    ].join('\n'),
  );
  for (const { login, password, what } of sandbox.people)
    say(`    ${login.padEnd(width)}  ${password.padEnd(wide)}  ${what}`);
  say('\n  Ctrl-C ends everything.\n', '\n  按 Ctrl-C 结束。\n');
}
