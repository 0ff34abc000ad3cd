import { WpRefusal } from '../../woodpecker/actions.ts';
import type { WpRepo, WpUser } from '../../woodpecker/model.ts';
import { rightsOf, syncUser } from '../../woodpecker/perms.ts';
import { makeToken } from '../../woodpecker/tokens.ts';
import { sendText } from '../go-server.ts';
import type { Router } from '../router.ts';
import { signedIn } from './access.ts';
import { type Call, NoRoute, orNull, sendJson } from './context.ts';
import { wire } from './wire.ts';

const feedLength = 50;

export function userRoutes(router: Router<Call>): void {
  router.on('GET', '/api/user', (call) => sendJson(call, wire.user(call.server, signedIn(call))));
  router.on('GET', '/api/user/repos', (call) => {
    const user = signedIn(call);
    if (call.query.get('all') === 'true') return sendJson(call, orNull(everything(call, user)));
    const name = call.query.get('name');
    const own = mine(call, user).filter((repo) => name === null || name === '' || repo.name === name);
    sendJson(
      call,
      own.map((repo) => wire.repo(call.server, repo, lastOf(call, repo))),
    );
  });
  router.on('GET', '/api/user/feed', (call) => {
    const repos = mine(call, signedIn(call));
    const heads = repos.map((repo) => call.state.pipelinesOf(repo.id));
    if (call.query.get('latest') === 'true') {
      const rows = repos.map((repo, i) => {
        const [latest] = heads[i] ?? [];
        const full_name = `${repo.owner}/${repo.name}`;
        return latest ? wire.feed(call.server, latest) : { repo_id: repo.id, full_name };
      });
      return sendJson(call, rows);
    }
    const newest = heads.flat().sort((a, b) => b.id - a.id);
    sendJson(call, orNull(newest.slice(0, feedLength).map((one) => wire.feed(call.server, one))));
  });
  router.on('POST', '/api/user/repos/refresh', (call) => {
    const user = signedIn(call);
    // It came with 3.16: before, the path is the web interface's.
    if (call.server.isOld) throw new NoRoute();
    if (call.server.forgeFails('GET /api/v1/user/repos')) throw new WpRefusal(500);
    syncUser(call.server, user);
    sendJson(call, 'Ok');
  });
  router.on('POST', '/api/user/token', (call) => sendText(call, 200, makeToken(signedIn(call), 'user')));
  router.on('DELETE', '/api/user/token', (call) => {
    const user = signedIn(call);
    user.hash = call.server.world.random.text(32);
    sendText(call, 200, makeToken(user, 'user'));
  });
}

const byName = (a: { owner: string; name: string }, b: { owner: string; name: string }): number =>
  `${a.owner}/${a.name}` < `${b.owner}/${b.name}` ? -1 : 1;

/** Active repositories that the person may push to. One that may only be read is never listed. */
function mine(call: Call, user: WpUser): WpRepo[] {
  return call.state.repos
    .filter((repo) => {
      const row = call.state.perm(user.id, repo.id);
      return repo.active && row !== undefined && (row.push || row.admin);
    })
    .sort(byName);
}

function lastOf(call: Call, repo: WpRepo): object | undefined {
  const [last] = call.state.pipelinesOf(repo.id);
  return last && wire.pipeline(call.server, last);
}

/**
 * What the forge lists and the person may push to; what was never activated only for its administrators. A name narrows
 * only what the server knows: every other repository then looks as if it had never been activated.
 * @throws WpRefusal 500 when the forge fails
 */
function everything(call: Call, user: WpUser): object[] {
  const { server, state } = call;
  if (server.forgeFails('GET /api/v1/user/repos')) throw new WpRefusal(500);
  const { forge } = server.world;
  const name = call.query.get('name');
  const listed = forge.repositoriesOf(user.login).filter((one) => !one.archived);
  const shapes = listed.sort(byName).flatMap((forgeRepo) => {
    const rights = forge.permissions(user.login, forgeRepo);
    const repo = state.repoByForgeId(String(forgeRepo.id));
    const known = repo && (name === null || name === '' || repo.name === name);
    if (known) return rightsOf(server, user, repo).push ? [wire.repo(server, repo)] : [];
    return rights?.admin ? [wire.unknownRepo(server, forgeRepo)] : [];
  });
  const ids = new Set(listed.map((one) => String(one.id)));
  const stale = state.repos.filter(
    (repo) => !ids.has(repo.forgeRemoteId) && forge.repositoryById(Number(repo.forgeRemoteId)) === undefined,
  );
  const own = stale.filter((repo) => state.perm(user.id, repo.id)?.push);
  return [...shapes, ...own.map((repo) => wire.repo(server, repo))];
}
