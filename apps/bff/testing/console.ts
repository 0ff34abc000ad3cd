import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CSRF_HEADER } from '@flightdeck/api-client/contract';
import type pino from 'pino';
import {
  type FurtherServer,
  type Sandbox,
  type SandboxOptions,
  startSandbox,
} from '../../sandbox/src/index.ts';
import { ciCatalog } from '../src/adapters/ci/catalog.ts';
import { forgeKinds } from '../src/adapters/forge/catalog.ts';
import { type Console, compose } from '../src/compose.ts';
import { type Config, readConfig } from '../src/config.ts';
import { createLogger } from '../src/http/log.ts';
import { listen } from '../src/http/server.ts';
import type { Clock } from '../src/ports/clock.ts';
import { Browser } from './browser.ts';

export interface RunningConsole {
  /** Public address with a slash at its end. */
  url: string;
  config: Config;
  console: Console;
  sandbox: Sandbox;
  /** Every line the console logged, as JSON. */
  log: string[];
  /** Signs in with the sandbox's forge, or another by redirect, and gives the browser that holds the session. */
  signIn(login: string, headers?: Record<string, string>, forge?: string): Promise<Browser>;
  /** A call of our own page: the header and the Origin it would send. */
  api(browser: Browser, method: string, path: string, body?: unknown): Promise<Response>;
  stop(): Promise<void>;
}

export interface ConsoleOptions {
  basePath?: string;
  /** The public address is https (as behind a proxy); the test speaks plain http to the process itself. */
  secure?: boolean;
  env?: Env;
  /** false: nothing is watched, only requests make calls. */
  background?: boolean;
  clock?: Clock;
  sandbox?: SandboxOptions;
  /** Changes where the console finds things. */
  adjust?: (env: Env, sandbox: Sandbox) => void | Promise<void>;
}

export const freePort = (): Promise<number> =>
  new Promise((done) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => done(port));
    });
  });

/** A configuration as its variables. */
export type Env = Record<string, string>;

/** A CI server of the sandbox besides its first. */
export function serverEnv({ id, vendor, url, serviceToken }: FurtherServer): Env {
  const name = `FLIGHTDECK_SERVER_${id.toUpperCase().replaceAll('-', '_')}`;
  return { [`${name}_KIND`]: vendor, [`${name}_PUBLIC_URL`]: url, [`${name}_SERVICE_TOKEN`]: serviceToken };
}

/** A console with the sandbox's Gitea and, by one-click linking, its Drone. */
export const demoEnv = (
  { urls, oauth, serviceToken }: Sandbox,
  console: { publicUrl: string; port: number; dataDir: string },
): Env => ({
  FLIGHTDECK_PUBLIC_URL: console.publicUrl,
  FLIGHTDECK_LISTEN_HOST: '127.0.0.1',
  FLIGHTDECK_LISTEN_PORT: String(console.port),
  FLIGHTDECK_DATA_DIR: console.dataDir,
  FLIGHTDECK_FORGE_GITEA_PUBLIC_URL: urls.gitea,
  FLIGHTDECK_FORGE_GITEA_CLIENT_ID: oauth.clientId,
  FLIGHTDECK_FORGE_GITEA_CLIENT_SECRET: oauth.clientSecret,
  FLIGHTDECK_SERVER_DRONE_PUBLIC_URL: urls.drone,
  FLIGHTDECK_SERVER_DRONE_SERVICE_TOKEN: serviceToken,
  FLIGHTDECK_SERVER_DRONE_ONE_CLICK_LINK: 'true',
});

export const configOf = (env: Env): Config =>
  readConfig({ env, kinds: { ...forgeKinds, servers: Object.keys(ciCatalog) } });

/** The whole console in this process, against a sandbox in this process. */
export async function startConsole(options: ConsoleOptions = {}): Promise<RunningConsole> {
  const port = await freePort();
  const basePath = options.basePath ?? '/';
  const url = `http://127.0.0.1:${port}${basePath}`;
  const publicUrl = options.secure ? `https://127.0.0.1:${port}${basePath}` : url;
  const sandbox = await startSandbox({ consoleUrl: publicUrl.replace(/\/$/, ''), ...options.sandbox });
  const dataDir = mkdtempSync(join(tmpdir(), 'flightdeck-test-'));
  const env: Env = {
    ...demoEnv(sandbox, { publicUrl, port, dataDir }),
    FLIGHTDECK_METRICS_OPEN: 'true',
    ...(Object.assign({}, ...sandbox.servers.map(serverEnv)) as Env),
    ...options.env,
  };
  await options.adjust?.(env, sandbox);
  const config = configOf(env);
  const lines: string[] = [];
  const log = createLogger('debug', {
    write: (line: string) => void lines.push(line),
  } as pino.DestinationStream);
  const console = await compose({
    config,
    log,
    version: '0.0.0-test',
    ...(options.clock ? { clock: options.clock } : {}),
  });
  const web = await listen({
    host: '127.0.0.1',
    port,
    limits: config.limits.http,
    handler: console.handler,
    upgrade: console.upgrade,
  });
  if (options.background !== false) console.start();

  const origin = new URL(publicUrl).origin;
  const running: RunningConsole = {
    url,
    config,
    console,
    sandbox,
    log: lines,
    async signIn(login, headers = {}, forge = 'gitea') {
      const browser = new Browser(headers);
      const who = sandbox.people.find((person) => person.login === login);
      if (!who) throw new Error(`nobody is called ${login}`);
      const end = await browser.throughForge(
        `${url}auth/forge/${forge}`,
        who,
        (at) => at.startsWith(`${origin}${basePath}`) && !at.includes('/auth/'),
      );
      if (end.response) throw new Error(`signing in ended at ${end.url}: ${end.response.status}`);
      if (end.url.includes('/sign-in')) throw new Error(`signing in failed: ${end.url}`);
      return browser;
    },
    api: (browser, method, path, body) =>
      browser.go(new URL(path.replace(/^\//, ''), url).href, {
        method,
        headers: {
          accept: 'application/json',
          ...(method === 'GET' ? {} : { [CSRF_HEADER]: '1', origin }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    async stop() {
      await console.gateway.shutdown(200);
      await web.close(200);
      await console.stop();
      await sandbox.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
  return running;
}
