import type { Route } from '../../upstream/http.ts';

export const tokenRoute = 'POST /oauth/token' satisfies Route;

/** Every other call this adapter can make. `{project}`: the whole path as one segment, its slashes encoded. */
export const routes = [
  'GET /.well-known/openid-configuration',
  'GET /api/v4/version',
  'GET /api/v4/user',
  'GET /api/v4/projects',
  'GET /api/v4/projects/{project}',
  'GET /api/v4/projects/{project}/members/all',
  'GET /api/v4/projects/{project}/members/all/{user}',
  'GET /api/v4/projects/{project}/repository/branches',
  'GET /api/v4/projects/{project}/repository/files/{file}/raw',
] as const satisfies readonly Route[];
