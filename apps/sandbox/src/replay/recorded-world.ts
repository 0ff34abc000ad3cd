import { createCore } from '../core.ts';
import type { DroneContext } from '../faces/drone/context.ts';
import { createDroneFace } from '../faces/drone/face.ts';
import { createGiteaFace } from '../faces/gitea/face.ts';
import { HttpServer } from '../http-server.ts';
import { recordedStart, seedRecorded } from '../seed/recorded.ts';
import type { OpenStream } from '../servers/server.ts';
import { World } from '../world/world.ts';
import { playRaces } from './races.ts';
import type { Stage } from './stage.ts';

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
  const world = new World({ seed: 'recorded', start: recordedStart, paused: true });
  world.addresses = {
    gitea: 'http://127.0.0.1:3000',
    drone: options.drone ?? 'http://127.0.0.1:8080',
    control: 'http://127.0.0.1:1',
    console: 'http://127.0.0.1:4000',
  };
  const core = createCore(world);
  playRaces(core);
  seedRecorded(core, options.newcomer);
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
    ci: 'drone',
    ports: {
      gitea: `http://127.0.0.1:${gitea.port}`,
      drone: `http://127.0.0.1:${drone.port}`,
      'drone-0.8': '',
      woodpecker: '',
    },
    credentials(server, person): Record<string, string> {
      if (person === 'anonymous') return {};
      const token =
        server === 'gitea' ? world.forge.user(person)?.accessTokens[0] : world.ci.user(person)?.token;
      if (token === undefined) throw new Error(`${person} has no token`);
      return { authorization: `Bearer ${token}` };
    },
    streams: new Map(),
    stopCi() {
      drone.stopListening();
      core.server.goDown();
    },
    breakCi() {
      drone.breakConnections();
    },
    async startCi() {
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
