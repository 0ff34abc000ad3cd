import { Failure } from '../domain/failure.ts';
import type { CiClient, CiServer } from '../ports/ci-server.ts';

/** A configured CI server and the console's own account on it (decision 1: reads and a few actions only). */
export interface Connection {
  server: CiServer;
  service: CiClient;
}
export type Connections = ReadonlyMap<string, Connection>;

/** Where a repository is, without anybody's rights: what background work carries. Only a gate grants access. */
export interface RepoPlace {
  server: string;
  path: string;
  forgeRepoId: string;
}

export function connectionOf(connections: Connections, server: string): Connection {
  const found = connections.get(server);
  if (!found) throw new Failure('not_found', 'No such CI server.');
  return found;
}
