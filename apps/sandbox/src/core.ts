import { receiveHook } from './ci/hooks.ts';
import { CiServer, type DroneVersion } from './ci/server.ts';
import { RunnerPool } from './runner/pool.ts';
import type { World } from './world/world.ts';

/** A world with the programs that act in it: the CI server and its runners. Replaced as a whole at a reset. */
export interface Core {
  world: World;
  server: CiServer;
  pool: RunnerPool;
  /** Whether the forge would fail a call of the CI server (`GET /api/v1/…`) just now: faults count for it too. */
  forgeFails: (call: string) => boolean;
}

export function createCore(world: World, version: DroneVersion = '2.25'): Core {
  const server = new CiServer(world, version);
  const pool = new RunnerPool(server);
  world.onForge((notice) => {
    receiveHook(server, notice);
  });
  return { world, server, pool, forgeFails: () => false };
}
