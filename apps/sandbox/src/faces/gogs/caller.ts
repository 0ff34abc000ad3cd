import { createHash } from 'node:crypto';
import type { Request } from 'express';
import type { ForgeUser } from '../../world/model.ts';
import type { GogsContext } from './context.ts';

/** Who calls: by `Authorization: token`, and by nothing else (`Bearer` is not understood; `?token=` went with 0.14.2). */
export function byToken(context: GogsContext, req: Request): ForgeUser | undefined {
  const token = /^token (.+)$/i.exec(req.headers.authorization ?? '')?.[1]?.trim();
  if (!token) return undefined;
  return context.world.forge.users.find((user) => user.active && user.accessTokens.includes(token));
}

/** By login (or e-mail) and password: opens the calls about tokens only. */
export function byPassword(context: GogsContext, req: Request): ForgeUser | undefined {
  const basic = /^basic (.+)$/i.exec(req.headers.authorization ?? '')?.[1];
  if (!basic) return undefined;
  const [login = '', password = ''] = Buffer.from(basic, 'base64').toString().split(/:(.*)/s);
  const { forge } = context.world;
  const user = forge.user(login) ?? forge.userByEmail(login);
  const fits = user?.active && user.password !== '' && user.password === password;
  return fits ? user : undefined;
}

/** What lists of tokens show in place of the token: the beginning of its hash, of the same length and alphabet. */
export const listedSha = (token: string): string =>
  createHash('sha256').update(token).digest('hex').slice(0, 40);
