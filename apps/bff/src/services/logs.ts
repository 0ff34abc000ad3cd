import { LOG_CHUNK_LINES, type LogChunk, type LogSummary, type StepRef } from '@flightdeck/api-client/model';
import { Failure } from '../domain/failure.ts';
import type { LogHub } from '../live/log-hub.ts';
import type { Clock } from '../ports/clock.ts';
import type { GatedRepo } from './context.ts';
import { isWhole, LogAccess, readable } from './log-access.ts';
import { createLogDownloads, type LogDownloads } from './log-downloads.ts';
import { createLogSearches, type LogSearches } from './log-searches.ts';

export interface LinesRequest {
  generation: number;
  from?: number | undefined;
  around?: number | undefined;
}

/**
 * Logs by REST. Every method throws `not_found` (no such step), what the CI server's adapter throws when it cannot be
 * asked, and `log_absent` where there are no lines and never will be.
 */
export interface LogsService extends LogSearches, LogDownloads {
  summary(repo: GatedRepo, ref: StepRef): Promise<LogSummary>;
  /** Throws `log_generation` when the log has gone on to another generation: ask for the summary again. */
  lines(repo: GatedRepo, ref: StepRef, request: LinesRequest): Promise<LogChunk>;
}

export function createLogsService({ hub, clock }: { hub: LogHub; clock: Clock }): LogsService {
  const access = new LogAccess(hub, clock);
  return {
    ...createLogSearches(access, clock),
    ...createLogDownloads(access),

    summary: (repo, ref) => access.with(repo, ref, async (session) => session.summary()),

    lines: (repo, ref, { generation, from = 0, around }) =>
      access.with(repo, ref, async (session) => {
        const text = readable(session);
        if (text.generation !== generation)
          throw new Failure('log_generation', 'The log has another generation by now.');
        if (around !== undefined) {
          const isThere = () => session.indexed || (text.lastPos ?? -1) >= around || !session.stored;
          // Another line must not pass for it.
          if (!(await access.until(session, isThere)))
            throw new Failure('ci_timeout', 'The log has not been read that far yet.', { retryAfter: 5 });
        }
        const wanted = around === undefined ? from : await text.indexAround(around);
        const first = wanted - (wanted % LOG_CHUNK_LINES);
        await access.until(session, () => text.lines >= first + LOG_CHUNK_LINES || isWhole(session));
        const read = await text.read(first, first + LOG_CHUNK_LINES);
        return {
          generation,
          from: first,
          lines: read.map(({ line }) => line),
          carry: read.map(({ carry }) => carry),
        };
      }),
  };
}
