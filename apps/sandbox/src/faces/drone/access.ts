import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { CiError } from '../../ci/build-input.ts';
import type { Core } from '../../core.ts';
import type { CiPermission, CiRepository, CiUser } from '../../world/model.ts';
import { type Call, forbidden, notFound, unauthorized } from './context.ts';

/** Rows of permissions older than this are asked of the forge again. */
const permissionLifetime = 3600;

/** Authorization, else `access_token`, else the session cookie; a wrong header is a guest, whatever the cookie says. */
export function whoCalls(
  core: Core,
  cookieSecret: string,
  request: IncomingMessage,
  query: URLSearchParams,
): CiUser | undefined {
  const header = request.headers.authorization;
  if (header !== undefined) return core.world.ci.userByToken(header.replace(/^Bearer\s+/i, '').trim());
  const parameter = query.get('access_token');
  if (parameter) return core.world.ci.userByToken(parameter);
  const session = cookies(request).get('_session_');
  const login = session === undefined ? undefined : sessionLogin(core, cookieSecret, session);
  return login === undefined ? undefined : core.world.ci.user(login);
}

export function cookies(request: IncomingMessage): Map<string, string> {
  const found = new Map<string, string>();
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const at = part.indexOf('=');
    if (at > 0) found.set(part.slice(0, at).trim(), part.slice(at + 1).trim());
  }
  return found;
}

/** A session is a signed login with its end; the server keeps no list, so it cannot be taken back. */
export function makeSession(core: Core, secret: string, login: string): string {
  const payload = `${Buffer.from(login).toString('base64url')}.${core.world.clock.seconds() + 720 * 3600}`;
  return `${payload}.${createHmac('sha256', secret).update(payload).digest('base64url')}`;
}

function sessionLogin(core: Core, secret: string, session: string): string | undefined {
  const [login = '', until = '', given = ''] = session.split('.');
  const wanted = createHmac('sha256', secret).update(`${login}.${until}`).digest('base64url');
  if (wanted.length !== given.length || !timingSafeEqual(Buffer.from(wanted), Buffer.from(given)))
    return undefined;
  return Number(until) > core.world.clock.seconds() ? Buffer.from(login, 'base64url').toString() : undefined;
}

export type Level = 'read' | 'write' | 'admin';

/** The repository of the path for a caller with enough right. Refusals are those of the real server (drone.md 1.1). */
export function repositoryFor(call: Call, level: Level): CiRepository {
  const { core, user } = call;
  const repo = core.world.ci.repository(call.params.owner ?? '', call.params.name ?? '');
  if (!repo) throw user ? notFound() : unauthorized();
  const row = user ? freshPermission(core, user, repo) : undefined;
  if (!user) {
    if (level === 'read' && repo.visibility === 'public') return repo;
    throw unauthorized();
  }
  if (user.admin) return repo;
  if (level === 'read' && (repo.visibility === 'public' || repo.visibility === 'internal')) return repo;
  if (!row) throw notFound();
  if (!user.active) throw forbidden();
  if (!row[level]) throw notFound();
  return repo;
}

/** The cached row, asked of the forge again when it is stale. A forge that says no is a 404 for everybody. */
export function freshPermission(core: Core, user: CiUser, repo: CiRepository): CiPermission | undefined {
  const { ci, forge, clock } = core.world;
  const row = ci.permission(user.id, repo);
  if (!row || row.synced > clock.seconds() - permissionLifetime) return row;
  const forgeRepo = forge.repositoryById(Number(repo.uid));
  const rights = forgeRepo ? forge.permissions(user.login, forgeRepo) : undefined;
  if (!rights || core.forgeFails(`GET /api/v1/repos/${repo.slug}`)) throw notFound();
  row.read = rights.pull;
  row.write = rights.push;
  row.admin = rights.admin;
  row.synced = clock.seconds();
  return row;
}

/** @throws CiError 401 for guests. */
export function signedIn(call: Call): CiUser {
  if (!call.user) throw unauthorized();
  return call.user;
}

/** @throws CiError 401 for guests, 403 for everybody but system administrators. */
export function sysadmin(call: Call): CiUser {
  const user = signedIn(call);
  if (!user.admin) throw forbidden();
  return user;
}

/**
 * Membership is asked of the forge only for GitHub and Gitee: on Gitea all but the namespace's own name get 401,
 * and in 1.10 that one too.
 */
export function organisation(call: Call): string {
  const user = signedIn(call);
  const namespace = call.params.namespace ?? '';
  const { isOld } = call.core.server;
  const own = user.login === namespace && !isOld;
  if (!user.admin && !own) throw new CiError(401, isOld ? 'Not Found' : 'Forbidden');
  return namespace;
}
