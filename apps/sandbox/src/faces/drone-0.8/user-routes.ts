import { D8Refusal } from '../../drone-0.8/actions.ts';
import type { D8User } from '../../drone-0.8/model.ts';
import { addUser, syncUser } from '../../drone-0.8/repositories.ts';
import { makeToken } from '../../drone-0.8/tokens.ts';
import { flag, send, sendText, text } from '../go-server.ts';
import type { Router } from '../router.ts';
import { signedIn, siteAdmin } from './access.ts';
import { type Call, jsonBody, sendJson } from './context.ts';
import { feedShape, repoShape, userShape } from './shapes.ts';

const isSet = (call: Call, name: string): boolean =>
  ['1', 't', 'T', 'true', 'TRUE', 'True'].includes(call.query.get(name) ?? '');

/** Three days without one, and the next look at one's own list makes one. */
const syncEvery = 72 * 3600;

function syncIfOld(call: Call, user: D8User, flush = false): void {
  if (flush || user.synced + syncEvery < call.server.seconds()) syncUser(call.server, user);
}

export function userRoutes(router: Router<Call>): void {
  router.on('GET', '/api/user', (call) => {
    const user = signedIn(call);
    sendJson(call, userShape(user, call.server.isAdmin(user.login)));
  });
  router.on('GET', '/api/user/repos', (call) => {
    const user = signedIn(call);
    syncIfOld(call, user, isSet(call, 'flush'));
    const all = call.state.reposOf(user.id);
    sendJson(call, (isSet(call, 'all') ? all : all.filter((one) => one.active)).map(repoShape));
  });
  router.on('GET', '/api/user/feed', feed);
  // As text: the token and nothing else.
  router.on('POST', '/api/user/token', (call) => sendText(call, 200, makeToken(signedIn(call), 'user')));
  router.on('DELETE', '/api/user/token', (call) => {
    const user = signedIn(call);
    user.hash = call.server.world.random.text(52).toUpperCase();
    sendText(call, 200, makeToken(user, 'user'));
  });
  accounts(router);
}

function feed(call: Call): void {
  const user = signedIn(call);
  syncIfOld(call, user);
  const repos = call.state.reposOf(user.id);
  if (isSet(call, 'latest')) {
    const active = repos.filter((one) => one.active);
    sendJson(
      call,
      active.map((repo) => feedShape(repo, call.state.buildsOf(repo.id)[0])),
    );
    return;
  }
  const builds = repos.flatMap((repo) => call.state.buildsOf(repo.id).map((build) => ({ repo, build })));
  builds.sort((a, b) => b.build.id - a.build.id);
  sendJson(
    call,
    builds.slice(0, 50).map(({ repo, build }) => feedShape(repo, build)),
  );
}

function accounts(router: Router<Call>): void {
  const found = (call: Call): D8User => {
    siteAdmin(call);
    const user = call.state.user(call.params.login ?? '');
    if (!user) throw new D8Refusal(404, 'Cannot find user. sql: no rows in result set');
    return user;
  };
  // The list knows no administrators: those stand in the server's settings.
  const shape = (user: D8User): object => userShape(user, false);
  router.on('GET', '/api/users', (call) => {
    siteAdmin(call);
    sendJson(call, [...call.state.users].sort((a, b) => (a.login < b.login ? -1 : 1)).map(shape));
  });
  router.on('POST', '/api/users', (call) => {
    siteAdmin(call);
    const login = text(jsonBody(call), 'login') ?? '';
    if (!/^[a-zA-Z0-9-_.]{1,250}$/.test(login)) throw new D8Refusal(400, 'Invalid User Login');
    if (call.state.user(login)) throw new D8Refusal(500, 'UNIQUE constraint failed: users.user_login');
    const user = addUser(call.server, login, '');
    user.active = true;
    sendJson(call, shape(user));
  });
  router.on('GET', '/api/users/{login}', (call) => sendJson(call, shape(found(call))));
  router.on('PATCH', '/api/users/{login}', (call) => {
    const user = found(call);
    user.active = flag(jsonBody(call), 'active') ?? false;
    sendJson(call, shape(user));
  });
  router.on('DELETE', '/api/users/{login}', (call) => {
    const user = found(call);
    call.state.users = call.state.users.filter((one) => one !== user);
    send(call, 200, 'text/plain; charset=utf-8', '');
  });
}
