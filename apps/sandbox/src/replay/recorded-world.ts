import { type Core, createCore } from '../core.ts';
import type { DroneContext, OpenStream } from '../faces/drone/context.ts';
import { createDroneFace } from '../faces/drone/face.ts';
import { syncRepositories } from '../faces/drone/sync.ts';
import { createGiteaFace } from '../faces/gitea/face.ts';
import { HttpServer } from '../http-server.ts';
import { addCiUser } from '../world/people.ts';
import { World } from '../world/world.ts';
import { playRaces } from './races.ts';
import { seedRecordedForge } from './recorded-forge.ts';
import { EPOCH, type Stage } from './stage.ts';

export interface RecordedWorld {
  stage: Stage;
  stop(): Promise<void>;
}

export interface RecordedWorldOptions {
  /** The CI server's address as recorded. */
  drone?: string;
  redirectUrl?: string;
  clientId?: string;
  clientSecret?: string;
  /** Somebody who has no account on the CI server yet. */
  newcomer?: string;
}

/**
 * Forge and CI server as they were before the first recorded request, the clock standing still. Answers name the
 * recorded addresses, so that links and lengths can be compared to the letter; the ports are others.
 */
export async function startRecordedWorld(options: RecordedWorldOptions = {}): Promise<RecordedWorld> {
  const world = new World({ seed: 'recorded', start: EPOCH - 300_000, paused: true });
  world.addresses = {
    gitea: 'http://127.0.0.1:3000',
    drone: options.drone ?? 'http://127.0.0.1:8080',
    control: 'http://127.0.0.1:1',
    console: 'http://127.0.0.1:4000',
  };
  const core = createCore(world);
  core.pool.coalesce = false;
  playRaces(core);
  seedRecordedForge(world);
  seedRecordedCi(core, options.newcomer);
  const gitea = new HttpServer(createGiteaFace({ world }), '127.0.0.1', 0);
  const streams = new Set<OpenStream>();
  const context: DroneContext = {
    core,
    streams,
    settings: {
      clientId: options.clientId ?? '',
      clientSecret: options.clientSecret ?? '',
      redirectUrl: options.redirectUrl,
      cookieSecret: 'made-up-cookie-secret',
      forgeUrl: () => `http://127.0.0.1:${gitea.port}`,
    },
  };
  const drone = new HttpServer(createDroneFace(context), '127.0.0.1', 0);
  await gitea.listen();
  await drone.listen();
  const stage: Stage = {
    world,
    core,
    ports: { gitea: `http://127.0.0.1:${gitea.port}`, drone: `http://127.0.0.1:${drone.port}` },
    credentials(server, person): Record<string, string> {
      if (person === 'anonymous') return {};
      const token =
        server === 'gitea' ? world.forge.user(person)?.accessTokens[0] : world.ci.user(person)?.token;
      if (token === undefined) throw new Error(`${person} has no token`);
      return { authorization: `Bearer ${token}` };
    },
    streams: new Map(),
    async stopDrone() {
      drone.stopListening();
      core.server.goDown();
    },
    breakDrone() {
      drone.breakConnections();
    },
    async startDrone() {
      await drone.listen();
      core.server.comeUp();
    },
  };
  return {
    stage,
    async stop() {
      for (const stream of stage.streams.values()) stream.close();
      world.clock.stop();
      await Promise.all([gitea.close(), drone.close()]);
    },
  };
}

/** Accounts by their first sign-in, each with the rows of its first sync. */
function seedRecordedCi(core: Core, newcomer: string | undefined): void {
  const { world } = core;
  const moment = (seconds: number) => world.clock.advance(EPOCH + seconds * 1000 - world.clock.now());
  moment(-80);
  const ada = addCiUser(world, { login: 'ada', token: 'made-up-ada-made-up-ada-made-up0', admin: true });
  moment(-45);
  ada.lastLogin = world.clock.seconds();
  syncRepositories(core, ada);
  for (const [index, login] of ['grace', 'linus'].entries()) {
    moment(-44 + index);
    if (login === newcomer) continue;
    syncRepositories(
      core,
      addCiUser(world, { login, token: `made-up-${login}-made-up-${login}`.padEnd(32, '0') }),
    );
  }
  core.pool.add({ name: 'exec1', type: 'exec', os: 'linux', arch: 'amd64', capacity: 2 });
}
