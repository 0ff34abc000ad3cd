import { isFailure } from '../domain/failure.ts';
import type { CiRepository } from '../ports/ci-server.ts';
import type { Clock } from '../ports/clock.ts';
import type { Connection, Connections } from './connections.ts';
import { createOneByOne } from './one-by-one.ts';
import type { RepositoryNames } from './repository-names.ts';
import type { HealthBook } from './server-health.ts';

const FRESH = 10_000;
const ASK_AGAIN_AS_ADMINISTRATOR = 5 * 60_000;

export interface Catalog {
  repositories: readonly CiRepository[];
  byId: ReadonlyMap<string, CiRepository>;
  byPath: ReadonlyMap<string, CiRepository>;
  asOf: number;
  /** false: the service account is no administrator and sees only part of the server. */
  whole: boolean;
}

/**
 * Every repository a CI server knows, as its service account sees it. It names private repositories: whatever is
 * shown of it must have passed `gate.readable` first.
 */
export interface RepoCatalog {
  /** At most `maxAge` ms old (default 10 s); asked once however many wait. Throws when the server does not answer. */
  load(server: string, maxAge?: number): Promise<Catalog>;
  /** Last good answer, whatever its age. Null before the first. */
  last(server: string): Catalog | null;
  /** Last good answer if the server does not answer now. */
  lastOrLoad(server: string): Promise<Catalog | null>;
  /** The next `load` asks anew. */
  expire(server: string): void;
}

export function createRepoCatalog(deps: {
  connections: Connections;
  clock: Clock;
  health: HealthBook;
  /** Paths a forge has named to anybody here; for servers that have no list of all. */
  names?: Pick<RepositoryNames, 'paths' | 'idOf'>;
}): RepoCatalog {
  const { clock } = deps;
  const oneByOne = createOneByOne(clock, (forge, path) => deps.names?.idOf(forge, path) ?? null);
  const lasts = new Map<string, Catalog>();
  const expired = new Set<string>();
  const loading = new Map<string, Promise<Catalog>>();
  const refusedAt = new Map<string, number>();

  async function ask(connection: Connection, fresh: boolean): Promise<Catalog> {
    const { server, service } = connection;
    const refused = refusedAt.get(server.id);
    if (refused === undefined || clock.now() - refused > ASK_AGAIN_AS_ADMINISTRATOR) {
      try {
        const all = await service.allRepositories();
        refusedAt.delete(server.id);
        return catalogOf(all, clock.now(), true);
      } catch (error) {
        if (!isFailure(error, 'forbidden')) throw error;
        refusedAt.set(server.id, clock.now());
      }
    }
    const own = await service.repositories();
    if (server.declaration.capabilities.includes('whole-list')) return catalogOf(own, clock.now(), false);
    const listed = new Set(own.map(({ path }) => path.toLowerCase()));
    const paths = deps.names?.paths(server.declaration.forge) ?? [];
    const others = paths.filter((path) => !listed.has(path.toLowerCase()));
    return catalogOf([...own, ...(await oneByOne.of(connection, others, fresh))], clock.now(), false);
  }

  function load(server: string, maxAge = FRESH): Promise<Catalog> {
    const last = lasts.get(server);
    if (last && clock.now() - last.asOf <= maxAge && !expired.has(server)) return Promise.resolve(last);
    const running = loading.get(server);
    if (running) return running;
    const connection = deps.connections.get(server);
    if (!connection) return Promise.reject(new Error(`No CI server ${server}.`));
    const fresh = expired.delete(server);
    const asking = deps.health
      .during(server, () => ask(connection, fresh))
      .then((catalog) => {
        lasts.set(server, catalog);
        return catalog;
      })
      .finally(() => loading.delete(server));
    loading.set(server, asking);
    return asking;
  }

  return {
    load,
    last: (server) => lasts.get(server) ?? null,
    lastOrLoad: (server) => load(server).catch(() => lasts.get(server) ?? null),
    expire: (server) => void expired.add(server),
  };
}

function catalogOf(repositories: CiRepository[], asOf: number, whole: boolean): Catalog {
  return {
    repositories,
    byId: new Map(repositories.map((one) => [one.forgeRepoId, one])),
    byPath: new Map(repositories.map((one) => [one.path, one])),
    asOf,
    whole,
  };
}
