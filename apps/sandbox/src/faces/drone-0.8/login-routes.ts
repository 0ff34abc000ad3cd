import { z } from 'zod';
import { D8Refusal } from '../../drone-0.8/actions.ts';
import type { D8User } from '../../drone-0.8/model.ts';
import { addUser } from '../../drone-0.8/repositories.ts';
import { makeToken } from '../../drone-0.8/tokens.ts';
import { send } from '../go-server.ts';
import type { Router } from '../router.ts';
import type { Call } from './context.ts';

/** `DRONE_SESSION_EXPIRES`. */
const sessionSeconds = 72 * 3600;

/** Name of the forge token that the server keeps for a person. */
const tokenName = 'drone';

const listed = z.array(z.object({ name: z.string(), sha1: z.string() }));
const made = z.object({ sha1: z.string() });

export function loginRoutes(router: Router<Call>): void {
  router.on('GET', '/login', (call) => {
    const error = call.query.get('error');
    away(call, error ? `/login/error?code=${error}` : '/authorize');
  });
  for (const method of ['GET', 'POST']) router.on(method, '/authorize', authorize);
  // No forge token opens the server: the driver for Gogs says so in the log, and the caller hears nothing.
  router.on('POST', '/authorize/token', () => {
    throw new D8Refusal(401);
  });
  router.on('GET', '/logout', (call) => {
    call.response.setHeader('set-cookie', [
      'user_sess=; Path=/; Max-Age=0; HttpOnly',
      'user_last=; Path=/; Max-Age=0; HttpOnly',
    ]);
    away(call, '/');
  });
}

function away(call: Call, location: string): void {
  call.response.setHeader('location', location);
  send(call, 303, undefined, '');
}

/** The form with a person's password at the forge. */
async function authorize(call: Call): Promise<void> {
  const form = new URLSearchParams(call.body);
  const [login, password] = [form.get('username') ?? '', form.get('password') ?? ''];
  if (login === '' || password === '') return away(call, '/login/form');
  const user = await signIn(call, login, password).catch(() => undefined);
  if (!user) return away(call, '/login?error=oauth_error');
  const session = makeToken(user, 'sess', call.server.seconds() + sessionSeconds);
  call.response.setHeader('set-cookie', `user_sess=${session}; Path=/; HttpOnly`);
  away(call, '/');
}

/**
 * A forge token by password: the one the forge lists under its own name, else a new one. What Gogs lists is no token but
 * the beginning of its hash, so from the second sign-in on every call to the forge fails; the sign-in itself does not.
 */
async function signIn(call: Call, login: string, password: string): Promise<D8User | undefined> {
  const { server, context } = call;
  const address = `${context.settings.forgeUrl()}/api/v1/users/${encodeURIComponent(login)}/tokens`;
  const headers = { authorization: `Basic ${Buffer.from(`${login}:${password}`).toString('base64')}` };
  const list = await fetch(address, { headers });
  const known = list.ok ? listed.parse(await list.json()).find((one) => one.name === tokenName) : undefined;
  const token = known?.sha1 ?? (await newToken(address, headers));
  const person = server.world.forge.user(login);
  if (!token || !person) return undefined;
  const user = server.state.user(person.login) ?? addUser(server, person.login, token);
  user.forgeToken = token;
  return user;
}

async function newToken(address: string, headers: Record<string, string>): Promise<string | undefined> {
  const reply = await fetch(address, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({ name: tokenName }),
  });
  return reply.ok ? made.parse(await reply.json()).sha1 : undefined;
}
