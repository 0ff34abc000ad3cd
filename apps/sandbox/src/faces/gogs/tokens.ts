import { randomBytes } from 'node:crypto';
import type { Request, Response, Router } from 'express';
import { byPassword, listedSha } from './caller.ts';
import type { GogsContext } from './context.ts';
import { sendEmpty, sendJson, sendRefusal } from './reply.ts';

/** Lists and makes tokens, by password only. Nothing deletes one but its owner, on a page. */
export function tokenRoutes(router: Router, context: GogsContext): void {
  // The login in the path is not looked at: the one who signs in owns the list.
  const at = '/api/v1/users/:login/tokens';

  router.get(at, (req: Request, res: Response) => {
    const user = byPassword(context, req);
    if (!user) return sendEmpty(res, 401);
    const named = [...(user.tokenNames ?? new Map<string, string>())];
    sendJson(
      res,
      200,
      named.map(([name, token]) => ({ name, sha1: listedSha(token) })),
    );
  });

  router.post(at, (req: Request, res: Response) => {
    const user = byPassword(context, req);
    if (!user) return sendEmpty(res, 401);
    const name = String((req.body as { name?: unknown } | undefined)?.name ?? '');
    user.tokenNames ??= new Map();
    if (user.tokenNames.has(name)) {
      return sendRefusal(res, `access token already exists: map[name:${name} userID:${user.id}]`);
    }
    const token = randomBytes(20).toString('hex');
    user.tokenNames.set(name, token);
    user.accessTokens.push(token);
    sendJson(res, 201, { name, sha1: token });
  });
}
