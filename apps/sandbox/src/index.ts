import type { RequestListener } from 'node:http';
import type { Request } from 'express';
import type { DroneVersion } from './ci/server.ts';
import { Control } from './control.ts';
import { controlDoor } from './control-door.ts';
import type { Core } from './core.ts';
import { CallLog } from './faces/call-log.ts';
import { type FaceName, Faults } from './faces/faults.ts';
import { createGiteaFace, giteaLogin } from './faces/gitea/face.ts';
import { MoreForges } from './forges/forges.ts';
import type { ForgeOptions } from './forges/options.ts';
import { HttpServer } from './http-server.ts';
import { type Person, people } from './people.ts';
import { ciOauthClient, oauthClient, serviceToken } from './seed/credentials.ts';
import { type SeedName, seedWorld, startOf } from './seed/seed.ts';
import { DroneInstance } from './servers/drone.ts';
import { Further, type FurtherServer } from './servers/further.ts';
import { checkServers, firstForge, type ServerOptions } from './servers/options.ts';
import { World } from './world/world.ts';

export { Control } from './control.ts';
export type { SeedName } from './seed/seed.ts';
export type { FurtherServer } from './servers/further.ts';
export type { ServerOptions } from './servers/options.ts';
export type { World } from './world/world.ts';

export interface SandboxOptions {
  /** 0, the default, takes any free port. */
  giteaPort?: number;
  dronePort?: number;
  controlPort?: number;
  /** Interface to listen on. */
  host?: string;
  /** Host name in links and redirects. */
  publicHost?: string;
  /** Addresses as browsers use them, by id, of what stands behind a proxy. Without a slash at the end. */
  publicUrls?: Readonly<Record<string, string>>;
  /** Where the console is, without a slash at the end: its redirect addresses are registered in the forge. */
  consoleUrl?: string;
  /** Drone's `DRONE_GITEA_REDIRECT_URL`; `<console>/auth/server/drone/callback` by default, null for Drone's own. */
  droneRedirectUrl?: string | null;
  /** Of the first CI server, the demo's Drone. */
  droneVersion?: DroneVersion;
  /** CI servers besides the first, which is the Drone with the id `drone`. */
  servers?: readonly ServerOptions[];
  seed?: SeedName;
  /** Forges besides the first one. */
  forges?: ForgeOptions[];
  /** Virtual milliseconds per real one. */
  rate?: number;
  paused?: boolean;
}

export interface Sandbox {
  /** The world of this moment; another one after a reset. */
  readonly world: World;
  readonly core: Core;
  readonly urls: { gitea: string; drone: string; control: string };
  readonly oauth: { clientId: string; clientSecret: string };
  readonly serviceToken: string;
  readonly people: Person[];
  readonly control: Control;
  /** Those of the option `servers`, in its order. */
  readonly servers: readonly FurtherServer[];
  /** Forges besides the first one, with their addresses by id. */
  readonly forges: MoreForges;
  stop(): Promise<void>;
}

/** Starts forge, CI servers, runners and control door in this process. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  checkServers(options.servers ?? [], [firstForge, ...(options.forges ?? []).map(({ id }) => id)]);
  const host = options.host ?? '127.0.0.1';
  const publicHost = options.publicHost ?? (host === '127.0.0.1' ? '127.0.0.1' : 'localhost');
  const consoleUrl = (options.consoleUrl ?? 'http://127.0.0.1:8300').replace(/\/+$/, '');
  const seed = options.seed ?? 'demo';
  const faults = new Faults();
  const calls = new CallLog();
  const forgeUrl = (): string => `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${gitea.port}`;
  const first = new DroneInstance(
    'drone',
    {
      ...ciOauthClient,
      redirectUrl:
        options.droneRedirectUrl === null
          ? undefined
          : (options.droneRedirectUrl ?? `${consoleUrl}/auth/server/drone/callback`),
      cookieSecret: 'sandbox-cookie-secret',
      forgeUrl,
    },
    options.droneVersion,
  );
  const current = (): Core => first.core;
  const giteaContext = {
    get world() {
      return current().world;
    },
  };
  const guarded = (
    face: FaceName,
    inner: RequestListener,
    who: (request: Request) => string,
  ): RequestListener => {
    return (request, response) => {
      calls.add(face, who(request as Request), request, response);
      void faults.meet(face, current().world.clock, request, response).then((answered) => {
        if (!answered) inner(request, response);
      });
    };
  };
  const gitea = new HttpServer(
    guarded('gitea', createGiteaFace(giteaContext), (request) => giteaLogin(giteaContext, request)),
    host,
    options.giteaPort ?? 0,
  );
  const url = (server: HttpServer, id = ''): string =>
    options.publicUrls?.[id] ?? `http://${publicHost}:${server.port}`;
  const forgeFails = (call: string): boolean => faults.wouldFail(firstForge, call);
  const further = new Further(options.servers ?? [], {
    consoleUrl,
    forge: (id) =>
      id === firstForge
        ? { world: current().world, url: forgeUrl(), fails: forgeFails }
        : {
            world: forges.get(id).world,
            url: forges.urls[id] ?? '',
            fails: (call) => faults.wouldFail(id, call),
          },
  });
  const served = [first, ...further.instances].map((instance, i) => ({
    instance,
    http: new HttpServer(
      guarded(instance.id, instance.listener, (request) => instance.login(request)),
      host,
      i === 0 ? (options.dronePort ?? 0) : (options.servers?.[i - 1]?.port ?? 0),
    ),
  }));
  further.urlOf = (id) => {
    const found = served.find((one) => one.instance.id === id);
    return found ? url(found.http, id) : '';
  };

  let made = false;
  const forges = new MoreForges(options.forges ?? [], host, publicHost, (face, inner, who) =>
    guarded(face, inner, who),
  );

  const makeWorld = (name: SeedName): void => {
    if (made) current().world.clock.stop();
    const world = new World({ seed: name, start: startOf(name), paused: true });
    world.addresses = { ...urls, console: consoleUrl };
    const core = first.rebuild(world, forgeFails);
    made = true;
    forges.rebuild(world, name);
    further.rebuild();
    seedWorld(core, name, first.settings.redirectUrl ?? `${urls.drone}/login`, further);
    if (options.rate !== undefined) world.clock.setRate(options.rate);
    if (!options.paused) world.clock.resume();
  };
  const control = new Control({
    core: current,
    reset: (name) => {
      faults.clear();
      calls.clear();
      for (const { instance, http } of served) {
        for (const stream of instance.streams) stream.response.destroy();
        // A restart may have been under way; its timers went with the old clock.
        if (!http.listening) void http.listen();
      }
      makeWorld(name ?? seed);
    },
    faults,
    calls,
    forges: new Map([
      [firstForge, () => current().world],
      ...(options.forges ?? []).map(({ id }) => [id, () => forges.get(id).world] as const),
    ]),
    servers: served,
  });
  const door = new HttpServer(controlDoor(control), host, options.controlPort ?? 0);
  const ports = [gitea, ...served.map((one) => one.http), door];
  for (const server of ports) await server.listen();
  await forges.listen();
  const urls = { gitea: url(gitea, firstForge), drone: further.urlOf('drone'), control: url(door) };
  makeWorld(seed);

  return {
    get world() {
      return current().world;
    },
    get core() {
      return current();
    },
    urls,
    oauth: oauthClient,
    serviceToken,
    people: people(seed),
    control,
    servers: further.servers,
    forges,
    async stop() {
      current().world.clock.stop();
      await Promise.all([...ports.map((server) => server.close()), forges.close()]);
    },
  };
}
