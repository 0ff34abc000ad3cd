import { instanceIdSchema } from '@flightdeck/api-client/model';
import { Router } from 'express';
import { Failure } from '../domain/failure.ts';
import type { AccountsService } from '../services/accounts.ts';
import { safeReturn } from '../services/return-to.ts';

/**
 * `/auth/server/:server` and `/auth/server/:server/callback`, mounted at the base path behind the sessions. Navigations:
 * their answers are redirects. A link that did not come about ends on the account page,
 * `account?link=<problem code>&server=<id>&request=<request id>`.
 */
export function linkRoutes(deps: {
  accounts: Pick<AccountsService, 'begin' | 'finish'>;
  /** With a slash at its end. */
  publicUrl: string;
}): Router {
  const router = Router();
  const base = new URL(deps.publicUrl).pathname;

  const accountPage = (failure: Failure, server: string, request: string): string => {
    const query = new URLSearchParams({ link: failure.code, server, request });
    return `${base}account?${query}`;
  };

  router.get('/auth/server/:server', async (req, res) => {
    const server = idOf(req.params.server);
    const returnTo = safeReturn(queryOf(req.originalUrl).get('return'), deps.publicUrl);
    res.setHeader('cache-control', 'no-store');
    if (!req.caller) {
      const here = new URLSearchParams({ return: returnTo });
      return res.redirect(303, `${base}sign-in?${here}`);
    }
    try {
      res.redirect(303, await deps.accounts.begin(req.caller, server, returnTo));
    } catch (error) {
      if (!(error instanceof Failure) || error.code === 'not_found') throw error;
      res.redirect(303, accountPage(error, server, req.requestId));
    }
  });

  router.get('/auth/server/:server/callback', async (req, res) => {
    const server = idOf(req.params.server);
    const at = req.originalUrl.indexOf('?');
    const rawQuery = at < 0 ? '' : req.originalUrl.slice(at + 1);
    res.setHeader('cache-control', 'no-store');
    const end = await deps.accounts.finish(req.caller, server, rawQuery);
    if (end.kind === 'hand-on') return res.redirect(303, end.location);
    if (end.kind === 'linked') return res.redirect(303, end.returnTo);
    res.redirect(303, accountPage(end.failure, server, req.requestId));
  });

  return router;
}

function idOf(text: string): string {
  const id = instanceIdSchema.safeParse(text);
  if (!id.success) throw new Failure('not_found', 'No such CI server.');
  return id.data;
}

const queryOf = (url: string): URLSearchParams =>
  new URLSearchParams(url.includes('?') ? url.slice(url.indexOf('?') + 1) : '');
