import type { CiClient, TailEvent } from '../ports/ci-server.ts';
import type { Clock } from '../ports/clock.ts';
import { abortable } from './abortable.ts';
import type { LiveCopy } from './live-copy.ts';
import type { LogSession } from './log-session.ts';
import { sessionTimes as times } from './session-times.ts';

/**
 * `final`: the step has ended. `progress`: the stream ended after new lines. `empty`: it ended without any: there is
 * no stream (the server was restarted, or the step is just over). `cut`: the connection broke.
 */
export type FollowOutcome = 'final' | 'progress' | 'empty' | 'cut';

/** Bytes the size limit may be missed by: the runner drops whole chunks of up to 32 KiB. */
const LIMIT_SLACK = 32 * 1024;

/** Bytes of a log in memory, on their way to the disk, with which nothing more is asked of the server for a while, ms. */
const MOST_WAITING = 8 * 1024 * 1024;
const PATIENCE = 1_000;

/** Follows the live stream of a running step once, until it ends, breaks, or the step is seen to have ended. */
export async function followTail(session: LogSession, live: LiveCopy): Promise<FollowOutcome> {
  const stop = new AbortController();
  const end = () => stop.abort();
  session.signal.addEventListener('abort', end, { once: true });
  if (session.signal.aborted) end();
  const moment = { lastRecordAt: session.deps.clock.now(), final: false };
  let again = false;
  session.reconnect = () => {
    again = true;
    end();
  };
  const watching = watch(session, live, moment, stop);
  session.deps.meter.tails(session.address.server, 1);
  try {
    const outcome = await receive(session, live, moment, stop.signal);
    if (moment.final) return 'final';
    return again ? 'progress' : outcome;
  } catch (error) {
    if (moment.final) return 'final';
    throw error;
  } finally {
    session.reconnect = () => {};
    session.deps.meter.tails(session.address.server, -1);
    stop.abort();
    session.signal.removeEventListener('abort', end);
    await watching;
  }
}

interface Moment {
  lastRecordAt: number;
  final: boolean;
}

async function receive(
  session: LogSession,
  live: LiveCopy,
  moment: Moment,
  signal: AbortSignal,
): Promise<FollowOutcome> {
  const { clock } = session.deps;
  const over = new AbortController();
  const events = await session.call((client) => begin(session, client, signal));
  let first = true;
  let fresh = false;
  try {
    for await (const event of events) {
      if (event.type === 'end') return fresh ? 'progress' : 'empty';
      if (event.type === 'open') {
        session.trouble = null;
        void clock.sleep(times.openIsLive, over.signal).then(() => {
          if (!over.signal.aborted && !signal.aborted) session.setState('live');
        });
        continue;
      }
      const before = live.bytes;
      const gaps = describe(live);
      // Before the first record of a connection the server's history may begin late; later holes are lines it dropped.
      const news = live.take(event.records, 'history', 'slow');
      if (event.records.length > 0) first = false;
      moment.lastRecordAt = clock.now();
      session.deps.meter.logBytesIn(session.address.server, live.bytes - before);
      session.setState('live');
      if (news) session.changed('lines');
      if (gaps !== describe(live)) session.changed('state');
      session.refiller.consider();
      fresh ||= news;
      if (nearLimit(session, before) !== nearLimit(session, live.bytes)) session.pauses.wake();
      if (live.text.waiting > MOST_WAITING) await written(live, clock);
    }
    return fresh && !first ? 'progress' : 'empty';
  } finally {
    over.abort();
  }
}

/** The stream of one client, begun: a refused token shows here, so that the next one can be tried. */
async function begin(
  session: LogSession,
  client: CiClient,
  signal: AbortSignal,
): Promise<AsyncIterable<TailEvent>> {
  const { path, ref } = session.address;
  const events = abortable(client.tail(path, ref, signal), signal)[Symbol.asyncIterator]();
  const first = await events.next();
  return (async function* () {
    try {
      if (first.done) return;
      yield first.value;
      for (let next = await events.next(); !next.done; next = await events.next()) yield next.value;
    } finally {
      void events.return?.(undefined);
    }
  })();
}

/** A disk that stands still must not make a server believe that nobody reads. */
async function written({ text }: LiveCopy, clock: Clock): Promise<void> {
  const enough = new AbortController();
  void text.written().then(() => enough.abort());
  await clock.sleep(PATIENCE, enough.signal);
}

const describe = (live: LiveCopy): string => `${live.gaps.length}/${live.pending?.after ?? ''}`;

/** Counts only what was received, so that with a hole at the head it errs on the side of saying nothing. */
export function nearLimit(session: LogSession, bytes: number): boolean {
  const { limitBytes } = session.deps;
  return limitBytes !== null && bytes >= limitBytes - LIMIT_SLACK;
}

/**
 * Asks for the step's state while its stream is open: the stream may stay open and silent when the runner was killed,
 * when a cancel went past it, and when it was made anew.
 */
async function watch(
  session: LogSession,
  live: LiveCopy,
  moment: Moment,
  stop: AbortController,
): Promise<void> {
  const { clock, random } = session.deps;
  const { signal } = stop;
  while (!signal.aborted) {
    await clock.sleep(times.pokeEvery, signal);
    if (signal.aborted) return;
    const full = nearLimit(session, live.bytes);
    await session.pauses.pause((full ? times.limitSilence : times.watchdog) * (0.9 + random() / 5), signal);
    if (signal.aborted) return;
    try {
      const look = await session.look();
      if (look.phase === 'finished') {
        moment.final = true;
        await clock.sleep(times.lastLines, signal);
        stop.abort();
        return;
      }
    } catch {
      // Nothing is known then. The stream goes on; when it breaks too, the session finds out why.
      continue;
    }
    const silent = clock.now() - moment.lastRecordAt >= times.limitSilence;
    const reason = session.deps.limitKeeps === 'first' ? 'tail' : 'limit';
    if (nearLimit(session, live.bytes) && silent && live.lose(reason)) session.changed('state');
  }
}
