import type { Request, Response, Router } from 'express';
import type { Commit, ForgeRepository, ForgeUser } from '../../world/model.ts';
import { admit } from './caller.ts';
import {
  branchShape,
  type CommitParts,
  combinedStatusShape,
  commitShape,
  latestStatuses,
  numbered,
  statusShape,
} from './commit-shapes.ts';
import { contentsAt } from './contents.ts';
import { baseUrl, type GiteaContext, subPath } from './context.ts';
import { page } from './paging.ts';
import { apiError, notFound, sendJson, value } from './reply.ts';
import { hookShape, repositoryShape, userShape } from './shapes.ts';

/** What a route of one repository is given: it is there, and the caller may see it. */
interface Seen {
  req: Request;
  res: Response;
  repo: ForgeRepository;
  user: ForgeUser | undefined;
}

/** A route's last part, which may hold slashes (branches, paths), literal or encoded. */
function rest(req: Request, name: string): string {
  const found: unknown = req.params[name];
  return Array.isArray(found) ? found.join('/') : String(found ?? '');
}

/** The API's routes below `/repos/{owner}/{name}`. Hidden and absent answer the same 404. */
export function repositoryRoutes(router: Router, context: GiteaContext): void {
  const forge = () => context.world.forge;
  const base = () => baseUrl(context);
  const missing = (seen: Seen, error?: string) =>
    error === undefined
      ? notFound(seen.res, base())
      : sendJson(seen.res, 404, { errors: [error], message: 'not found', url: `${base()}/api/swagger` });

  function answer(
    req: Request,
    res: Response,
    repo: ForgeRepository | undefined,
    handle: (seen: Seen) => void,
  ) {
    const user = admit(context, req, res, false, ['repository']);
    if (user === false) return;
    if (!repo || !forge().permissions(user?.login, repo)) return notFound(res, base());
    handle({ req, res, repo, user });
  }

  function get(path: string, handle: (seen: Seen) => void): void {
    router.get(`/api/v1/repos/:owner/:name${path}`, (req, res) => {
      const slug = `${String(req.params.owner)}/${String(req.params.name)}`;
      const repo = forge().repository(String(req.params.owner), String(req.params.name));
      const moved = repo ? undefined : forge().repositories.find((one) => one.formerNames?.includes(slug));
      answer(req, res, repo ?? moved, moved ? (seen) => redirectTo(seen, slug) : handle);
    });
  }

  /** A renamed or moved repository: 301 to the same address under its new name (seen on 1.25, not recorded). */
  function redirectTo({ req, res, repo }: Seen, slug: string): void {
    const path = req.originalUrl.replace(`/repos/${slug}`, `/repos/${repo.owner}/${repo.name}`);
    res.redirect(301, subPath(context) + path);
  }

  function isAdmin(seen: Seen): boolean {
    return forge().permissions(seen.user?.login, seen.repo)?.admin ?? false;
  }

  const whole = (seen: Seen) =>
    sendJson(seen.res, 200, repositoryShape(context, seen.repo, seen.user?.login));
  get('', whole);
  router.get('/api/v1/repositories/:id', (req, res) => {
    answer(req, res, forge().repositoryById(Number(req.params.id)), whole);
  });

  get('/branches', (seen) => {
    const names = [...seen.repo.branches.keys()].sort();
    const shown = page(seen.req, seen.res, base(), names).map((name) => branch(seen, name));
    sendJson(seen.res, 200, shown);
  });
  get('/branches/*branch', (seen) => {
    const found = branch(seen, rest(seen.req, 'branch'));
    if (!found) return missing(seen, `branch does not exist [name: ${rest(seen.req, 'branch')}]`);
    sendJson(seen.res, 200, found);
  });

  function branch(seen: Seen, name: string) {
    const head = forge().head(seen.repo, name);
    return head && branchShape(context, seen.repo, name, head, seen.user?.login);
  }

  get('/commits', (seen) => {
    const ref = value(seen.req.query, 'sha') || seen.repo.defaultBranch;
    const head = forge().resolve(seen.repo, ref);
    if (!head) return missing(seen, `object does not exist [id: ${ref}, rel_path: ]`);
    const path = value(seen.req.query, 'path');
    const history = forge().history(seen.repo, head.sha);
    const own = path === '' ? history : history.filter((one) => changed(seen.repo, one, path));
    const parts = partsOf(seen.req);
    const shown = page(seen.req, seen.res, base(), own);
    sendJson(
      seen.res,
      200,
      shown.map((one) => commitShape(context, seen.repo, one, parts)),
    );
  });
  get('/git/commits/:sha', (seen) => {
    const sha = String(seen.req.params.sha);
    const commit = forge().resolve(seen.repo, sha);
    if (!commit) return missing(seen, `object does not exist [id: ${sha}, rel_path: ]`);
    sendJson(seen.res, 200, commitShape(context, seen.repo, commit, partsOf(seen.req)));
  });

  const contents = (seen: Seen) => {
    const ref = value(seen.req.query, 'ref') || seen.repo.defaultBranch;
    // Only plain names of branches and tags, and commits: a full ref is not looked for (seen on 1.25).
    const head = ref.startsWith('refs/') ? undefined : forge().resolve(seen.repo, ref);
    if (!head) return missing(seen, `object does not exist [id: ${ref}, rel_path: ]`);
    const path = rest(seen.req, 'path').replace(/\/+$/, '');
    const found = contentsAt(context, seen.repo, head, ref, path);
    if (!found) return missing(seen, `object does not exist [id: , rel_path: ${path}]`);
    sendJson(seen.res, 200, found);
  };
  get('/contents', contents);
  get('/contents/*path', contents);

  get('/collaborators', (seen) => {
    if (!seen.user) return apiError(seen.res, 401, 'token is required', base());
    const people = [...seen.repo.collaborators.keys()].map((login) => forge().user(login));
    const known = people.filter((user) => user !== undefined).sort((a, b) => a.id - b.id);
    const shown = page(seen.req, seen.res, base(), known);
    sendJson(
      seen.res,
      200,
      shown.map((user) => userShape(context, user, 'known')),
    );
  });
  get('/collaborators/:login/permission', (seen) => {
    const asked = forge().user(String(seen.req.params.login));
    if (!seen.user) return apiError(seen.res, 401, 'token is required', base());
    if (seen.user.id !== asked?.id && !isAdmin(seen)) {
      const text =
        'Only admins can query all permissions, repo admins can query all repo permissions, collaborators can query only their own';
      return apiError(seen.res, 403, text, base());
    }
    if (!asked) return missing(seen);
    const permission = permissionName(seen.repo, asked);
    sendJson(seen.res, 200, { permission, role_name: permission, user: userShape(context, asked, 'known') });
  });

  function permissionName(repo: ForgeRepository, user: ForgeUser): string {
    const owners = forge().organisation(repo.owner)?.owners ?? [repo.owner];
    if (owners.includes(user.login)) return 'owner';
    return forge().role(user.login, repo) ?? (repo.private ? 'none' : 'read');
  }

  get('/hooks', (seen) => {
    if (!seen.user) return apiError(seen.res, 401, 'token is required', base());
    if (!isAdmin(seen)) {
      const text = 'user should be an owner or a collaborator with admin write of a repository';
      return apiError(seen.res, 403, text, base());
    }
    sendJson(seen.res, 200, page(seen.req, seen.res, base(), seen.repo.hooks).map(hookShape));
  });

  get('/commits/:ref/status', (seen) => {
    const commit = statusCommit(seen);
    if (!commit) return;
    const all = latestStatuses(seen.repo.statuses.get(commit.sha) ?? []);
    const shown = page(seen.req, seen.res, base(), all);
    sendJson(
      seen.res,
      200,
      combinedStatusShape(context, seen.repo, commit.sha, all, shown, seen.user?.login),
    );
  });
  const statuses = (seen: Seen) => {
    const commit = statusCommit(seen);
    if (!commit) return;
    const newestFirst = numbered(seen.repo.statuses.get(commit.sha) ?? []).reverse();
    const shown = page(seen.req, seen.res, base(), newestFirst);
    sendJson(
      seen.res,
      200,
      shown.map((status) => statusShape(context, seen.repo, commit.sha, status)),
    );
  };
  get('/commits/:ref/statuses', statuses);
  get('/statuses/:ref', statuses);

  function statusCommit(seen: Seen): Commit | undefined {
    const ref = String(seen.req.params.ref);
    const commit = forge().resolve(seen.repo, ref);
    if (!commit) missing(seen, `object does not exist [id: ${ref}, rel_path: ]`);
    return commit;
  }
}

function partsOf(req: Request): CommitParts {
  const on = (name: string) => value(req.query, name) !== 'false';
  return { stat: on('stat'), verification: on('verification'), files: on('files') };
}

function changed(repo: ForgeRepository, commit: Commit, path: string): boolean {
  return repo.commits.get(commit.parents[0] ?? '')?.files.get(path) !== commit.files.get(path);
}
