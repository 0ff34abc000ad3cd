import { type Gap, LOG_CHUNK_LINES } from '@flightdeck/api-client/model';
import { isFailure } from '../domain/failure.ts';
import { abortable } from './abortable.ts';
import { asFailure } from './as-failure.ts';
import { backoff } from './backoff.ts';
import { LiveText } from './live-text.ts';
import type { LogSession } from './log-session.ts';
import { sessionTimes as times } from './session-times.ts';
import type { StepLook } from './step-look.ts';
import { nearLimit } from './tail-follower.ts';

type Finished = Extract<StepLook, { phase: 'finished' }>;
/** Records read before other work gets its turn: some milliseconds. */
const RECORDS_A_TURN = 1_000;

type Got = 'whole' | 'empty' | 'absent' | 'broken';

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
  const { clock, random, store } = session.deps;
  const age = step.finishedAt === null ? Number.POSITIVE_INFINITY : Math.abs(clock.now() - step.finishedAt);
  const recent = session.sawRunning || age < times.storedBound;
  const reading = new LiveText(store.stored());
  // Somebody was told that it had not begun: it has ended in less than the look before.
  if (seen || session.asked) session.setState('awaiting-stored');
  let waited = 0;
  let empty = 0;
  let asked = 0;
  let broken = 0;
  while (!session.signal.aborted) {
    const got = await readOnce(session, reading, !seen);
    if (session.signal.aborted) return;
    if (got === 'whole') {
      // What is there is all that will ever be, and its end is missing.
      if (session.deps.limitKeeps === 'first' && nearLimit(session, reading.bytes)) reading.lose('tail');
      publish(session, reading);
      session.live = null;
      session.settle(reading.gaps.some(isCut) ? 'truncated' : session.state);
      return;
    }
    if (got === 'broken') {
      if (!seen && !session.stored) session.setState('reconnecting');
      await clock.sleep(backoff(broken, times.retryFirst, times.retryMax, random), session.signal);
      broken += 1;
      continue;
    }
    const hope = recent && waited < times.storedBound;
    if (got === 'empty' && !seen && (!recent || empty >= times.emptyBound)) {
      publish(session, reading);
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

async function readOnce(session: LogSession, reading: LiveText, show: boolean): Promise<Got> {
  const { address, signal, deps } = session;
  try {
    await session.call(async (client) => {
      let sinceTurn = 0;
      for await (const records of abortable(client.storedLog(address.path, address.ref, signal), signal)) {
        session.trouble = null;
        const before = reading.bytes;
        // After an interruption it is read from its beginning again; what is there already counts once.
        const fresh = reading.take(records, reading.lastPos < 0 ? 'head' : 'slow', 'slow');
        deps.meter.logBytesIn(address.server, reading.bytes - before);
        if (show && fresh) {
          if (session.stored) session.changed('lines');
          else if (reading.text.complete >= LOG_CHUNK_LINES) publish(session, reading);
        }
        // What has arrived is read without ever letting go: others would wait until the log ends.
        sinceTurn += records.length;
        if (sinceTurn < RECORDS_A_TURN) continue;
        sinceTurn = 0;
        await new Promise((resolve) => setImmediate(resolve));
      }
    });
    return reading.lastPos >= 0 ? 'whole' : 'empty';
  } catch (error) {
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

const isCut = ({ reason }: Gap): boolean => reason === 'head' || reason === 'tail';

function publish(session: LogSession, reading: LiveText): void {
  if (session.stored) return;
  session.stored = reading.text;
  session.storedGaps = reading.gaps;
  session.setState(reading.gaps.some(isCut) ? 'truncated' : 'complete');
  session.changed('generation');
}
