/** Every call this adapter can make. */
export const routes = [
  'GET /.well-known/openid-configuration',
  'GET /api/v1/version',
  'GET /api/v1/user',
  'GET /api/v1/user/repos',
  'GET /api/v1/repos/search',
  'GET /api/v1/repos/{owner}/{name}',
  'GET /api/v1/repos/{owner}/{name}/branches',
  'GET /api/v1/repos/{owner}/{name}/contents/{file...}',
  'GET /api/v1/repos/{owner}/{name}/hooks',
  'GET /api/v1/repos/{owner}/{name}/collaborators',
  'GET /api/v1/repos/{owner}/{name}/collaborators/{login}/permission',
  'GET /api/v1/repos/{owner}/{name}/teams',
  'GET /api/v1/teams/{id}/members',
] as const;
