import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { type Nginx, startNginx } from './nginx.ts';
import { answers, freePort, type Program, ready, root, run } from './processes.ts';
import { Sandbox } from './sandbox.ts';
import { startWire, type Wire } from './wire.ts';

/** Folder with the built apps: a copy is safe from somebody who builds meanwhile. */
const build = process.env.E2E_BUILD ?? root;

export interface PersonOfWorld {
  login: string;
  name: string;
  password: string;
}

/** A console with what it is connected to: the sandbox, or the real servers of E2E_CONFIG. */
export interface World {
  /** Address of the console, without a slash at the end. */
  url: string;
  /** null with real servers: stories that need its control door are skipped. */
  sandbox: Sandbox | null;
  people: PersonOfWorld[];
  /** What lies between browser and console; null with real servers and behind nginx. */
  wire: Wire | null;
  nginx: Nginx | null;
  signInWith: 'Gitea' | 'Gogs';
  /** Addresses of what it is connected to. */
  upstream: { forge: string; server: string };
  /** Addresses of its CI servers by id. */
  servers: Record<string, string>;
  bff: {
    stop: (signal?: 'SIGTERM' | 'SIGKILL') => Promise<void>;
    start: () => Promise<void>;
    output: () => string;
  };
  end: () => Promise<void>;
}

export interface WorldOptions {
  /** A file that names its world shares it with no other. */
  name?: string;
  /** Host name in the public address; the browser resolves `ci.lan` to this machine. */
  host?: string;
  /** A real nginx before console (`/ci`), Gitea (`/git`) and Woodpecker (`/woodpecker`), the one CI server beside the Drone. */
  nginx?: 'http' | 'https';
  /** Forges besides Gitea, as the sandbox's SANDBOX_FORGES: `lab=gitlab,gogs`. */
  forges?: string;
  /** CI servers besides the Drone, as the sandbox's SANDBOX_SERVERS: `woodpecker,old=drone-0.8/gogs`. */
  servers?: string;
  /** The forge people sign in with: Gitea, or Gogs with an access token. */
  signInWith?: 'Gogs';
  /** Changes to the configuration before the console starts; `facts` tells the sandbox's addresses. */
  adjust?: (config: Config, facts: SandboxReady) => void;
}

const serverNames: Record<string, string> = {
  drone: 'Drone',
  woodpecker: 'Woodpecker',
  'drone-0.8': 'Drone 0.8',
};

// biome-ignore lint/suspicious/noExplicitAny: a test may change anything in it.
export type Config = Record<string, any>;

export interface SandboxReady {
  gitea: string;
  drone: string;
  control: string;
  /** Addresses of further forges, by id. */
  forges?: Record<string, string>;
  /** CI servers besides the Drone. */
  servers?: { id: string; vendor: string; forge: string; url: string; serviceToken: string }[];
  oauth: { clientId: string; clientSecret: string };
  serviceToken: string;
  people: PersonOfWorld[];
}

export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'flightdeck-e2e-'));
  const port = await freePort();
  const inner = await freePort();
  const site = `${options.nginx ?? 'http'}://${options.host ?? 'localhost'}:${port}`;
  const url = options.nginx ? `${site}/ci` : site;
  const real = process.env.E2E_CONFIG;
  const parts = real
    ? {
        config: parse(readFileSync(real, 'utf8')) as Config,
        sandbox: null,
        program: null,
        nginx: null,
        facts: null,
        people: realPeople(),
      }
    : await withSandbox(url);
  const publicUrl = real ? String(parts.config.publicUrl).replace(/\/$/, '') : url;
  parts.config.dataDir = join(folder, 'data');
  if (parts.facts) options.adjust?.(parts.config, parts.facts);
  const file = join(folder, 'flightdeck.yaml');
  writeFileSync(file, JSON.stringify(parts.config));

  const wire = real || options.nginx ? null : await startWire(port, inner);
  let bff: Program | null = null;
  const start = async () => {
    bff = run([join(build, 'apps/bff/dist/main.js')], {
      FLIGHTDECK_CONFIG: file,
      FLIGHTDECK_LOG_LEVEL: 'info',
      FLIGHTDECK_SANDBOX_PEOPLE: JSON.stringify(parts.people.map((p) => ({ what: '', ...p }))),
    });
    const listen = parts.config.listen?.port ?? 8_080;
    await answers(`http://127.0.0.1:${listen}${new URL(publicUrl).pathname.replace(/\/$/, '')}/healthz`, bff);
  };
  await start();
  return {
    url: publicUrl,
    sandbox: parts.sandbox,
    people: parts.people,
    wire,
    nginx: parts.nginx,
    signInWith: options.signInWith ?? 'Gitea',
    upstream: {
      forge: String(parts.config.forges[0].publicUrl),
      server: String(parts.config.servers[0].publicUrl),
    },
    servers: Object.fromEntries((parts.config.servers as Config[]).map((one) => [one.id, one.publicUrl])),
    bff: { start, stop: async (signal) => bff?.stop(signal), output: () => bff?.output() ?? '' },
    end: async () => {
      await bff?.stop();
      await wire?.end();
      await parts.nginx?.stop();
      await parts.program?.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };

  async function withSandbox(consoleUrl: string) {
    // What nginx leads to has to be known before it starts.
    const behind = options.nginx ? { ci: inner, git: await freePort(), woodpecker: await freePort() } : null;
    const program = run([join(build, 'apps/sandbox/dist/main.js')], {
      SANDBOX_GITEA_PORT: String(behind?.git ?? 0),
      SANDBOX_DRONE_PORT: '0',
      SANDBOX_CONTROL_PORT: '0',
      SANDBOX_CONSOLE_URL: consoleUrl,
      ...(options.forges ? { SANDBOX_FORGES: options.forges } : {}),
      ...(options.servers ? { SANDBOX_SERVERS: options.servers } : {}),
      ...(behind
        ? {
            SANDBOX_SERVERS: `woodpecker:${behind.woodpecker}`,
            SANDBOX_PUBLIC_URLS: `gitea=${site}/git,woodpecker=${site}/woodpecker`,
          }
        : {}),
      SANDBOX_DRONE_REDIRECT_URL: `${consoleUrl}/auth/server/drone/callback`,
    });
    const facts = await ready<SandboxReady>(program);
    const nginx =
      behind && (await startNginx(join(folder, 'nginx'), { https: options.nginx === 'https', port, behind }));
    // Asked at its public address, the only one there is.
    const trusted = nginx?.certificate ? { caFile: nginx.certificate } : {};
    const config: Config = {
      publicUrl: consoleUrl,
      listen: { host: '127.0.0.1', port: inner },
      metrics: { open: true },
      forges: [
        {
          id: 'gitea',
          kind: 'gitea',
          name: 'Gitea',
          publicUrl: facts.gitea,
          ...trusted,
          clientId: facts.oauth.clientId,
          clientSecret: facts.oauth.clientSecret,
        },
      ],
      servers: [
        {
          id: 'drone',
          kind: 'drone',
          name: 'Drone',
          publicUrl: facts.drone,
          forge: 'gitea',
          serviceToken: facts.serviceToken,
          oneClickLink: true,
        },
        ...(facts.servers ?? []).map(({ id, vendor, forge, url, serviceToken }) => ({
          ...{ id, kind: vendor, name: serverNames[vendor] ?? id, publicUrl: url, forge, serviceToken },
          ...trusted,
        })),
      ],
    };
    return { config, sandbox: new Sandbox(facts.control), program, nginx, facts, people: facts.people };
  }
}

/** `E2E_PEOPLE='[{"login":"ada","name":"Ada","password":"…"}]'` for real servers. */
function realPeople(): PersonOfWorld[] {
  return JSON.parse(process.env.E2E_PEOPLE ?? '[]') as PersonOfWorld[];
}
