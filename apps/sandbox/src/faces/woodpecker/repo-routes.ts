import { WpRefusal } from '../../woodpecker/actions.ts';
import { forgeRepoOf, rightsOf } from '../../woodpecker/perms.ts';
import type { Router } from '../router.ts';
import { allowed, instanceAdmin, repoFor } from './access.ts';
import { type Call, intParam, pageOf, sendJson } from './context.ts';
import { permShape } from './shapes.ts';
import { wire } from './wire.ts';

export function repoRoutes(router: Router<Call>): void {
  router.on('GET', '/api/repos', (call) => {
    instanceAdmin(call);
    const active = call.query.get('active');
    const all = call.state.repos.filter((repo) => active === null || String(repo.active) === active);
    sendJson(
      call,
      pageOf(call, all).map((repo) => wire.repo(call.server, repo)),
    );
  });
  // Slashes of the path are the name's own; the case of letters does not matter, and former names lead here too.
  router.on('GET', '/api/repos/lookup/*', (call) => {
    const slug = (call.params['*'] ?? '').split('/').map(decodeURIComponent).join('/');
    sendJson(call, wire.repo(call.server, allowed(call, call.state.repoBySlug(slug), 'pull')));
  });
  router.on('GET', '/api/repos/{repo}', (call) =>
    sendJson(call, wire.repo(call.server, repoFor(call, 'pull'))),
  );
  // For everybody: the cheap way to ask what one may do.
  router.on('GET', '/api/repos/{repo}/permissions', (call) => {
    const repo = call.state.repo(intParam(call, 'repo'));
    if (!repo) throw new WpRefusal(call.user ? 404 : 401);
    const rights = rightsOf(call.server, call.user, repo);
    sendJson(call, permShape(rights, call.user && call.state.perm(call.user.id, repo.id)));
  });
  router.on('GET', '/api/repos/{repo}/branches', (call) => {
    const repo = repoFor(call, 'pull');
    const forgeRepo = forgeRepoOf(call.server, repo);
    if (!forgeRepo || call.server.forgeFails(`GET /api/v1/repos/${repo.owner}/${repo.name}/branches`))
      throw new WpRefusal(500);
    sendJson(call, pageOf(call, [...forgeRepo.branches.keys()].sort()));
  });
  router.on('GET', '/api/repos/{repo}/pull_requests', (call) => {
    const repo = repoFor(call, 'pull');
    const forgeRepo = forgeRepoOf(call.server, repo);
    if (!forgeRepo || call.server.forgeFails(`GET /api/v1/repos/${repo.owner}/${repo.name}/pulls`))
      throw new WpRefusal(500);
    const open = forgeRepo.pulls.filter((pull) => pull.state === 'open').sort((a, b) => b.number - a.number);
    sendJson(
      call,
      pageOf(call, open).map(({ number, title }) => ({ index: String(number), title })),
    );
  });
}
