import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fromRepoKey, inStep, reading } from '@flightdeck/api-client/contract';
import type { Request, RequestHandler } from 'express';
import { z } from 'zod';
import { Failure } from '../domain/failure.ts';
import type { Caller, Gate } from '../services/context.ts';
import type { LogsService } from '../services/logs.ts';
import type { Budgets } from './budgets.ts';

/** Below the base path, as Express writes it; the row of `plainRoutes` that ends in `/log/download`. */
export const LOG_DOWNLOAD_PATH =
  '/api/servers/:server/repositories/:repo/builds/:number/stages/:stage/steps/:step/log/download';

/** A browser that takes nothing for so long has gone. */
const IDLE_MS = 60_000;

const number = z.coerce.number().int().positive();
const address = inStep.extend({ number, stage: number, step: number });
const policy = reading('read', 'chunk');

export interface LogDownloadDeps {
  logs: LogsService;
  gate: Gate;
  budgets: Budgets;
  callerOf(request: Request): Caller | null;
}

/**
 * A step's log as a file. `?plain=1`: without escape sequences. What a build printed is hostile text of unknown
 * people: it is never shown by the browser as part of the console's origin.
 */
export function logDownload({ logs, gate, budgets, callerOf }: LogDownloadDeps): RequestHandler {
  return async (request, response, next) => {
    try {
      const caller = callerOf(request);
      if (!caller) throw new Failure('signed_out', 'Sign in first.');
      budgets.spend(policy.budget, caller);
      const asked = address.safeParse(request.params);
      if (!asked.success) throw new Failure('not_found', 'No such step.');
      const repo = await gate.open(caller, asked.data.server, fromRepoKey(asked.data.repo), policy);
      const { name, bytes } = await logs.download(repo, asked.data, request.query.plain === '1');
      response.status(200).set({
        'content-type': 'text/plain; charset=utf-8',
        'content-disposition': `attachment; filename="${name}"`,
        'content-security-policy': "sandbox; default-src 'none'",
        'x-content-type-options': 'nosniff',
        'cache-control': 'private, no-store',
      });
      // Who asks and never reads would keep the whole log in memory.
      response.setTimeout(IDLE_MS, () => response.destroy());
      await pipeline(Readable.from(bytes), response);
    } catch (error) {
      // Once text has left, the only honest end is a broken connection: the file must not look whole.
      if (response.headersSent) response.destroy();
      else next(error);
    }
  };
}
