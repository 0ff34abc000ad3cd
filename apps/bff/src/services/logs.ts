import type { SearchHits } from '@flightdeck/api-client/contract';
import { LOG_CHUNK_LINES, type LogChunk, type LogSummary, type StepRef } from '@flightdeck/api-client/model';
import { Failure } from '../domain/failure.ts';
import type { LogHub } from '../live/log-hub.ts';
import { type LogQuery, searchLog } from '../live/log-search.ts';
import type { LogSession } from '../live/log-session.ts';
import type { LogReader } from '../live/log-store.ts';
import type { PatternRunner } from '../live/pattern-runner.ts';
import { stripEscapes } from '../live/strip-escapes.ts';
import { holdLog } from '../live/topics.ts';
import type { Clock } from '../ports/clock.ts';
import type { GatedRepo } from './context.ts';

export interface LinesRequest {
  generation: number;
  from?: number | undefined;
  around?: number | undefined;
}

export interface LogDownload {
  /** A safe file name: letters, digits, `.`, `-`, `_`. */
  name: string;
  bytes: AsyncIterable<Buffer>;
}

/**
 * Logs by REST. Every method throws `not_found` (no such step), what the CI server's adapter throws when it cannot be
 * asked, and `log_absent` where there are no lines and never will be.
 */
export interface LogsService {
  summary(repo: GatedRepo, ref: StepRef): Promise<LogSummary>;
  /** Throws `log_generation` when the log has gone on to another generation: ask for the summary again. */
  lines(repo: GatedRepo, ref: StepRef, request: LinesRequest): Promise<LogChunk>;
  search(repo: GatedRepo, ref: StepRef, query: LogQuery): Promise<SearchHits>;
  /** The whole log as printed; of a running step what there is so far. */
  download(repo: GatedRepo, ref: StepRef, plain: boolean): Promise<LogDownload>;
}

/** How long a request waits for a log that is being read from the CI server. */
const PATIENCE_MS = 20_000;

export function createLogsService(deps: { hub: LogHub; patterns: PatternRunner; clock: Clock }): LogsService {
  const { hub, patterns, clock } = deps;

  /** Runs `what` on a log that can be asked; the log is held meanwhile. */
  async function withLog<T>(
    repo: GatedRepo,
    ref: StepRef,
    what: (session: LogSession) => Promise<T>,
  ): Promise<T> {
    const hold = holdLog(hub, repo, ref);
    try {
      await until(hold.session, () => isAskable(hold.session));
      failIfSilent(hold.session);
      return await what(hold.session);
    } finally {
      hold.release();
    }
  }

  /** Waits for a condition that changes of the session can bring about. False when patience ends first. */
  async function until(session: LogSession, condition: () => boolean): Promise<boolean> {
    const enough = new AbortController();
    const stop = session.onChange(() => {
      if (condition()) enough.abort();
    });
    void session.ready.then(() => {
      if (condition()) enough.abort();
    });
    if (!condition()) await clock.sleep(PATIENCE_MS, enough.signal);
    stop();
    return condition();
  }

  /** All that there will be for now: of a stored log everything. */
  const whole = (session: LogSession) => until(session, () => isWhole(session));

  return {
    summary: (repo, ref) => withLog(repo, ref, async (session) => session.summary()),

    lines: (repo, ref, { generation, from = 0, around }) =>
      withLog(repo, ref, async (session) => {
        const text = readable(session);
        if (text.generation !== generation)
          throw new Failure('log_generation', 'The log has another generation by now.');
        if (around !== undefined)
          await until(session, () => session.indexed || (text.lastPos ?? -1) >= around || !session.stored);
        const wanted = around === undefined ? from : text.indexAround(around);
        const first = wanted - (wanted % LOG_CHUNK_LINES);
        await until(session, () => text.lines >= first + LOG_CHUNK_LINES || isWhole(session));
        const read = await text.read(first, first + LOG_CHUNK_LINES);
        return {
          generation,
          from: first,
          lines: read.map(({ line }) => line),
          carry: read.map(({ carry }) => carry),
        };
      }),

    search: (repo, ref, query) =>
      withLog(repo, ref, async (session) => {
        const complete = await whole(session);
        return { ...(await searchLog(readable(session), query, patterns)), complete };
      }),

    async download(repo, ref, plain) {
      const hold = holdLog(hub, repo, ref);
      try {
        await until(hold.session, () => isAskable(hold.session));
        failIfSilent(hold.session);
        readable(hold.session);
        if (!(await whole(hold.session)))
          throw (
            hold.session.trouble ??
            new Failure('ci_timeout', 'The log is still being read.', { retryAfter: 5 })
          );
      } catch (error) {
        hold.release();
        throw error;
      }
      const text = readable(hold.session);
      return { name: fileName(repo.path, ref), bytes: printed(text, plain, () => hold.release()) };
    },
  };
}

/** There is something to say about it: a state from the CI server, or why there is none. */
function isAskable(session: LogSession): boolean {
  return session.ended !== null || session.trouble !== null || session.asked;
}

/** Of a stored log: read to its end. A live one has no end yet. */
function isWhole(session: LogSession): boolean {
  return session.ended !== null || session.indexed || (session.stored === null && session.live !== null);
}

function failIfSilent(session: LogSession): void {
  if (session.ended) throw session.ended;
  if (session.text === null && session.trouble) throw session.trouble;
  if (!session.asked)
    throw new Failure('ci_timeout', 'The CI server has not answered yet.', { retryAfter: 5 });
}

function readable(session: LogSession): LogReader {
  if (!session.text) throw new Failure('log_absent', 'There is no log of this step.');
  return session.text;
}

async function* printed(reader: LogReader, plain: boolean, done: () => void): AsyncGenerator<Buffer> {
  try {
    for await (const part of reader.printed()) {
      // Parts end with a line end, so no escape sequence is cut in two.
      yield plain ? Buffer.from(part.toString('utf8').split('\n').map(stripEscapes).join('\n')) : part;
    }
  } finally {
    done();
  }
}

const fileName = (path: string, ref: StepRef): string =>
  `${path.replaceAll('/', '-').replace(/[^A-Za-z0-9._-]/g, '_')}-${ref.number}-${ref.stage}-${ref.step}.log`;
