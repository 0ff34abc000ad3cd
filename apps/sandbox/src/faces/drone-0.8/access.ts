import type { IncomingMessage } from 'node:http';
import { D8Refusal } from '../../drone-0.8/actions.ts';
import type { D8Build, D8Repo, D8User } from '../../drone-0.8/model.ts';
import { rightsOf } from '../../drone-0.8/repositories.ts';
import type { D8Server } from '../../drone-0.8/server.ts';
import { tokenOf } from '../../drone-0.8/tokens.ts';
import { cookieOf } from '../go-server.ts';
import { type Call, intParam } from './context.ts';

/** Authorization, else `access_token`, else the cookie. A wrong one that comes first makes a guest. */
export function whoCalls(
  server: D8Server,
  request: IncomingMessage,
  query: URLSearchParams,
): { user: D8User | undefined; isSession: boolean } {
  const header = request.headers.authorization?.replace(/^Bearer\s+/, '').trim();
  const given = header || query.get('access_token') || cookieOf(request, 'user_sess');
  const found = given ? tokenOf(server.state, given, server.seconds()) : undefined;
  return { user: found?.user, isSession: found?.kind === 'sess' };
}

/** What a session's request carries beside it, for all but GET and OPTIONS: any token of the same person does. */
export function hasCsrf(server: D8Server, request: IncomingMessage, user: D8User): boolean {
  const token = request.headers['x-csrf-token'];
  return typeof token === 'string' && tokenOf(server.state, token, server.seconds())?.user === user;
}

const notAuthorized = 'User not authorized';

/** @throws D8Refusal 401 for guests, with words. */
export function signedIn(call: Call): D8User {
  if (!call.user) throw new D8Refusal(401, notAuthorized);
  return call.user;
}

/** @throws D8Refusal 413 for everybody but the administrators: the status is 0.8's own mistake. */
export function siteAdmin(call: Call): D8User {
  const user = signedIn(call);
  if (!call.server.isAdmin(user.login)) throw new D8Refusal(413, notAuthorized);
  return user;
}

/**
 * The repository of the path. Who may not see it, or may not do this, gets 404 as if it were not there (guests 401), both
 * without a word; who may see it but is no administrator of it gets 403 with one.
 */
export function repoFor(call: Call, level: 'pull' | 'push' | 'admin'): D8Repo {
  const { params, server, state, user } = call;
  const hidden = new D8Refusal(user ? 404 : 401);
  const repo = state.repoBySlug(`${params.owner}/${params.name}`);
  if (!repo) throw hidden;
  const rights = rightsOf(server, user, repo);
  if (!rights.pull || (level === 'push' && !rights.push)) throw hidden;
  if (level === 'admin' && !rights.admin) throw new D8Refusal(user ? 403 : 401, notAuthorized);
  return repo;
}

/** @param absent the status for a number that is not there: reading says 500, acting 404. @throws D8Refusal */
export function buildOf(call: Call, repo: D8Repo, absent = 404): D8Build {
  const number = intParam(call, 'number');
  if (number === undefined && absent === 500) throw new D8Refusal(400);
  const found = call.state.build(repo.id, number ?? 0);
  if (!found) throw new D8Refusal(absent);
  return found;
}
