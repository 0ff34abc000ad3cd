import type { Request, Response, Router } from 'express';
import type { ForgeOrganisation, ForgeUser } from '../../world/model.ts';
import { admit } from './caller.ts';
import { baseUrl, type GiteaContext } from './context.ts';
import { page } from './paging.ts';
import { apiError, notFound, sendJson, value } from './reply.ts';
import type { ScopeCategory } from './scopes.ts';
import { organisationShape, repositoryShape, userShape } from './shapes.ts';

/** The API's routes about people, organisations and lists of repositories. */
export function apiRoutes(router: Router, context: GiteaContext): void {
  const forge = () => context.world.forge;
  const base = () => baseUrl(context);

  function signedIn(scopes: ScopeCategory[], handle: (req: Request, res: Response, user: ForgeUser) => void) {
    return (req: Request, res: Response) => {
      const user = admit(context, req, res, true, scopes);
      if (user) handle(req, res, user);
    };
  }

  router.get('/api/v1/version', (_req, res) => sendJson(res, 200, { version: context.version ?? '1.25.4' }));
  router.get('/api/healthz', (_req, res) => sendJson(res, 200, { status: 'pass' }));

  router.get(
    '/api/v1/user',
    signedIn(['user'], (_req, res, user) => sendJson(res, 200, userShape(context, user, 'self'))),
  );

  router.get(
    '/api/v1/user/repos',
    signedIn(['user', 'repository'], (req, res, user) => {
      const own = forge()
        .repositoriesOf(user.login)
        .sort((a, b) => compare(a.owner, b.owner) || compare(a.name, b.name));
      const shown = page(req, res, base(), own);
      sendJson(
        res,
        200,
        shown.map((repo) => repositoryShape(context, repo, user.login)),
      );
    }),
  );

  router.get(
    '/api/v1/user/orgs',
    signedIn(['user', 'organization'], (req, res, user) => {
      const shown = page(req, res, base(), forge().organisationsOf(user.login));
      sendJson(
        res,
        200,
        shown.map((one) => organisationShape(context, one)),
      );
    }),
  );

  router.get('/api/v1/users/:login', (req, res) => {
    const asker = admit(context, req, res, false, ['user']);
    if (asker === false) return;
    const user = forge().user(req.params.login);
    if (!user) return userMissing(res, req.params.login);
    sendJson(res, 200, userShape(context, user, asker?.id === user.id ? 'self' : 'public'));
  });

  function userMissing(res: Response, login: string): void {
    apiError(res, 404, `user redirect does not exist [name: ${login}]`, base());
  }

  router.get('/api/v1/orgs/:name', (req, res) => {
    const asker = admit(context, req, res, false, ['organization']);
    if (asker === false) return;
    const organisation = forge().organisation(req.params.name);
    if (!organisation || !visible(organisation, asker)) return notFound(res, base());
    sendJson(res, 200, organisationShape(context, organisation));
  });

  router.get(
    '/api/v1/users/:login/orgs/:name/permissions',
    signedIn(['user', 'organization'], (req, res) => {
      const user = forge().user(String(req.params.login));
      const organisation = forge().organisation(String(req.params.name));
      if (!user || !organisation) return notFound(res, base());
      const owner = organisation.owners.includes(user.login);
      const member = owner || organisation.members.includes(user.login);
      sendJson(res, 200, {
        is_owner: owner,
        is_admin: owner,
        can_write: owner,
        can_read: member,
        can_create_repository: owner,
      });
    }),
  );

  // The only list that is wrapped.
  router.get('/api/v1/repos/search', (req, res) => {
    const asker = admit(context, req, res, false, ['repository']);
    if (asker === false) return;
    const words = value(req.query, 'q').toLowerCase();
    const found = forge()
      .repositories.filter((repo) => forge().permissions(asker?.login, repo) !== undefined)
      .filter((repo) =>
        `${words.includes('/') ? `${repo.owner}/` : ''}${repo.name}`.toLowerCase().includes(words),
      )
      .sort((a, b) => compare(a.name, b.name) || a.id - b.id);
    const shown = page(req, res, base(), found);
    sendJson(res, 200, { ok: true, data: shown.map((repo) => repositoryShape(context, repo, asker?.login)) });
  });
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function visible(organisation: ForgeOrganisation, asker: ForgeUser | undefined): boolean {
  if (organisation.visibility === 'public') return true;
  if (!asker) return false;
  return organisation.owners.includes(asker.login) || organisation.members.includes(asker.login);
}
