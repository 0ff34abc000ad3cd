import { z } from 'zod';
import type { WpUser } from '../../woodpecker/model.ts';
import { syncUser } from '../../woodpecker/perms.ts';
import { addUser } from '../../woodpecker/repositories.ts';
import { isState, makeState, makeToken } from '../../woodpecker/tokens.ts';
import { send } from '../go-server.ts';
import type { Router } from '../router.ts';
import type { Call } from './context.ts';

/** `WOODPECKER_SESSION_EXPIRES`. */
const sessionSeconds = 72 * 3600;

const tokenReply = z.object({ access_token: z.string().default(''), error: z.string().default('') });
const userReply = z.object({ login: z.string() });

export function loginRoutes(router: Router<Call>): void {
  for (const method of ['GET', 'POST']) router.on(method, '/authorize', authorize);
  router.on('GET', '/logout', (call) => {
    call.response.setHeader('set-cookie', [
      'user_sess=; Path=/; Max-Age=0; HttpOnly',
      'user_last=; Path=/; Max-Age=0; HttpOnly',
    ]);
    away(call, '/');
  });
}

const root = (call: Call): string => new URL(call.server.settings.host()).pathname.replace(/\/$/, '');

function away(call: Call, location: string): void {
  call.response.setHeader('location', location.startsWith('/') ? `${root(call)}${location}` : location);
  send(call, 303, undefined, '');
}

/** No address to come back to: whoever signs in lands on the first page. */
async function authorize(call: Call): Promise<void> {
  const { query, server, context } = call;
  const error = query.get('error');
  if (error) {
    const told = new URLSearchParams({ error });
    for (const name of ['error_description', 'error_uri']) {
      const value = query.get(name);
      if (value !== null) told.set(name, value);
    }
    return away(call, `/login?${told}`);
  }
  const code = query.get('code');
  const now = server.seconds();
  if (!code) {
    const wanted = new URLSearchParams({
      client_id: context.settings.clientId,
      redirect_uri: `${server.settings.host()}/authorize`,
      response_type: 'code',
      state: makeState(context.settings.stateSecret, now),
    });
    return away(call, `${server.world.addresses.gitea}/login/oauth/authorize?${wanted}`);
  }
  if (!isState(context.settings.stateSecret, query.get('state') ?? '', now))
    return away(call, '/login?error=invalid_state');
  const user = await exchange(call, code).catch(() => undefined);
  if (!user) return away(call, '/login?error=oauth_error');
  syncUser(server, user);
  const session = makeToken(user, 'sess', now + sessionSeconds);
  call.response.setHeader('set-cookie', `user_sess=${session}; Path=/; HttpOnly`);
  away(call, '/');
}

/** Code against a token and the person, from server to server; a new person gets an account. */
async function exchange({ server, context }: Call, code: string): Promise<WpUser | undefined> {
  const forge = context.settings.forgeUrl();
  const reply = await fetch(`${forge}/login/oauth/access_token`, {
    method: 'POST',
    body: new URLSearchParams({
      client_id: context.settings.clientId,
      client_secret: context.settings.clientSecret,
      code,
      grant_type: 'authorization_code',
      redirect_uri: `${server.settings.host()}/authorize`,
    }),
  });
  const tokens = tokenReply.parse(await reply.json());
  if (tokens.error !== '') return undefined;
  const headers = { authorization: `Bearer ${tokens.access_token}` };
  const { login } = userReply.parse(await (await fetch(`${forge}/api/v1/user`, { headers })).json());
  return server.state.user(login) ?? addUser(server, login);
}
