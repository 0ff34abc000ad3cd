import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import type { DoctorFinding } from '@flightdeck/api-client/model';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../sandbox/src/index.ts';
import { ciToken } from '../../sandbox/src/seed/demo-people.ts';
import { checkFromShell } from '../src/doctor-main.ts';
import { configOf, demoEnv, type Env, freePort, serverEnv } from '../testing/console.ts';
import { behindSubPath, caFile } from '../testing/sub-path.ts';
import { type ProxyOptions, tinyProxy } from '../testing/tiny-proxy.ts';

let sandbox: Sandbox;
/** Of the public address that the forges' OAuth applications know. */
let port: number;
const open: { stop(): unknown }[] = [];

beforeAll(async () => {
  port = await freePort();
  sandbox = await startSandbox({
    consoleUrl: `http://127.0.0.1:${port}`,
    servers: [
      { id: 'woodpecker', vendor: 'woodpecker' },
      { id: 'old', vendor: 'drone-0.8', forge: 'gogs' },
    ],
    forges: [
      { id: 'lab', vendor: 'gitlab' },
      { id: 'gogs', vendor: 'gogs' },
    ],
  });
}, 60_000);
afterAll(() => sandbox.stop());
afterEach(async () => {
  sandbox.control.clearFaults();
  for (const one of open.splice(0)) await one.stop();
});

/** One of the sandbox's CI servers. */
function envOf(id: string): Env {
  const server = sandbox.servers.find((one) => one.id === id);
  return server ? serverEnv(server) : expect.fail(`there is no ${id}`);
}

/** A whole configuration: Gitea, Drone with one-click linking, Woodpecker. */
function whole(): Env {
  return {
    ...demoEnv(sandbox, { publicUrl: `http://127.0.0.1:${port}/`, port, dataDir: tmpdir() }),
    ...envOf('woodpecker'),
    FLIGHTDECK_SERVER_DRONE_FORGE: 'gitea',
    FLIGHTDECK_SERVER_WOODPECKER_FORGE: 'gitea',
  };
}

async function check(change: Env = {}): Promise<DoctorFinding[]> {
  // A version that binds codes to sign-ins always; the sandbox's own is told of in a test of its own.
  sandbox.control.addFault({
    ...{ face: 'gitea', match: '/api/v1/version', status: 200, contentType: 'application/json' },
    body: '{"version":"1.26.2"}',
  });
  return (await checkFromShell(configOf({ ...whole(), ...change }))).findings;
}

const nameOf = ({ instance, hop, code }: DoctorFinding) => `${instance ?? 'console'} ${hop} ${code}`;
/** What is wrong, and nothing of what merely could not be checked. */
const wrong = (findings: DoctorFinding[]) =>
  findings.filter(({ state }) => state === 'broken' || state === 'warning').map(nameOf);

/** The console's own port moves behind a proxy at the public address. */
async function behind(options: Omit<ProxyOptions, 'to' | 'port'>): Promise<Env> {
  const inner = await freePort();
  open.push(await tinyProxy({ ...options, to: inner, port }));
  return { FLIGHTDECK_LISTEN_PORT: String(inner) };
}

const lab = (): Env => ({
  FLIGHTDECK_FORGE_LAB_KIND: 'gitlab',
  FLIGHTDECK_FORGE_LAB_PUBLIC_URL: sandbox.forges.urls.lab ?? '',
  FLIGHTDECK_FORGE_LAB_CLIENT_ID: sandbox.oauth.clientId,
  FLIGHTDECK_FORGE_LAB_CLIENT_SECRET: sandbox.oauth.clientSecret,
});

describe('a whole configuration', () => {
  it('is in order at every hop, and nothing is left unchecked', async () => {
    const findings = await check();
    expect(findings.filter(({ state }) => state !== 'ok').map(nameOf)).toEqual([]);
    expect(findings.map(nameOf)).toContain('drone webhooks arriving');
    expect(findings).toHaveLength(4 + 1 + 6 + 6 + 6);
  });

  it('is in order behind a proxy that does what it should', async () => {
    const env = await behind({ names: true });
    expect(wrong(await check({ ...env, FLIGHTDECK_TRUST_PROXY: 'loopback' }))).toEqual([]);
  });

  it('is in order with a private authority that caFile names', async () => {
    const proxied = await behindSubPath(sandbox.urls.gitea, '/git');
    open.push(proxied);
    const findings = await check({
      FLIGHTDECK_FORGE_GITEA_INTERNAL_URL: proxied.url,
      FLIGHTDECK_FORGE_GITEA_CA_FILE: caFile,
    });
    expect(wrong(findings)).toEqual([]);
  });

  it('says of a GitLab and a Gogs what they do not tell', async () => {
    const findings = await check({
      ...lab(),
      FLIGHTDECK_FORGE_GOGS_PUBLIC_URL: sandbox.forges.urls.gogs ?? '',
    });
    expect(wrong(findings)).toEqual([]);
    expect(findings.filter(({ state }) => state === 'unchecked').map(nameOf)).toEqual([
      'lab redirect untold',
      'gogs client no-oauth',
      'gogs redirect no-oauth',
      'gogs pkce no-oauth',
    ]);
  });
});

describe('a server of the oldest line', () => {
  const old = (): Env => ({
    FLIGHTDECK_FORGE_GOGS_PUBLIC_URL: sandbox.forges.urls.gogs ?? '',
    ...envOf('old'),
    FLIGHTDECK_SERVER_OLD_SERVICE_TOKEN: sandbox.servers[1]?.token('ada') ?? '',
    FLIGHTDECK_SERVER_OLD_FORGE: 'gogs',
  });

  it('tells its forge by its repositories, for its sign-in is a form', async () => {
    const findings = await check(old());
    expect(wrong(findings)).toEqual([]);
    const of = findings.filter(({ instance }) => instance === 'old').map(nameOf);
    expect(of).toEqual(expect.arrayContaining(['old reach ok', 'old token ok', 'old sign-in repositories']));
  });

  it('is not taken for the newer product, nor with another forge', async () => {
    expect(wrong(await check({ ...old(), FLIGHTDECK_SERVER_OLD_KIND: 'drone' }))).toEqual([
      'old reach other-kind',
    ]);
    expect(wrong(await check({ ...old(), FLIGHTDECK_SERVER_OLD_FORGE: 'gitea' }))).toEqual([
      'old sign-in other-forge',
    ]);
  });
});

describe('a broken configuration: the broken hop is named, and no other', () => {
  const closed = 'http://127.0.0.1:9';

  it.each<[string, () => Env | Promise<Env>, string]>([
    [
      'the forge’s internal address answers nothing',
      () => ({ FLIGHTDECK_FORGE_GITEA_INTERNAL_URL: closed }),
      'gitea reach unreachable',
    ],
    [
      'the forge’s kind is another',
      () => ({ FLIGHTDECK_FORGE_GITEA_KIND: 'gitlab' }),
      'gitea reach other-kind',
    ],
    [
      'the forge’s public address is the CI server’s',
      () => ({
        FLIGHTDECK_FORGE_GITEA_PUBLIC_URL: sandbox.urls.drone,
        FLIGHTDECK_FORGE_GITEA_INTERNAL_URL: sandbox.urls.gitea,
      }),
      'gitea browser other-address',
    ],
    [
      'the forge calls itself by another name',
      () => ({ FLIGHTDECK_FORGE_GITEA_PUBLIC_URL: sandbox.urls.gitea.replace('127.0.0.1', 'localhost') }),
      'gitea browser other-name',
    ],
    [
      'the console’s public address is the CI server’s',
      () => ({ FLIGHTDECK_PUBLIC_URL: sandbox.urls.drone }),
      'console public another',
    ],
    [
      'the client id is unknown',
      () => ({ FLIGHTDECK_FORGE_GITEA_CLIENT_ID: 'made-up' }),
      'gitea client unknown-client',
    ],
    [
      'the client secret is wrong',
      () => ({ FLIGHTDECK_FORGE_GITEA_CLIENT_SECRET: 'made-up' }),
      'gitea client wrong-secret',
    ],
    [
      'a GitLab refuses the client',
      () => ({ ...lab(), FLIGHTDECK_FORGE_LAB_CLIENT_SECRET: 'made-up' }),
      'lab client refused',
    ],
    [
      'the CI server’s address answers with pages',
      () => ({ FLIGHTDECK_SERVER_DRONE_INTERNAL_URL: `${sandbox.servers[0]?.url}/nowhere` }),
      'drone reach page',
    ],
    [
      'the CI server’s address is another CI server’s',
      () => ({ FLIGHTDECK_SERVER_DRONE_INTERNAL_URL: sandbox.servers[0]?.url ?? '' }),
      'drone reach other-kind',
    ],
    [
      'the service token is refused',
      () => ({ FLIGHTDECK_SERVER_DRONE_SERVICE_TOKEN: 'made-up-token' }),
      'drone token refused',
    ],
    [
      'the service token is one without rights',
      () => ({ FLIGHTDECK_SERVER_DRONE_SERVICE_TOKEN: ciToken('linus') }),
      'drone token no-administrator',
    ],
    [
      'the service token is a person’s',
      () => ({ FLIGHTDECK_SERVER_DRONE_SERVICE_TOKEN: ciToken('ada') }),
      'drone token of-a-person',
    ],
    [
      'the CI server belongs to another forge',
      () => ({ ...lab(), FLIGHTDECK_SERVER_DRONE_FORGE: 'lab' }),
      'drone sign-in other-forge',
    ],
    [
      'the CI server’s forge is not configured',
      () => ({
        FLIGHTDECK_FORGE_GITEA_PUBLIC_URL: sandbox.forges.urls.gogs ?? '',
        FLIGHTDECK_FORGE_GITEA_KIND: 'gogs',
        FLIGHTDECK_FORGE_GITEA_CLIENT_ID: '',
        FLIGHTDECK_FORGE_GITEA_CLIENT_SECRET: '',
        ...without('DRONE'),
      }),
      'woodpecker sign-in elsewhere',
    ],
    ['the proxy takes upgrades away', () => behind({ upgrades: false }), 'console websocket stripped'],
    ['the proxy buffers', () => behind({ buffers: true }), 'console buffering buffered'],
    ['the proxy calls by another host', () => behind({ host: 'inner.test' }), 'console public host'],
    ['the proxy is not trusted', () => behind({ names: true }), 'console forwarded untrusted-proxy'],
    [
      'the proxy takes the base path away',
      async () => ({
        ...(await behind({ strips: '/ci' })),
        FLIGHTDECK_PUBLIC_URL: `http://127.0.0.1:${port}/ci/`,
      }),
      'console public base-path',
    ],
    ['a clock is five minutes and more wrong', () => skewed(900_000), 'drone clock far-off'],
    ['a clock is a minute wrong', () => skewed(-60_000), 'drone clock off'],
    [
      'a certificate’s authority is not known',
      async () => {
        const proxied = await behindSubPath(sandbox.urls.gitea, '/git');
        open.push(proxied);
        return { FLIGHTDECK_FORGE_GITEA_INTERNAL_URL: proxied.url };
      },
      'gitea reach certificate',
    ],
    [
      'another program holds the port',
      async () => {
        const holder = createServer((_req, res) => res.end('something else'));
        await new Promise<void>((done) => holder.listen(port, '127.0.0.1', done));
        open.push({ stop: () => new Promise((done) => holder.close(done)) });
        return {};
      },
      'console listen port-taken',
    ],
  ])('%s', async (_, change, named) => {
    expect(wrong(await check(await change()))).toEqual([named]);
  });

  it('the redirect address is not registered', async () => {
    const { applications } = sandbox.world.forge;
    const application = applications.find((one) => one.clientId === sandbox.oauth.clientId);
    const known = application?.redirectUris ?? [];
    application?.redirectUris.splice(0, known.length, 'http://elsewhere.test/callback');
    try {
      const findings = await check();
      expect(wrong(findings)).toEqual(['gitea redirect refused']);
      const refused = findings.find(({ hop, instance }) => hop === 'redirect' && instance === 'gitea');
      expect(refused?.facts.address).toBe(`http://127.0.0.1:${port}/auth/forge/gitea/callback`);
      expect(refused?.raw).toContain('unexpected redirect URI');
    } finally {
      application?.redirectUris.splice(0, 1, `http://127.0.0.1:${port}/auth/forge/gitea/callback`);
    }
  });

  it('one-click linking is switched on, and the CI server’s sign-in comes back to itself', async () => {
    const server = 'FLIGHTDECK_SERVER_DRONE_ONE_CLICK_LINK';
    // Woodpecker's sign-in always does; Drone's leads to the console here, which is fine without the setting too.
    expect(wrong(await check({ [server]: 'false' }))).toEqual([]);
    const other = 'http://127.0.0.1:1';
    const findings = await check({ FLIGHTDECK_SERVER_WOODPECKER_PUBLIC_URL: other, ...inner('WOODPECKER') });
    expect(wrong(findings)).toEqual(['woodpecker return elsewhere']);
  });

  it('a version that loses the first sign-in’s challenge', async () => {
    expect(wrong((await checkFromShell(configOf(whole()))).findings)).toEqual(['gitea pkce first-consent']);
  });

  it('errors of the server itself, in its own words', async () => {
    sandbox.control.addFault({ face: 'drone', match: 'GET /version', status: 502, body: 'bad gateway' });
    const findings = await check();
    expect(wrong(findings)).toEqual(['drone reach failing']);
    expect(findings.find(({ hop, instance }) => hop === 'reach' && instance === 'drone')?.raw).toBe(
      '502 bad gateway',
    );
  });

  it('shows no secret in anything it tells', async () => {
    const secret = 'gto_a_secret_that_is_wrong';
    const text = JSON.stringify(await check({ FLIGHTDECK_FORGE_GITEA_CLIENT_SECRET: secret }));
    expect(text).not.toContain(secret);
    expect(text).not.toContain(sandbox.serviceToken);
  });

  const inner = (id: string): Env => ({
    [`FLIGHTDECK_SERVER_${id}_INTERNAL_URL`]: sandbox.servers[0]?.url ?? '',
  });
  const without = (id: string): Env =>
    Object.fromEntries(
      Object.keys(whole())
        .filter((name) => name.includes(`_${id}_`))
        .map((name) => [name, '']),
    );

  async function skewed(clockAhead: number): Promise<Env> {
    const proxy = await tinyProxy({ to: Number(new URL(sandbox.urls.drone).port), clockAhead });
    open.push(proxy);
    return { FLIGHTDECK_SERVER_DRONE_INTERNAL_URL: `http://127.0.0.1:${proxy.port}` };
  }
});
