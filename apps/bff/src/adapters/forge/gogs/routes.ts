import type { Route } from '../../upstream/http.ts';

/** The only call that takes a password; its answer is the only place where the token ever stands. */
export const makeToken = 'POST /api/v1/users/{login}/tokens' satisfies Route;

/** Every other call this adapter can make. */
export const routes = [
  'GET /api/v1/user',
  'GET /api/v1/user/repos',
  'GET /api/v1/repos/search',
  'GET /api/v1/orgs/{name}',
  'GET /api/v1/repos/{owner}/{name}',
  'GET /api/v1/repos/{owner}/{name}/branches',
  'GET /api/v1/repos/{owner}/{name}/raw/{ref...}/{file...}',
  'GET /api/v1/repos/{owner}/{name}/collaborators',
] as const satisfies readonly Route[];
