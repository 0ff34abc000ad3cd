import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { CiUser } from '../../world/model.ts';
import { send } from '../go-server.ts';
import type { Router } from '../router.ts';
import { cookies, makeSession } from './access.ts';
import { type Call, redirect } from './context.ts';
import { page } from './page.ts';
import { newToken, startSync } from './user-routes.ts';

const forgetState = '_oauth_state_=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0';
const week = 7 * 24 * 3600;

const tokenReply = z.object({
  access_token: z.string().default(''),
  refresh_token: z.string().default(''),
  error: z.string().default(''),
  error_description: z.string().default(''),
});
const userReply = z.object({ login: z.string(), avatar_url: z.string() });

/** 1.10 knows no setting for it (seen). */
function redirectUrl(call: Call): string {
  const own = `${call.core.world.addresses.drone}/login`;
  return call.core.server.isOld ? own : (call.context.settings.redirectUrl ?? own);
}

/** Errors go to the page as they are: the text is not percent-encoded. */
function refuse(call: Call, message: string): void {
  redirect(call, `/login/error?message=${message}`);
}

export function loginRoutes(router: Router<Call>): void {
  router.on('*', '/login', login);
  for (const method of ['GET', 'POST']) {
    router.on(method, '/logout', (call) => {
      call.response.setHeader('set-cookie', '_session_=; Path=/; Max-Age=0');
      send(call, 200, 'text/html; charset=UTF-8', page);
    });
  }
}

async function login(call: Call): Promise<void> {
  const error = call.query.get('error');
  if (error) return refuse(call, error);
  const code = call.query.get('code');
  if (!code) return begin(call);
  call.response.setHeader('set-cookie', forgetState);
  const state = cookies(call.request).get('_oauth_state_');
  if (state === undefined) return refuse(call, 'http: named cookie not present');
  if (state !== call.query.get('state')) return refuse(call, 'oauth: invalid or missing state');
  try {
    const user = await exchange(call, code);
    if (typeof user === 'string') return refuse(call, user);
    if (user.machine) return refuse(call, 'Machine account login is forbidden');
    if (!user.active) return refuse(call, 'Account is not active');
    finish(call, user);
  } catch (fault) {
    refuse(call, fault instanceof Error ? fault.message.replace(/[\r\n]/g, ' ') : 'login failed');
  }
}

function begin(call: Call): void {
  const { settings, core } = call.context;
  const state = randomBytes(8).toString('hex').slice(0, 14);
  const query = new URLSearchParams({
    client_id: settings.clientId,
    redirect_uri: redirectUrl(call),
    response_type: 'code',
    state,
  });
  call.response.setHeader('set-cookie', `_oauth_state_=${state}; Max-Age=1800`);
  redirect(call, `${core.world.addresses.gitea}/login/oauth/authorize?${query}`);
}

/** Code against tokens and user, from server to server. Text: why not. */
async function exchange(call: Call, code: string): Promise<(CiUser & { isNew?: boolean }) | string> {
  const { settings, core } = call.context;
  const forge = settings.forgeUrl();
  const reply = await fetch(`${forge}/login/oauth/access_token`, {
    method: 'POST',
    body: new URLSearchParams({
      client_id: settings.clientId,
      client_secret: settings.clientSecret,
      code,
      grant_type: 'authorization_code',
      redirect_uri: redirectUrl(call),
    }),
  });
  const tokens = tokenReply.parse(await reply.json());
  if (tokens.error !== '') return `${tokens.error}: ${tokens.error_description}`;
  const who = userReply.parse(
    await (
      await fetch(`${forge}/api/v1/user`, { headers: { authorization: `Bearer ${tokens.access_token}` } })
    ).json(),
  );
  const { ci, clock } = core.world;
  const now = clock.seconds();
  let user = ci.user(who.login);
  if (!user) {
    user = {
      id: ci.nextId('user'),
      login: who.login,
      email: '',
      machine: false,
      admin: false,
      active: true,
      avatar: who.avatar_url,
      syncing: false,
      synced: 0,
      created: now,
      updated: now,
      lastLogin: 0,
      token: newToken(core),
      forgeToken: undefined,
    };
    ci.users.push(user);
  }
  if (!user.machine) user.forgeToken = { access: tokens.access_token, refresh: tokens.refresh_token };
  return user;
}

function finish(call: Call, user: CiUser): void {
  const { core, settings } = call.context;
  const now = core.world.clock.seconds();
  user.lastLogin = now;
  if (user.synced < now - week && !user.syncing) startSync(core, user);
  const session = makeSession(core, settings.cookieSecret, user.login);
  call.response.setHeader('set-cookie', [
    forgetState,
    `_session_=${session}; Path=/; Max-Age=2147483647; HttpOnly; SameSite=lax`,
  ]);
  redirect(call, user.email === '' && !call.core.server.isOld ? '/register' : '/');
}
