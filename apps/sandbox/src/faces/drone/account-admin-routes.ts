import { CiError } from '../../ci/build-input.ts';
import type { CiUser } from '../../world/model.ts';
import { flag, text } from '../go-server.ts';
import type { Router } from '../router.ts';
import { sysadmin } from './access.ts';
import { type Call, jsonBody, noSuchRow, sendJson, sendNothing } from './context.ts';
import { repoShape, userShape } from './shapes.ts';
import { newToken, repositoriesOf } from './user-routes.ts';

/** Everybody's accounts, for administrators. */
export function accountRoutes(router: Router<Call>): void {
  const one = (call: Call): CiUser => {
    const { ci } = call.core.world;
    const key = call.params.login ?? '';
    const user = ci.user(key) ?? (/^\d+$/.test(key) ? ci.userById(Number(key)) : undefined);
    if (!user) throw noSuchRow();
    return user;
  };
  router.on('GET', '/api/users', (call) => {
    sysadmin(call);
    const users = [...call.core.world.ci.users].sort((a, b) => (a.login < b.login ? -1 : 1));
    sendJson(
      call,
      users.map((user) => userShape(user)),
    );
  });
  router.on('POST', '/api/users', (call) => {
    sysadmin(call);
    const body = jsonBody(call);
    const login = text(body, 'login') ?? '';
    if (login.length < 1 || login.length > 50) throw new CiError(400, 'Invalid username length');
    if (!/^[.a-zA-Z0-9_-]+$/.test(login)) throw new CiError(400, 'Invalid character in username');
    const { ci, clock } = call.core.world;
    if (ci.user(login)) throw new CiError(500, 'UNIQUE constraint failed: users.user_login');
    const now = clock.seconds();
    const machine = flag(body, 'machine') ?? false;
    const user: CiUser = {
      id: ci.nextId('user'),
      login,
      email: '',
      machine,
      admin: flag(body, 'admin') ?? false,
      active: true,
      avatar: '',
      syncing: false,
      synced: 0,
      created: now,
      updated: now,
      lastLogin: 0,
      token: text(body, 'token') || newToken(call.core),
      forgeToken: undefined,
    };
    ci.users.push(user);
    sendJson(call, userShape(user, machine ? user.token : undefined));
  });
  router.on('GET', '/api/users/{login}', (call) => {
    sysadmin(call);
    sendJson(call, userShape(one(call)));
  });
  router.on('PATCH', '/api/users/{login}', (call) => {
    sysadmin(call);
    const user = one(call);
    const body = jsonBody(call);
    user.admin = flag(body, 'admin') ?? user.admin;
    user.active = flag(body, 'active') ?? user.active;
    if (!user.active) {
      user.admin = false;
      handOver(call, user);
    }
    sendJson(call, userShape(user));
  });
  router.on('DELETE', '/api/users/{login}', (call) => {
    sysadmin(call);
    const user = one(call);
    handOver(call, user);
    const { ci } = call.core.world;
    ci.users = ci.users.filter((each) => each !== user);
    ci.permissions = ci.permissions.filter((row) => row.userId !== user.id);
    sendNothing(call);
  });
  router.on('POST', '/api/users/{login}/token/rotate', (call) => {
    sysadmin(call);
    const user = one(call);
    user.token = newToken(call.core);
    sendJson(call, { ...userShape(user), message: 'Token rotated' });
  });
  router.on('GET', '/api/users/{login}/repos', (call) => {
    sysadmin(call);
    sendJson(
      call,
      repositoriesOf(call.core, one(call)).map((repo) => repoShape(call.core, repo)),
    );
  });
}

/** Somebody leaves: his repositories go to another of their administrators, else to nobody. */
function handOver(call: Call, user: CiUser): void {
  const { ci } = call.core.world;
  for (const repo of ci.repositories.filter((one) => one.userId === user.id)) {
    const heir = ci.permissions.find(
      (row) => row.repoUid === repo.uid && row.admin && row.userId !== user.id,
    );
    repo.userId = heir?.userId ?? 0;
  }
}
