import { type Build, isFinished, type StepRef } from '@flightdeck/api-client/model';
import { Failure, isFailure } from '../domain/failure.ts';
import { htmlOf } from '../live/log-html.ts';
import type { LogReader } from '../live/log-store.ts';
import { stripEscapes } from '../live/strip-escapes.ts';
import type { GatedRepo } from './context.ts';
import { isWhole, type LogAccess, readable } from './log-access.ts';

/** `text`: as printed. `plain`: without escape sequences. `html`: a page with the colours. */
export type DownloadForm = 'text' | 'plain' | 'html';

export interface LogDownload {
  /** A safe file name: letters, digits, `.`, `-`, `_`. */
  name: string;
  bytes: AsyncIterable<Buffer>;
  /** The log is in use until then, also when nobody ever begins to read it. */
  release(): void;
}

export interface ArchiveEntry {
  /** Path in the archive. */
  name: string;
  bytes: AsyncIterable<Buffer>;
}

export interface LogArchive {
  name: string;
  entries: AsyncIterable<ArchiveEntry>;
}

export interface LogDownloads {
  /** The whole log as printed; of a running step what there is so far. */
  download(repo: GatedRepo, ref: StepRef, form: DownloadForm): Promise<LogDownload>;
  /** Of every step that has one; those that could not be had are named in a file of their own. */
  archive(repo: GatedRepo, number: number, form: DownloadForm): Promise<LogArchive>;
}

export function createLogDownloads(access: LogAccess): LogDownloads {
  async function download(repo: GatedRepo, ref: StepRef, form: DownloadForm): Promise<LogDownload> {
    const hold = await access.hold(repo, ref);
    const { session } = hold;
    try {
      readable(session);
      if (!(await access.until(session, () => isWhole(session))))
        throw session.trouble ?? new Failure('ci_timeout', 'The log is still being read.', { retryAfter: 5 });
      if (session.lacksRoom)
        throw new Failure('overloaded', 'There is no room for the whole log.', { retryAfter: 60 });
      const name = `${safe(repo.path)}-${ref.number}-${ref.stage}-${ref.step}`;
      const text = readable(session);
      const bytes = inForm(text, form, name);
      return { name: `${name}.${suffix(form)}`, bytes, release: () => hold.release() };
    } catch (error) {
      hold.release();
      throw error;
    }
  }

  async function* entries(repo: GatedRepo, build: Build, form: DownloadForm): AsyncGenerator<ArchiveEntry> {
    const missing: string[] = [];
    for (const stage of build.stages)
      for (const step of stage.steps) {
        const name = `${two(stage.number)}-${readableName(stage.name)}/${two(step.number)}-${readableName(step.name)}`;
        try {
          const ref = { number: build.number, stage: stage.number, step: step.number };
          const { bytes, release } = await download(repo, ref, form);
          try {
            yield { name: `${name}.${suffix(form)}`, bytes };
          } finally {
            release();
          }
        } catch (error) {
          if (!isFailure(error)) throw error;
          const why =
            error.code === 'log_absent' ? (isFinished(step.status) ? '' : step.status) : error.message;
          missing.push(`${name}${why === '' ? '' : `: ${why}`}\n`);
        }
      }
    if (missing.length > 0) yield { name: 'NO-LOG.txt', bytes: once(missing.join('')) };
  }

  return {
    download,
    async archive(repo, number, form) {
      const build = await repo.speaker.client.build(repo.path, number);
      if (!build) throw new Failure('not_found', 'No such build.', { instance: repo.server.id });
      return { name: `${safe(repo.path)}-${number}-logs.zip`, entries: entries(repo, build, form) };
    },
  };
}

async function* once(text: string): AsyncGenerator<Buffer> {
  yield Buffer.from(text);
}

async function* inForm(reader: LogReader, form: DownloadForm, title: string): AsyncGenerator<Buffer> {
  if (form === 'html') yield* htmlOf(reader.printed(), title);
  else
    for await (const part of reader.printed())
      yield form === 'plain' ? Buffer.from(stripEscapes(part.toString('utf8'))) : part;
}

const suffix = (form: DownloadForm): string => (form === 'html' ? 'html' : 'log');
const two = (number: number): string => String(number).padStart(2, '0');
const safe = (path: string): string => path.replaceAll('/', '-').replace(/[^A-Za-z0-9._-]/g, '_');
/** Names of stages and steps in any script, but nothing that leads out of a folder or that some system does not take. */
const readableName = (name: string): string =>
  [...name.replace(/[\p{C}\p{Zl}\p{Zp}/\\:*?"<>|]/gu, '_')]
    .slice(0, 60)
    .join('')
    .replace(/^[.\s]+|[.\s]+$/g, '_') || '_';
