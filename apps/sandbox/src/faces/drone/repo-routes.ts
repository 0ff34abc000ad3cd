import { CiError } from '../../ci/build-input.ts';
import type { CiRepository } from '../../world/model.ts';
import { flag, number, text } from '../go-server.ts';
import type { Router } from '../router.ts';
import { freshPermission, repositoryFor, signedIn, sysadmin } from './access.ts';
import { type Call, jsonBody, noSuchRow, notFound, sendJson, sendNothing, unchanged } from './context.ts';
import { permissionShape, repoShape } from './shapes.ts';
import { enableRepository, setHook } from './sync.ts';

const path = '/api/repos/{owner}/{name}';

export function repoRoutes(router: Router<Call>): void {
  router.on('GET', '/api/repos', (call) => {
    sysadmin(call);
    const { page, size } = paging(call, Number.MAX_SAFE_INTEGER);
    const repos = call.core.world.ci.repositories.slice((page - 1) * size, page * size);
    sendJson(
      call,
      repos.map((repo) => repoShape(call.core, repo)),
    );
  });
  router.on('GET', path, (call) => {
    const repo = repositoryFor(call, 'read');
    const row = call.user ? freshPermission(call.core, call.user, repo) : undefined;
    sendJson(call, repoShape(call.core, repo, row ? { permissions: permissionShape(row) } : {}));
  });
  router.on('POST', path, (call) => {
    const repo = repositoryFor(call, 'admin');
    // The token's owner becomes the repository's, a machine user too: then there is no forge token for hooks.
    const user = signedIn(call);
    if (!user.forgeToken) throw new CiError(500, 'Unauthorized');
    enableRepository(call.core, repo, user);
    sendJson(call, repoShape(call.core, repo));
  });
  router.on('PATCH', path, patchRepository);
  router.on('DELETE', path, (call) => {
    const repo = repositoryFor(call, 'admin');
    repo.active = false;
    repo.version += 1;
    if (call.query.get('remove') === 'true') {
      const { ci } = call.core.world;
      ci.repositories = ci.repositories.filter((one) => one !== repo);
    }
    sendJson(call, repoShape(call.core, repo));
  });
  router.on('POST', `${path}/chown`, (call) => {
    const repo = repositoryFor(call, 'admin');
    repo.userId = signedIn(call).id;
    repo.version += 1;
    sendJson(call, repoShape(call.core, repo));
  });
  router.on('POST', `${path}/repair`, (call) => {
    const repo = repositoryFor(call, 'admin');
    const { ci, forge } = call.core.world;
    const owner = ci.userById(repo.userId);
    const forgeRepo = forge.repositoryById(Number(repo.uid));
    if (!owner?.forgeToken || !forgeRepo) throw notFound();
    repo.defaultBranch = forgeRepo.defaultBranch;
    repo.private = forgeRepo.private;
    repo.version += 1;
    setHook(call.core, repo);
    sendJson(call, repoShape(call.core, repo));
  });
  collaboratorRoutes(router);
}

/** `page` from 1; `per_page` outside 1…most means 25. */
export function paging(call: Call, most: number): { page: number; size: number } {
  const page = Number.parseInt(call.query.get('page') ?? '1', 10);
  const size = Number.parseInt(call.query.get('per_page') ?? '25', 10);
  return { page: page >= 1 ? page : 1, size: size >= 1 && size <= most ? size : 25 };
}

/** No value is checked; what only a system administrator may change is ignored in silence for others. */
async function patchRepository(call: Call): Promise<void> {
  const repo = repositoryFor(call, 'admin');
  const body = jsonBody(call);
  // Every new build raises the version too, so a push in between is enough to be refused.
  await unchanged(repo);
  repo.visibility = text(body, 'visibility') ?? repo.visibility;
  repo.configPath = text(body, 'config_path') ?? repo.configPath;
  repo.protected = flag(body, 'protected') ?? repo.protected;
  repo.ignoreForks = flag(body, 'ignore_forks') ?? repo.ignoreForks;
  repo.ignorePullRequests = flag(body, 'ignore_pull_requests') ?? repo.ignorePullRequests;
  repo.autoCancelPullRequests = flag(body, 'auto_cancel_pull_requests') ?? repo.autoCancelPullRequests;
  repo.autoCancelPushes = flag(body, 'auto_cancel_pushes') ?? repo.autoCancelPushes;
  if (!call.core.server.isOld)
    repo.autoCancelRunning = flag(body, 'auto_cancel_running') ?? repo.autoCancelRunning;
  if (call.user?.admin) {
    repo.trusted = flag(body, 'trusted') ?? repo.trusted;
    repo.timeout = number(body, 'timeout') ?? repo.timeout;
    repo.throttle = number(body, 'throttle') ?? repo.throttle;
    repo.counter = number(body, 'counter') ?? repo.counter;
  }
  repo.version += 1;
  sendJson(call, repoShape(call.core, repo));
}

function collaboratorRoutes(router: Router<Call>): void {
  const rows = (call: Call, repo: CiRepository) =>
    call.core.world.ci.permissions
      .filter((row) => row.repoUid === repo.uid)
      .map((row) => ({ row, user: call.core.world.ci.userById(row.userId) }))
      .filter((one) => one.user !== undefined)
      .sort((a, b) => ((a.user?.login ?? '') < (b.user?.login ?? '') ? -1 : 1));
  router.on('GET', `${path}/collaborators`, (call) => {
    const repo = repositoryFor(call, 'read');
    const list = rows(call, repo).map(({ row, user }) => ({
      user_id: row.userId,
      repo_id: row.repoUid,
      login: user?.login,
      avatar: user?.avatar,
      read: row.read,
      write: row.write,
      admin: row.admin,
      synced: row.synced,
      created: row.created,
      updated: row.updated,
    }));
    sendJson(call, list);
  });
  router.on('GET', `${path}/collaborators/{member}`, (call) => {
    const repo = repositoryFor(call, 'read');
    const found = rows(call, repo).find(({ user }) => user?.login === call.params.member);
    if (!found) throw noSuchRow();
    sendJson(call, permissionShape(found.row));
  });
  router.on('DELETE', `${path}/collaborators/{member}`, (call) => {
    const repo = repositoryFor(call, 'admin');
    const found = rows(call, repo).find(({ user }) => user?.login === call.params.member);
    if (!found) throw noSuchRow();
    const { ci } = call.core.world;
    ci.permissions = ci.permissions.filter((row) => row !== found.row);
    sendNothing(call);
  });
}
