import type { Route } from '../../upstream/types.ts';

/**
 * All calls the console makes to a Drone server; the client refuses what is not here. Read from the 2.25.0 source and
 * its recorded answers. Not among them on purpose: PATCH of users, organisation secrets, purge, deletion of logs, the
 * queue's pause, templates.
 */
export const routes = {
  version: 'GET /version',
  me: 'GET /api/user',
  token: 'POST /api/user/token',
  login: 'GET /login',
  logout: 'GET /logout',
  myRepositories: 'GET /api/user/repos',
  sync: 'POST /api/user/repos',
  allRepositories: 'GET /api/repos',
  repository: 'GET /api/repos/{owner}/{name}',
  enable: 'POST /api/repos/{owner}/{name}',
  change: 'PATCH /api/repos/{owner}/{name}',
  disable: 'DELETE /api/repos/{owner}/{name}',
  repair: 'POST /api/repos/{owner}/{name}/repair',
  chown: 'POST /api/repos/{owner}/{name}/chown',
  collaborators: 'GET /api/repos/{owner}/{name}/collaborators',
  builds: 'GET /api/repos/{owner}/{name}/builds',
  start: 'POST /api/repos/{owner}/{name}/builds',
  build: 'GET /api/repos/{owner}/{name}/builds/{number}',
  restart: 'POST /api/repos/{owner}/{name}/builds/{number}',
  cancel: 'DELETE /api/repos/{owner}/{name}/builds/{number}',
  promote: 'POST /api/repos/{owner}/{name}/builds/{number}/promote',
  rollback: 'POST /api/repos/{owner}/{name}/builds/{number}/rollback',
  approve: 'POST /api/repos/{owner}/{name}/builds/{number}/approve/{stage}',
  declineStage: 'POST /api/repos/{owner}/{name}/builds/{number}/decline/{stage}',
  decline: 'POST /api/repos/{owner}/{name}/builds/{number}/decline',
  incomplete: 'GET /api/builds/incomplete',
  queue: 'GET /api/queue',
  storedLog: 'GET /api/repos/{owner}/{name}/builds/{number}/logs/{stage}/{step}',
  allEvents: 'GET /api/stream',
  events: 'GET /api/stream/{owner}/{name}',
  tail: 'GET /api/stream/{owner}/{name}/{number}/{stage}/{step}',
  secrets: 'GET /api/repos/{owner}/{name}/secrets',
  addSecret: 'POST /api/repos/{owner}/{name}/secrets',
  changeSecret: 'PATCH /api/repos/{owner}/{name}/secrets/{secret}',
  removeSecret: 'DELETE /api/repos/{owner}/{name}/secrets/{secret}',
} as const satisfies Record<string, Route>;
