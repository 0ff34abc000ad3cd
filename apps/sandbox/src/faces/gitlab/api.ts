import type { Request, Response, Router } from 'express';
import type { ForgeRepository, ForgeUser } from '../../world/model.ts';
import { effectiveAccess, readsCode, sees } from './access.ts';
import { admit } from './caller.ts';
import { baseUrl, type GitlabContext, isoTime, value } from './context.ts';
import { byId, numbered } from './paging.ts';
import { notFound, refuse } from './reply.ts';
import { memberShape, projectShape, selfShape, simpleProject } from './shapes.ts';

export const VERSION = '17.5.1-ee';

interface Seen {
  req: Request;
  res: Response;
  repo: ForgeRepository;
  user: ForgeUser | undefined;
}

/** The API's routes that a reader needs. Everything an API path does not know is `{"error": "404 Not Found"}`. */
export function apiRoutes(router: Router, context: GitlabContext): void {
  const forge = () => context.world.forge;
  const pathOf = (repo: ForgeRepository) => `${repo.owner}/${repo.name}`;

  router.get('/api/v4/version', (req, res) => {
    if (admit(context, req, res, true)) res.json({ version: VERSION, revision: 'made0up0rev' });
  });
  router.get('/api/v4/user', (req, res) => {
    const user = admit(context, req, res, true);
    if (user) res.json(selfShape(context, user));
  });

  router.get('/api/v4/projects', (req, res) => {
    const user = admit(context, req, res, false);
    if (user === false) return;
    const found = forge().repositories.filter((repo) => fits(req, repo, user));
    const page =
      value(req.query, 'pagination') === 'keyset'
        ? byId(context, req, res, found)
        : numbered(context, req, res, found);
    const simple = value(req.query, 'simple') === 'true' || !user;
    res.json(page.map((repo) => (simple ? simpleProject(context, repo) : projectShape(context, repo, user))));
  });

  function fits(req: Request, repo: ForgeRepository, user: ForgeUser | undefined): boolean {
    if (!sees(forge(), user, repo)) return false;
    const access = user ? effectiveAccess(forge(), user, repo) : null;
    const least = Number(value(req.query, 'min_access_level') || 0);
    if ((value(req.query, 'membership') === 'true' || least > 0) && access === null) return false;
    if (least > 0 && (access ?? 0) < least) return false;
    const words = value(req.query, 'search').toLowerCase();
    const whole = value(req.query, 'search_namespaces') === 'true' ? pathOf(repo) : repo.name;
    return whole.toLowerCase().includes(words);
  }

  /** By number or by whole path; one that moved leads on, one that is hidden is absent. */
  function get(path: string, handle: (seen: Seen) => void): void {
    router.get(`/api/v4/projects/:project${path}`, (req: Request, res: Response) => {
      const user = admit(context, req, res, false);
      if (user === false) return;
      const named = String(req.params.project);
      const [owner = '', name = ''] = named.split(/\/(?=[^/]*$)/);
      const repo = /^\d+$/.test(named)
        ? forge().repositoryById(Number(named))
        : forge().repository(owner, name);
      const moved = repo ? undefined : forge().repositories.find((one) => one.formerNames?.includes(named));
      const shown = repo ?? moved;
      if (!shown || !sees(forge(), user, shown)) return notFound(res, 'Project');
      if (moved) return res.redirect(301, `${baseUrl(context)}/api/v4/projects/${moved.id}${path}`);
      handle({ req, res, repo: shown, user });
    });
  }

  get('', ({ res, repo, user }) => {
    res.json(user ? projectShape(context, repo, user) : simpleProject(context, repo));
  });

  get('/members/all', ({ req, res, repo, user }) => {
    if (!user) return refuse(res, 401, '401 Unauthorized');
    const members = forge()
      .users.map((one) => ({ one, level: effectiveAccess(forge(), one, repo) }))
      .flatMap(({ one, level }) => (level === null ? [] : [memberShape(context, one, level)]));
    res.json(numbered(context, req, res, members));
  });
  get('/members/all/:user', ({ req, res, repo, user }) => {
    if (!user) return refuse(res, 401, '401 Unauthorized');
    const asked = forge().userById(Number(req.params.user));
    const level = asked ? effectiveAccess(forge(), asked, repo) : null;
    if (!asked || level === null) return notFound(res);
    res.json(memberShape(context, asked, level));
  });

  /** Code is for those who may read it: others learn that there is no such repository. */
  function code(path: string, handle: (seen: Seen) => void): void {
    get(path, (seen) => {
      if (!readsCode(forge(), seen.user, seen.repo)) return refuse(seen.res, 403, '403 Forbidden');
      handle(seen);
    });
  }
  code('/repository/branches', ({ req, res, repo }) => {
    const all = [...repo.branches.keys()].sort().flatMap((name) => {
      const head = forge().head(repo, name);
      if (!head) return [];
      const commit = { id: head.sha, title: head.message.split('\n')[0], created_at: isoTime(head.at) };
      return [{ name, commit, merged: false, protected: false, default: name === repo.defaultBranch }];
    });
    res.json(numbered(context, req, res, all));
  });
  code('/repository/files/:file/raw', ({ req, res, repo }) => {
    const ref = value(req.query, 'ref') || repo.defaultBranch;
    const commit = ref.startsWith('refs/heads/') ? undefined : forge().resolve(repo, ref);
    if (!commit) return notFound(res, 'Commit');
    const text = commit.files.get(String(req.params.file));
    if (text === undefined) return notFound(res, 'File');
    res.setHeader('content-type', 'text/plain; charset=utf-8');
    res.send(text);
  });

  router.use('/api', (_req, res) => res.status(404).json({ error: '404 Not Found' }));
}
