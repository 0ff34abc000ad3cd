import type { StepRef } from '@flightdeck/api-client/model';
import { Failure } from '../domain/failure.ts';
import type { LogHold, LogHub } from '../live/log-hub.ts';
import type { LogSession } from '../live/log-session.ts';
import type { LogReader } from '../live/log-store.ts';
import { holdLog } from '../live/topics.ts';
import type { Clock } from '../ports/clock.ts';
import type { GatedRepo } from './context.ts';

/** How long a request waits for a log that is being read from the CI server. */
const PATIENCE_MS = 20_000;

/** Logs as requests get at them: held for as long as they are looked at, and waited for while they are being read. */
export class LogAccess {
  readonly #hub: LogHub;
  readonly #clock: Clock;

  constructor(hub: LogHub, clock: Clock) {
    this.#hub = hub;
    this.#clock = clock;
  }

  /** Runs `what` on a log that can be asked; the log is held meanwhile. Throws why there is nothing to be asked. */
  async with<T>(repo: GatedRepo, ref: StepRef, what: (session: LogSession) => Promise<T>): Promise<T> {
    const hold = await this.hold(repo, ref);
    try {
      return await what(hold.session);
    } catch (error) {
      // What was kept of it turned out to be damaged, or gone with its disk: it is being read anew.
      if (error instanceof Error && !(error instanceof Failure) && hold.session.stored === null)
        throw new Failure('log_generation', 'The log is being read anew.', { cause: error });
      throw error;
    } finally {
      hold.release();
    }
  }

  /** The same, for longer: the caller lets go of it. */
  async hold(repo: GatedRepo, ref: StepRef): Promise<LogHold> {
    const hold = holdLog(this.#hub, repo, ref);
    try {
      await this.until(hold.session, () => isAskable(hold.session));
      failIfSilent(hold.session);
      return hold;
    } catch (error) {
      hold.release();
      throw error;
    }
  }

  /** Waits for a condition that changes of the session can bring about. False when patience ends first. */
  async until(session: LogSession, condition: () => boolean, patience = PATIENCE_MS): Promise<boolean> {
    if (condition()) return true;
    const enough = new AbortController();
    const stop = session.onChange(() => {
      if (condition()) enough.abort();
    });
    void session.ready.then(() => {
      if (condition()) enough.abort();
    });
    await this.#clock.sleep(patience, enough.signal);
    stop();
    return condition();
  }
}

/** There is something to say about it: a state from the CI server, or why there is none. */
const isAskable = (session: LogSession): boolean =>
  session.ended !== null || session.trouble !== null || session.asked;

/** All that there will be for now: of a stored log everything. A live one has no end yet. */
export const isWhole = (session: LogSession): boolean =>
  session.ended !== null || session.indexed || (session.stored === null && session.live !== null);

export function readable(session: LogSession): LogReader {
  if (!session.text) throw new Failure('log_absent', 'There is no log of this step.');
  return session.text;
}

function failIfSilent(session: LogSession): void {
  if (session.ended) throw session.ended;
  if (session.text === null && session.trouble) throw session.trouble;
  if (!session.asked)
    throw new Failure('ci_timeout', 'The CI server has not answered yet.', { retryAfter: 5 });
}
