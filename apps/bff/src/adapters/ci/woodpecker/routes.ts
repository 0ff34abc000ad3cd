import type { Route } from '../../upstream/types.ts';

/**
 * All calls the console makes to a Woodpecker server; the client refuses what is not here. Read from 3.17.0 and its
 * recorded answers; 2.8 has the same but `refresh`. Not among them on purpose: users, organisations, crons, deletion of
 * pipelines and logs, the queue's pause, and `norunningpipelines`, which keeps a core of the server busy.
 */
export const routes = {
  version: 'GET /version',
  authorize: 'GET /authorize',
  me: 'GET /api/user',
  myRepositories: 'GET /api/user/repos',
  refresh: 'POST /api/user/repos/refresh',
  latest: 'GET /api/user/feed',
  allRepositories: 'GET /api/repos',
  lookup: 'GET /api/repos/lookup/{path...}',
  permissions: 'GET /api/repos/{id}/permissions',
  enable: 'POST /api/repos',
  change: 'PATCH /api/repos/{id}',
  disable: 'DELETE /api/repos/{id}',
  repair: 'POST /api/repos/{id}/repair',
  chown: 'POST /api/repos/{id}/chown',
  branches: 'GET /api/repos/{id}/branches',
  builds: 'GET /api/repos/{id}/pipelines',
  start: 'POST /api/repos/{id}/pipelines',
  build: 'GET /api/repos/{id}/pipelines/{number}',
  again: 'POST /api/repos/{id}/pipelines/{number}',
  cancel: 'POST /api/repos/{id}/pipelines/{number}/cancel',
  approve: 'POST /api/repos/{id}/pipelines/{number}/approve',
  decline: 'POST /api/repos/{id}/pipelines/{number}/decline',
  config: 'GET /api/repos/{id}/pipelines/{number}/config',
  incomplete: 'GET /api/pipelines',
  queue: 'GET /api/queue/info',
  agents: 'GET /api/agents',
  storedLog: 'GET /api/repos/{id}/logs/{number}/{step}',
  events: 'GET /api/stream/events',
  tail: 'GET /api/stream/logs/{id}/{number}/{step}',
  secrets: 'GET /api/repos/{id}/secrets',
  addSecret: 'POST /api/repos/{id}/secrets',
  secret: 'GET /api/repos/{id}/secrets/{secret}',
  changeSecret: 'PATCH /api/repos/{id}/secrets/{secret}',
  removeSecret: 'DELETE /api/repos/{id}/secrets/{secret}',
  registries: 'GET /api/repos/{id}/registries',
  addRegistry: 'POST /api/repos/{id}/registries',
  changeRegistry: 'PATCH /api/repos/{id}/registries/{host}',
  removeRegistry: 'DELETE /api/repos/{id}/registries/{host}',
} as const satisfies Record<string, Route>;
