import type { RequestListener } from 'node:http';
import type { Request } from 'express';
import { Control } from './control.ts';
import { controlDoor } from './control-door.ts';
import { type Core, createCore } from './core.ts';
import { CallLog } from './faces/call-log.ts';
import type { DroneContext, OpenStream } from './faces/drone/context.ts';
import { createDroneFace, droneLogin } from './faces/drone/face.ts';
import { type FaceName, Faults } from './faces/faults.ts';
import { createGiteaFace, giteaLogin } from './faces/gitea/face.ts';
import { MoreForges } from './forges/forges.ts';
import type { ForgeOptions } from './forges/options.ts';
import { HttpServer } from './http-server.ts';
import { type Person, people } from './people.ts';
import { ciOauthClient, oauthClient, serviceToken } from './seed/credentials.ts';
import { type SeedName, seedWorld, startOf } from './seed/seed.ts';
import { World } from './world/world.ts';

export { Control } from './control.ts';
export type { SeedName } from './seed/seed.ts';
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
  /** Where the console is, without a slash at the end: its redirect addresses are registered in the forge. */
  consoleUrl?: string;
  /** Drone's `DRONE_GITEA_REDIRECT_URL`; `<console>/auth/server/drone/callback` by default, null for Drone's own. */
  droneRedirectUrl?: string | null;
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
  /** Forges besides the first one, with their addresses by id. */
  readonly forges: MoreForges;
  stop(): Promise<void>;
}

/** Starts forge, CI server, runners and control door in this process. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const host = options.host ?? '127.0.0.1';
  const publicHost = options.publicHost ?? (host === '127.0.0.1' ? '127.0.0.1' : 'localhost');
  const consoleUrl = (options.consoleUrl ?? 'http://127.0.0.1:8300').replace(/\/+$/, '');
  const seed = options.seed ?? 'demo';
  const streams = new Set<OpenStream>();
  const faults = new Faults();
  const calls = new CallLog();
  const state: { core?: Core } = {};
  const current = (): Core => {
    if (!state.core) throw new Error('the world is not made yet');
    return state.core;
  };
  const drone: DroneContext = {
    get core() {
      return current();
    },
    settings: {
      ...ciOauthClient,
      redirectUrl:
        options.droneRedirectUrl === null
          ? undefined
          : (options.droneRedirectUrl ?? `${consoleUrl}/auth/server/drone/callback`),
      cookieSecret: 'sandbox-cookie-secret',
      forgeUrl: () => `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${gitea.port}`,
    },
    streams,
  };
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
  const droneServer = new HttpServer(
    guarded('drone', createDroneFace(drone), (request) => droneLogin(drone, request)),
    host,
    options.dronePort ?? 0,
  );

  const forges = new MoreForges(options.forges ?? [], host, publicHost, (face, inner, who) =>
    guarded(face, inner, who),
  );

  const makeWorld = (name: SeedName): void => {
    state.core?.world.clock.stop();
    const world = new World({ seed: name, start: startOf(name), paused: true });
    world.addresses = { ...urls, console: consoleUrl };
    const core = createCore(world);
    core.forgeFails = (call) => faults.wouldFail('gitea', call);
    seedWorld(core, name, drone.settings.redirectUrl ?? `${urls.drone}/login`);
    state.core = core;
    forges.rebuild(world, name);
    if (options.rate !== undefined) world.clock.setRate(options.rate);
    if (!options.paused) world.clock.resume();
  };
  const control = new Control({
    core: current,
    reset: (name) => {
      faults.clear();
      calls.clear();
      for (const stream of streams) stream.response.destroy();
      makeWorld(name ?? seed);
      // A restart may have been under way; its timers went with the old clock.
      if (!droneServer.listening) void droneServer.listen();
    },
    faults,
    calls,
    streams,
    drone: droneServer,
  });
  const door = new HttpServer(controlDoor(control), host, options.controlPort ?? 0);
  const servers = [gitea, droneServer, door];
  for (const server of servers) await server.listen();
  await forges.listen();
  const url = (server: HttpServer): string => `http://${publicHost}:${server.port}`;
  const urls = { gitea: url(gitea), drone: url(droneServer), control: url(door) };
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
    forges,
    async stop() {
      current().world.clock.stop();
      await Promise.all([...servers.map((server) => server.close()), forges.close()]);
    },
  };
}
