import { CiError } from '../../ci/build-input.ts';
import type { Core } from '../../core.ts';
import type { CiBuild, CiRepository, CiUser } from '../../world/model.ts';
import { text } from '../go-server.ts';
import type { Router } from '../router.ts';
import { freshPermission, signedIn } from './access.ts';
import { type Call, jsonBody, sendJson, sendNothing } from './context.ts';
import { buildShape, permissionShape, repoShape, userShape } from './shapes.ts';
import { syncRepositories } from './sync.ts';

/** How long an asynchronous sync keeps `syncing` true, in ms of the world's clock. */
const syncTime = 1200;

export function bySlug(a: CiRepository, b: CiRepository): number {
  return a.slug < b.slug ? -1 : 1;
}

export function repositoriesOf(core: Core, user: CiUser): CiRepository[] {
  return core.world.ci.repositories.filter((repo) => core.world.ci.permission(user.id, repo)).sort(bySlug);
}

export function newToken(core: Core): string {
  return core.world.random.text(32);
}

/**
 * A sync in the background: `syncing` is true at once, the rows change at the end. What goes wrong shows nowhere: 204
 * and a new `synced` also for an account whose forge token is gone (seen on 2.25.0).
 */
export function startSync(core: Core, user: CiUser): void {
  user.syncing = true;
  core.world.clock.after(syncTime, () => {
    const refused = !user.forgeToken || core.forgeFails('GET /api/v1/user/repos');
    if (!refused) syncRepositories(core, user);
    user.syncing = false;
    user.synced = core.world.clock.seconds();
  });
}

export function withLatest(core: Core, repo: CiRepository): object {
  const latest = core.world.ci.buildsOf(repo.id)[0];
  return repoShape(core, repo, latest ? { build: buildShape(latest) } : {});
}

export function userRoutes(router: Router<Call>): void {
  router.on('GET', '/api/user', (call) => sendJson(call, userShape(signedIn(call))));
  router.on('PATCH', '/api/user', (call) => {
    const user = signedIn(call);
    user.email = text(jsonBody(call), 'email') ?? '';
    sendJson(call, userShape(user));
  });
  router.on('POST', '/api/user/token', (call) => {
    const user = signedIn(call);
    if (call.query.get('rotate') === 'true') user.token = newToken(call.core);
    sendJson(call, userShape(user, user.token));
  });
  router.on('GET', '/api/user/repos', listRepositories);
  router.on('POST', '/api/user/repos', (call) => {
    const user = signedIn(call);
    if (call.query.get('async') === 'true') {
      startSync(call.core, user);
      sendNothing(call);
      return;
    }
    if (!user.forgeToken) throw new CiError(500, 'Unauthorized');
    if (call.core.forgeFails('GET /api/v1/user/repos')) throw new CiError(500, 'Internal Server Error');
    syncRepositories(call.core, user);
    listRepositories(call);
  });
  for (const path of ['/api/user/builds', '/api/user/builds/recent']) router.on('GET', path, recentBuilds);
  router.on('GET', '/api/user/remote/repos', (call) => {
    const user = signedIn(call);
    const { forge, ci } = call.core.world;
    const repos = forge
      .repositoriesOf(user.login)
      .map((one) => ci.repositories.find((repo) => repo.uid === String(one.id)));
    sendJson(
      call,
      repos.filter((repo) => repo !== undefined).map((repo) => repoShape(call.core, repo)),
    );
  });
  router.on('GET', '/api/user/remote/repos/{owner}/{name}', (call) => {
    const user = signedIn(call);
    const repo = call.core.world.ci.repository(call.params.owner ?? '', call.params.name ?? '');
    if (!repo) throw new CiError(500, 'Not Found');
    const row = freshPermission(call.core, user, repo);
    sendJson(call, repoShape(call.core, repo, row ? { permissions: permissionShape(row) } : {}));
  });
}

function listRepositories(call: Call): void {
  const repos = repositoriesOf(call.core, signedIn(call));
  const latest = call.query.get('latest') === 'true';
  sendJson(
    call,
    repos.map((repo) => (latest ? withLatest(call.core, repo) : repoShape(call.core, repo))),
  );
}

/** The newest 25 builds over all repositories of the caller, each as its repository with a build. */
function recentBuilds(call: Call): void {
  const found: { repo: CiRepository; build: CiBuild }[] = [];
  for (const repo of repositoriesOf(call.core, signedIn(call))) {
    for (const build of call.core.world.ci.buildsOf(repo.id).slice(0, 25)) found.push({ repo, build });
  }
  found.sort((a, b) => b.build.id - a.build.id);
  sendJson(
    call,
    found.slice(0, 25).map(({ repo, build }) => repoShape(call.core, repo, { build: buildShape(build) })),
  );
}
