import type { Route } from '../../upstream/types.ts';

/**
 * All calls the console makes to a Drone 0.8 server; the client refuses what is not here. Read from the source of the
 * 0.8 line and the recorded answers of 0.8.10. Not among them on purpose: users, files, moving a repository, deletion of
 * logs, and the creation of tokens.
 */
export const routes = {
  version: 'GET /version',
  authorize: 'GET /authorize',
  me: 'GET /api/user',
  myRepositories: 'GET /api/user/repos',
  feed: 'GET /api/user/feed',
  repository: 'GET /api/repos/{owner}/{name}',
  enable: 'POST /api/repos/{owner}/{name}',
  change: 'PATCH /api/repos/{owner}/{name}',
  disable: 'DELETE /api/repos/{owner}/{name}',
  repair: 'POST /api/repos/{owner}/{name}/repair',
  chown: 'POST /api/repos/{owner}/{name}/chown',
  builds: 'GET /api/repos/{owner}/{name}/builds',
  build: 'GET /api/repos/{owner}/{name}/builds/{number}',
  again: 'POST /api/repos/{owner}/{name}/builds/{number}',
  end: 'DELETE /api/repos/{owner}/{name}/builds/{number}',
  cancel: 'DELETE /api/repos/{owner}/{name}/builds/{number}/{stage}',
  approve: 'POST /api/repos/{owner}/{name}/builds/{number}/approve',
  decline: 'POST /api/repos/{owner}/{name}/builds/{number}/decline',
  incomplete: 'GET /api/builds',
  queue: 'GET /api/info/queue',
  storedLog: 'GET /api/repos/{owner}/{name}/logs/{number}/{step}',
  events: 'GET /stream/events',
  tail: 'GET /stream/logs/{owner}/{name}/{number}/{stage}',
  secrets: 'GET /api/repos/{owner}/{name}/secrets',
  addSecret: 'POST /api/repos/{owner}/{name}/secrets',
  secret: 'GET /api/repos/{owner}/{name}/secrets/{secret}',
  changeSecret: 'PATCH /api/repos/{owner}/{name}/secrets/{secret}',
  removeSecret: 'DELETE /api/repos/{owner}/{name}/secrets/{secret}',
  registries: 'GET /api/repos/{owner}/{name}/registry',
  addRegistry: 'POST /api/repos/{owner}/{name}/registry',
  changeRegistry: 'PATCH /api/repos/{owner}/{name}/registry/{host}',
  removeRegistry: 'DELETE /api/repos/{owner}/{name}/registry/{host}',
} as const satisfies Record<string, Route>;
