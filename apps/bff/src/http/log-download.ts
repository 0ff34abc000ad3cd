import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fromRepoKey, inBuild, inStep, reading } from '@flightdeck/api-client/contract';
import type { Request, RequestHandler, Response } from 'express';
import { z } from 'zod';
import { Failure } from '../domain/failure.ts';
import type { Caller, Gate, GatedRepo } from '../services/context.ts';
import type { DownloadForm, LogDownloads } from '../services/log-downloads.ts';
import type { Budgets } from './budgets.ts';
import { zipOf } from './zip.ts';

/** Below the base path, as Express writes them; the rows of `plainRoutes` that end in `/log/download`. */
export const LOG_DOWNLOAD_PATH =
  '/api/servers/:server/repositories/:repo/builds/:number/stages/:stage/steps/:step/log/download';
export const LOG_ARCHIVE_PATH = '/api/servers/:server/repositories/:repo/builds/:number/log/download';

/** A browser that takes nothing for so long has gone. */
const IDLE_MS = 60_000;

const number = z.coerce.number().int().positive();
const stepAddress = inStep.extend({ number, stage: number, step: number });
const buildAddress = inBuild.extend({ number });
const policy = reading('read', 'chunk');
const forms: ReadonlySet<unknown> = new Set<DownloadForm>(['text', 'plain', 'html']);

export interface LogDownloadDeps {
  logs: LogDownloads;
  gate: Gate;
  budgets: Budgets;
  callerOf(request: Request): Caller | null;
}

interface File {
  name: string;
  type: string;
  bytes: AsyncIterable<Buffer>;
  release?(): void;
}

/** A step's log as a file. `?as=plain`: without escape sequences; `?as=html`: a page with its colours. */
export function logDownload(deps: LogDownloadDeps): RequestHandler {
  return download(deps, stepAddress, async (repo, asked, form) => {
    const file = await deps.logs.download(repo, asked, form);
    return { ...file, type: `text/${form === 'html' ? 'html' : 'plain'}; charset=utf-8` };
  });
}

/** The logs of all steps of a build in one archive. */
export function logArchive(deps: LogDownloadDeps): RequestHandler {
  return download(deps, buildAddress, async (repo, asked, form) => {
    const { name, entries } = await deps.logs.archive(repo, asked.number, form);
    return { name, bytes: zipOf(entries), type: 'application/zip' };
  });
}

function download<T extends { server: string; repo: string }>(
  { gate, budgets, callerOf }: LogDownloadDeps,
  address: z.ZodType<T>,
  fileOf: (repo: GatedRepo, asked: T, form: DownloadForm) => Promise<File>,
): RequestHandler {
  return async (request, response, next) => {
    try {
      const caller = callerOf(request);
      if (!caller) throw new Failure('signed_out', 'Sign in first.');
      budgets.spend(policy.budget, caller);
      const asked = address.safeParse(request.params);
      if (!asked.success) throw new Failure('not_found', 'No such step.');
      const repo = await gate.open(caller, asked.data.server, fromRepoKey(asked.data.repo), policy);
      const file = await fileOf(repo, asked.data, formOf(request.query));
      // Who has gone meanwhile never begins to read: what was made for them would be in use for ever.
      await send(response, file).finally(() => file.release?.());
    } catch (error) {
      // Once text has left, the only honest end is a broken connection: the file must not look whole.
      if (response.headersSent) response.destroy();
      else next(error);
    }
  };
}

/** `?plain=1` is how older addresses ask. */
function formOf({ as, plain }: Request['query']): DownloadForm {
  if (forms.has(as)) return as as DownloadForm;
  if (as !== undefined)
    throw new Failure('invalid', 'There is no such form of a log.', { fields: { as: 'unknown' } });
  return plain === '1' ? 'plain' : 'text';
}

/** What a build printed is hostile text of unknown people: the browser never shows it as part of the console's origin. */
async function send(response: Response, { name, type, bytes }: File): Promise<void> {
  response.status(200).set({
    'content-type': type,
    'content-disposition': `attachment; filename="${name}"`,
    'content-security-policy': "sandbox; default-src 'none'; style-src 'unsafe-inline'",
    'x-content-type-options': 'nosniff',
    'cache-control': 'private, no-store',
  });
  // Who asks and never reads would keep the whole log in use.
  response.setTimeout(IDLE_MS, () => response.destroy());
  await pipeline(Readable.from(bytes), response);
}
