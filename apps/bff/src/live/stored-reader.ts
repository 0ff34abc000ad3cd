import { LOG_CHUNK_LINES } from '@flightdeck/api-client/model';
import { isFailure } from '../domain/failure.ts';
import { asFailure } from './as-failure.ts';
import { backoff } from './backoff.ts';
import { showKept } from './kept-log.ts';
import { isCut } from './live-text.ts';
import type { LogSession } from './log-session.ts';
import { NoRoom, type StoredReading, type StoredSource } from './log-store.ts';
import { sessionTimes as times } from './session-times.ts';
import type { StepLook } from './step-look.ts';
import { nearLimit } from './tail-follower.ts';

type Finished = Extract<StepLook, { phase: 'finished' }>;
type Got = 'whole' | 'empty' | 'absent' | 'broken' | 'no-room';

/**
 * Fetches the stored log of a finished step and puts it in the place of what was shown live.
 *
 * A page that watched the step sees the change in one piece, when all is read. A page that opens a finished step sees
 * the first chunk as soon as it is there. Returns when the log is whole; throws what `LogSession.call` refuses.
 *
 * Right after the end the log can be missing (upload under way, runner of a cancelled step still busy) and it can be
 * empty although lines were printed: both are asked for again.
 */
export async function readStored(session: LogSession, step: Finished): Promise<void> {
  const seen = (session.live?.lastPos ?? -1) >= 0;
  if (!step.ran && !seen) {
    session.settle('absent');
    return;
  }
  const { address, deps } = session;
  const { startedAt, finishedAt } = step;
  const source = { address, format: deps.format, startedAt, finishedAt };
  session.source = source;
  if (await showKept(session, source)) return;
  const places = { reading: await begin(session, source) };
  try {
    await readUntilWhole(session, step, source, places, seen);
  } finally {
    if (session.stored !== places.reading.text || session.signal.aborted) places.reading.drop();
  }
}

interface Places {
  reading: StoredReading;
}

async function readUntilWhole(
  session: LogSession,
  step: Finished,
  source: StoredSource,
  places: Places,
  seen: boolean,
): Promise<void> {
  const { clock, random } = session.deps;
  const age = step.finishedAt === null ? Number.POSITIVE_INFINITY : Math.abs(clock.now() - step.finishedAt);
  const recent = session.sawRunning || age < times.storedBound;
  // Somebody was told that it had not begun: it has ended in less than the look before.
  if (seen || session.asked) session.setState('awaiting-stored');
  let waited = 0;
  let empty = 0;
  let asked = 0;
  let broken = 0;
  while (!session.signal.aborted) {
    const got = await readOnce(session, places.reading, !seen);
    if (session.signal.aborted) return;
    if (got === 'whole') {
      publish(session, places.reading);
      session.dropLive();
      session.settle(places.reading.gaps.some(isCut) ? 'truncated' : session.state);
      return;
    }
    if (got === 'no-room') {
      places.reading = await instead(session, places.reading, source);
      continue;
    }
    if (got === 'broken') {
      if (!seen && !session.stored) session.setState('reconnecting');
      await clock.sleep(backoff(broken, times.retryFirst, times.retryMax, random), session.signal);
      broken += 1;
      continue;
    }
    const hope = recent && waited < times.storedBound;
    if (got === 'empty' && !seen && (!recent || empty >= times.emptyBound)) {
      publish(session, places.reading);
      session.settle(session.state);
      return;
    }
    session.setState(seen || hope ? 'awaiting-stored' : 'absent');
    const wait = hope ? Math.min(1_000 * 2 ** asked, times.storedSlow) : times.storedSlow;
    await clock.sleep(wait, session.signal);
    asked += 1;
    waited += wait;
    if (got === 'empty') empty += wait;
  }
}

async function begin({ deps: { store }, damaged }: LogSession, source: StoredSource): Promise<StoredReading> {
  return store.stored.begin(source, damaged).catch(() => store.memory.begin(source, damaged));
}

/** Reads on in memory. What is shown stays until as much is there. */
async function instead(
  session: LogSession,
  reading: StoredReading,
  source: StoredSource,
): Promise<StoredReading> {
  const next = await session.deps.store.memory.begin(source, session.damaged);
  if (session.stored !== reading.text) reading.drop();
  return next;
}

async function readOnce(session: LogSession, reading: StoredReading, show: boolean): Promise<Got> {
  const { address, signal, deps } = session;
  try {
    await session.call((client) =>
      reading.take(client, signal, (bytes) => {
        session.trouble = null;
        deps.meter.logBytesIn(address.server, bytes);
        if (!show || bytes === 0) return;
        if (session.stored === reading.text) session.changed('lines');
        else if (reading.text.complete >= Math.max(LOG_CHUNK_LINES, session.stored?.lines ?? 0))
          publish(session, reading);
      }),
    );
    if (signal.aborted || reading.lastPos < 0) return 'empty';
    // What is there is all that will ever be, and its end is missing.
    await reading.finish(deps.limitKeeps === 'first' && nearLimit(session, reading.text.bytes));
    return 'whole';
  } catch (error) {
    if (error instanceof NoRoom) return 'no-room';
    if (isFailure(error, 'log_absent')) return 'absent';
    if (
      isFailure(error, 'not_found') ||
      isFailure(error, 'forbidden') ||
      isFailure(error, 'ci_token_refused')
    )
      throw error;
    session.trouble = asFailure(error);
    return 'broken';
  }
}

function publish(session: LogSession, reading: StoredReading): void {
  if (session.stored === reading.text) {
    session.storedGaps = reading.gaps;
    return;
  }
  session.show(reading.text, reading.gaps, () => reading.drop());
}
