import type { Request, Response, Router } from 'express';
import type { ForgeRepository, ForgeUser } from '../../world/model.ts';
import { byToken } from './caller.ts';
import type { GogsContext } from './context.ts';
import { sendEmpty, sendJson, sendText } from './reply.ts';
import { branchShape, commitShape, organisationShape, repositoryShape, userShape } from './shapes.ts';

interface Seen {
  req: Request;
  res: Response;
  repo: ForgeRepository;
  user: ForgeUser | undefined;
}

/** The API's routes for reading. */
export function apiRoutes(router: Router, context: GogsContext): void {
  const forge = () => context.world.forge;

  const signedIn =
    (handle: (user: ForgeUser, req: Request, res: Response) => void) => (req: Request, res: Response) => {
      const user = byToken(context, req);
      if (!user) return sendEmpty(res, 401);
      handle(user, req, res);
    };
  const shaped = (repos: ForgeRepository[], login: string | null) =>
    repos.map((repo) => repositoryShape(context, repo, login));
  /** Owned or added to, whole: `page` and `limit` are ignored (recorded). */
  const own = (user: ForgeUser) =>
    forge()
      .repositories.filter((repo) => {
        const organisation = forge().organisation(repo.owner);
        return (
          repo.owner === user.login ||
          repo.collaborators.has(user.login) ||
          organisation?.owners.includes(user.login)
        );
      })
      .sort((a, b) => a.id - b.id);

  router.get(
    '/api/v1/user',
    signedIn((user, _req, res) => sendJson(res, 200, userShape(context, user))),
  );
  router.get(
    '/api/v1/user/repos',
    signedIn((user, _req, res) => sendJson(res, 200, shaped(own(user), user.login))),
  );
  router.get(
    '/api/v1/users/:login/repos',
    signedIn((user, req, res) => {
      const asked = forge().user(String(req.params.login));
      if (!asked) return sendEmpty(res, 404);
      const seen = own(asked).filter((repo) => asked === user || !repo.private);
      sendJson(res, 200, shaped(seen, user.login));
    }),
  );
  router.get(
    '/api/v1/user/orgs',
    signedIn((user, _req, res) => {
      const all = forge().organisationsOf(user.login);
      sendJson(
        res,
        200,
        all.map((one) => organisationShape(context, one)),
      );
    }),
  );
  router.get('/api/v1/orgs/:name', (req, res) => {
    const organisation = forge().organisation(req.params.name);
    if (!organisation) return sendEmpty(res, 404);
    sendJson(res, 200, organisationShape(context, organisation));
  });

  // Public ones only, whoever asks, and without permissions; a token that is none is nobody's (seen on 0.14.3).
  router.get('/api/v1/repos/search', (req, res) => {
    const words = String(req.query.q ?? '').toLowerCase();
    const found = forge().repositories.filter(
      (repo) => !repo.private && repo.name.toLowerCase().includes(words),
    );
    sendJson(res, 200, { data: shaped(found, null), ok: true });
  });

  function get(path: string, handle: (seen: Seen) => void): void {
    router.get(`/api/v1/repos/:owner/:name${path}`, (req: Request, res: Response) => {
      const user = byToken(context, req);
      // The repository itself takes a token that is none for nobody's; what lies below it wants one (seen on 0.14.3).
      if (!user && path !== '') return sendEmpty(res, 401);
      const repo = forge().repository(String(req.params.owner), String(req.params.name));
      // Hidden, absent and renamed are one and the same.
      if (!repo || !forge().permissions(user?.login, repo)) return sendEmpty(res, 404);
      handle({ req, res, repo, user });
    });
  }
  const isAdmin = ({ user, repo }: Seen) => forge().permissions(user?.login, repo)?.admin === true;

  get('', (seen) => sendJson(seen.res, 200, repositoryShape(context, seen.repo, seen.user?.login)));

  get('/branches', ({ repo, res }) => {
    const all = [...repo.branches.keys()].sort().flatMap((name) => {
      const head = forge().head(repo, name);
      return head ? [branchShape(name, head)] : [];
    });
    sendJson(res, 200, all);
  });

  get('/commits', ({ repo, req, res }) => {
    const head = forge().head(repo, repo.defaultBranch);
    const size = Number(req.query.pageSize ?? 30) || 30;
    const all = head ? forge().history(repo, head.sha, size) : [];
    sendJson(
      res,
      200,
      all.map((one) => commitShape(context, repo, one)),
    );
  });

  get('/raw/*rest', ({ repo, req, res }) => {
    const parts = [(req.params as Record<string, string | string[]>).rest ?? []].flat();
    // A branch's name may have slashes: the shortest that there is wins.
    for (let cut = 1; cut < parts.length; cut += 1) {
      const commit = forge().resolve(repo, parts.slice(0, cut).join('/'));
      if (!commit || parts[0] === 'refs') continue;
      const text = commit.files.get(parts.slice(cut).join('/'));
      return text === undefined ? sendEmpty(res, 404) : sendText(res, text);
    }
    sendEmpty(res, 404);
  });

  get('/collaborators', (seen) => {
    if (!isAdmin(seen)) return sendEmpty(seen.res, seen.user ? 403 : 401);
    const all = [...seen.repo.collaborators].flatMap(([login, role]) => {
      const user = forge().user(login);
      const permissions = { admin: role === 'admin', push: role !== 'read', pull: true };
      return user ? [{ ...userShape(context, user), permissions }] : [];
    });
    sendJson(
      seen.res,
      200,
      all.sort((a, b) => a.id - b.id),
    );
  });

  get('/hooks', (seen) => {
    if (!isAdmin(seen)) return sendEmpty(seen.res, seen.user ? 403 : 401);
    sendJson(seen.res, 200, seen.repo.hooks);
  });
}
