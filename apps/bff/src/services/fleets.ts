import { isFailure } from '../domain/failure.ts';
import type { CiFleet } from '../ports/ci-server.ts';
import type { Clock } from '../ports/clock.ts';
import { type Connections, connectionOf } from './connections.ts';

const FRESH = 5_000;
const ASK_AGAIN_AS_ADMINISTRATOR = 5 * 60_000;

/** Runners and queue of each server as its service account is told; null where it is not, or the server does not answer. */
export interface Fleets {
  of(server: string): Promise<CiFleet | null>;
}

export function createFleets(deps: { connections: Connections; clock: Clock }): Fleets {
  const { clock } = deps;
  const last = new Map<string, { until: number; fleet: Promise<CiFleet | null> }>();

  return {
    of(server) {
      const known = last.get(server);
      if (known && clock.now() < known.until) return known.fleet;
      const entry = { until: clock.now() + FRESH, fleet: ask(server) };
      last.set(server, entry);
      return entry.fleet;

      async function ask(id: string): Promise<CiFleet | null> {
        try {
          return await connectionOf(deps.connections, id).service.fleet();
        } catch (error) {
          // No administrator: that does not change within seconds.
          if (isFailure(error, 'forbidden')) entry.until = clock.now() + ASK_AGAIN_AS_ADMINISTRATOR;
          return null;
        }
      }
    },
  };
}
