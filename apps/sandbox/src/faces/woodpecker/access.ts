import type { IncomingMessage } from 'node:http';
import { WpRefusal } from '../../woodpecker/actions.ts';
import type { WpPipeline, WpRepo, WpUser } from '../../woodpecker/model.ts';
import { rightsOf } from '../../woodpecker/perms.ts';
import type { WpServer } from '../../woodpecker/server.ts';
import { userOf } from '../../woodpecker/tokens.ts';
import { cookieOf } from '../go-server.ts';
import { type Call, intParam } from './context.ts';

/** Authorization, else X-Gitlab-Token, else `access_token`, else the cookie. A wrong one that comes first makes a guest. */
export function whoCalls(
  server: WpServer,
  request: IncomingMessage,
  query: URLSearchParams,
): { user: WpUser | undefined; byCookie: boolean } {
  const now = server.seconds();
  const header = request.headers.authorization?.replace(/^Bearer\s+/i, '').trim();
  const gitlab = request.headers['x-gitlab-token'];
  const given = header ?? (typeof gitlab === 'string' ? gitlab : undefined) ?? query.get('access_token');
  if (given) return { user: userOf(server.state, given, ['user'], now), byCookie: false };
  const cookie = cookieOf(request, 'user_sess');
  if (cookie === undefined) return { user: undefined, byCookie: false };
  return { user: userOf(server.state, cookie, ['sess', 'user'], now), byCookie: true };
}

/** What a cookie's request carries beside it, for all but GET and OPTIONS. */
export function hasCsrf(server: WpServer, request: IncomingMessage, user: WpUser): boolean {
  const token = request.headers['x-csrf-token'];
  if (typeof token !== 'string') return false;
  return userOf(server.state, token, ['csrf'], server.seconds()) === user;
}

const notAuthorized = 'User not authorized';

/** @throws WpRefusal 401 for guests. */
export function signedIn(call: Call): WpUser {
  if (!call.user) throw new WpRefusal(401, notAuthorized);
  return call.user;
}

/** @throws WpRefusal 401 for guests, 403 for everybody but administrators of the instance. */
export function instanceAdmin(call: Call): WpUser {
  const user = signedIn(call);
  if (!user.admin) throw new WpRefusal(403, notAuthorized);
  return user;
}

/**
 * The repository of the path. Who may not see it, or may not do this, gets 404 as if it were not there (guests 401), both
 * without a word; who may see it but is no administrator of it gets 403 with one.
 */
export function repoFor(call: Call, level: 'pull' | 'push' | 'admin'): WpRepo {
  return allowed(call, call.state.repo(intParam(call, 'repo')), level);
}

export function allowed(call: Call, repo: WpRepo | undefined, level: 'pull' | 'push' | 'admin'): WpRepo {
  const hidden = new WpRefusal(call.user ? 404 : 401);
  if (!repo) throw hidden;
  const rights = rightsOf(call.server, call.user, repo);
  if (!rights.pull) throw hidden;
  if (level === 'push' && !rights.push) throw hidden;
  if (level === 'admin' && !rights.admin) throw new WpRefusal(call.user ? 403 : 401, notAuthorized);
  return repo;
}

/** @throws WpRefusal 400 for what is no number, 404 for one that is not there. */
export function pipelineOf(call: Call, repo: WpRepo): WpPipeline {
  const found = call.state.pipeline(repo.id, intParam(call, 'number'));
  if (!found) throw new WpRefusal(404);
  return found;
}

/** Rights on an organisation: its owners on the forge. */
export function orgRights(call: Call, name: string): { member: boolean; admin: boolean } {
  const { user } = call;
  if (!user) return { member: false, admin: false };
  if (user.admin || user.login.toLowerCase() === name.toLowerCase()) return { member: true, admin: true };
  const found = call.server.world.forge.organisation(name);
  const admin = found?.owners.includes(user.login) ?? false;
  return { member: admin || (found?.members.includes(user.login) ?? false), admin };
}
