import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { printed } from './doctor-text.mjs';

/** The command itself, on configurations that are broken in one place each, before a sandbox in a process of its own. */
const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'flightdeck-doctor-'));
const words = (language) =>
  JSON.parse(readFileSync(join(root, `apps/web/src/locales/${language}/doctor.json`), 'utf8'));
const open = [];
let port;
let child;
let sandbox;

const listening = (server, at = 0) =>
  new Promise((done) => {
    server.listen(at, '127.0.0.1', () => done(server.address().port));
    open.push(server);
  });
const closed = (server) =>
  new Promise((done) => {
    server.closeAllConnections?.();
    server.close(done);
  });
async function freePort() {
  const server = createServer();
  const found = await listening(server);
  open.pop();
  await closed(server);
  return found;
}

beforeAll(async () => {
  port = await freePort();
  child = spawn(process.execPath, [join(root, 'apps/sandbox/dist/main.js')], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      ...{ SANDBOX_GITEA_PORT: '0', SANDBOX_DRONE_PORT: '0', SANDBOX_CONTROL_PORT: '0' },
      SANDBOX_SERVERS: 'woodpecker',
      SANDBOX_CONSOLE_URL: `http://127.0.0.1:${port}`,
      SANDBOX_DRONE_REDIRECT_URL: `http://127.0.0.1:${port}/auth/server/drone/callback`,
    },
  });
  sandbox = await new Promise((done, fail) => {
    let text = '';
    child.on('exit', (code) => fail(new Error(`the sandbox ended with ${code}`)));
    child.stdout.on('data', (part) => {
      text += part;
      const line = text.split('\n').find((one) => one.startsWith('{"ready"'));
      if (line) done(JSON.parse(line));
    });
  });
}, 120_000);
afterEach(async () => {
  for (const server of open.splice(0)) await closed(server);
});
afterAll(() => {
  child?.removeAllListeners('exit');
  child?.kill();
  rmSync(folder, { recursive: true, force: true });
});

function whole() {
  const [woodpecker] = sandbox.servers;
  return {
    publicUrl: `http://127.0.0.1:${port}/`,
    listen: { host: '127.0.0.1', port },
    dataDir: join(folder, 'data'),
    forges: [{ id: 'gitea', kind: 'gitea', name: 'Gitea', publicUrl: sandbox.gitea, ...sandbox.oauth }],
    servers: [
      {
        ...{ id: 'drone', kind: 'drone', name: 'Drone', forge: 'gitea', oneClickLink: true },
        ...{ publicUrl: sandbox.drone, serviceToken: sandbox.serviceToken },
      },
      {
        ...{ id: 'woodpecker', kind: 'woodpecker', name: 'Woodpecker', forge: 'gitea' },
        ...{ publicUrl: woodpecker.url, serviceToken: woodpecker.serviceToken },
      },
    ],
  };
}

/** Hands everything on but a request to change the protocol. */
const handsOn = (to) => (incoming, outgoing) => {
  const { method, url, headers } = incoming;
  const { connection, upgrade, ...others } = headers;
  const onward = request({ host: '127.0.0.1', port: to, method, path: url, headers: others }, (answer) => {
    outgoing.writeHead(answer.statusCode, answer.headers);
    outgoing.flushHeaders();
    answer.pipe(outgoing);
  });
  onward.on('error', () => outgoing.destroy());
  incoming.pipe(onward);
};
const portOf = (address) => Number(new URL(address).port);

const broken = {
  'nothing listens at the forge’s internal address': [
    'gitea reach unreachable',
    async (config) => {
      config.forges[0].internalUrl = `http://127.0.0.1:${await freePort()}`;
    },
  ],
  'the authority of the forge’s certificate is not known': [
    'gitea reach certificate',
    async (config) => {
      const file = (name) => readFileSync(join(root, `apps/bff/testing/tls/${name}`));
      const tls = { key: file('server.key'), cert: file('server.pem') };
      const proxy = createSecureServer(tls, handsOn(portOf(sandbox.gitea)));
      config.forges[0].internalUrl = `https://127.0.0.1:${await listening(proxy)}`;
    },
  ],
  'the client id is another': [
    'gitea client unknown-client',
    (config) => {
      config.forges[0].clientId = 'made-up';
    },
  ],
  'the client secret is another': [
    'gitea client wrong-secret',
    (config) => {
      config.forges[0].clientSecret = 'made-up';
    },
  ],
  'the redirect address is not registered': [
    'gitea redirect refused',
    (config) => {
      config.forges[0].id = 'git';
      for (const server of config.servers) server.forge = 'git';
    },
  ],
  'the forge is another product': [
    'gitea reach other-kind',
    (config) => {
      config.forges[0].kind = 'gitlab';
    },
  ],
  'the CI server is another product': [
    'drone reach other-kind',
    (config) => {
      config.servers[0].internalUrl = config.servers[1].publicUrl;
    },
  ],
  'the CI server’s address leads beside it': [
    'drone reach page',
    (config) => {
      config.servers[0].internalUrl = `${config.servers[1].publicUrl}/nowhere`;
    },
  ],
  'the service token is refused': [
    'woodpecker token refused',
    (config) => {
      config.servers[1].serviceToken = 'made-up-token';
    },
  ],
  'the proxy takes upgrades away': [
    'console websocket stripped',
    async (config) => {
      const inner = await freePort();
      await listening(createServer(handsOn(inner)), port);
      config.listen.port = inner;
      config.trustProxy = ['loopback'];
    },
  ],
  'another program holds the port': [
    'console listen port-taken',
    async () =>
      void (await listening(
        createServer((_, response) => response.end('else')),
        port,
      )),
  ],
};

function doctor(config) {
  const file = join(folder, 'flightdeck.yaml');
  writeFileSync(file, JSON.stringify(config));
  const child = spawn(process.execPath, [join(root, 'scripts/doctor.mjs'), '--json'], {
    env: { ...process.env, FLIGHTDECK_CONFIG: file },
  });
  let text = '';
  child.stdout.on('data', (part) => {
    text += part;
  });
  return new Promise((done) => child.on('close', (code) => done({ code, report: JSON.parse(text) })));
}

const brokenOf = ({ findings }) =>
  findings
    .filter(({ state }) => state === 'broken')
    .map(({ instance, hop, code }) => `${instance ?? 'console'} ${hop} ${code}`);

it('nothing is broken in the configuration that the others are broken from', async () => {
  const { code, report } = await doctor(whole());
  expect(brokenOf(report)).toEqual([]);
  expect(code).toBe(0);
}, 60_000);

it.each(Object.entries(broken))(
  '%s: that hop is named, and no other',
  async (_, [named, change]) => {
    const config = whole();
    await change(config);
    const { code, report } = await doctor(config);
    expect(brokenOf(report)).toEqual([named.replace(/^gitea/, config.forges[0].id)]);
    expect(code).toBe(1);
    // In both languages one line of text is marked, with the name of the hop, and says below it what to change.
    for (const language of ['en', 'zh-CN']) {
      const said = words(language);
      const lines = printed(report, said).split('\n');
      const at = lines.findIndex((line) => line.startsWith('  ✗ '));
      expect(lines.filter((line) => line.startsWith('  ✗ '))).toHaveLength(1);
      expect(lines[at]).toContain(said.hop[named.split(' ')[1]]);
      expect(lines[at + 1]).toMatch(/^ +→ \S/);
      expect(lines.slice(at, at + 2).join('')).not.toMatch(/\{\{|undefined/);
    }
  },
  60_000,
);
