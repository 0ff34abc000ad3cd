import { isFailure } from '../domain/failure.ts';
import type { LogSession } from './log-session.ts';
import type { LogReader, StoredSource } from './log-store.ts';
import { sessionTimes as times } from './session-times.ts';

/**
 * Shows a log that was kept before, whole and at once; whether the CI server still has it is asked afterwards. False when
 * none was kept.
 */
export async function showKept(session: LogSession, source: StoredSource): Promise<boolean> {
  const kept = await session.deps.store.stored.find(source, session.damaged);
  if (!kept) return false;
  if (session.signal.aborted) {
    kept.drop();
    return true;
  }
  session.show(kept.text, kept.gaps, kept.drop);
  session.dropLive();
  session.settle(session.state);
  void confirm(session, kept.text);
  return true;
}

/**
 * A log that was read whole some time ago is looked at again: it may have been deleted since, and where a build is run again
 * under its number the step is another one.
 */
export async function reconfirm(session: LogSession): Promise<void> {
  const { stored, source, deps } = session;
  const now = deps.clock.now();
  if (!session.indexed || !stored || !source || now - session.confirmedAt < times.confirmEvery) return;
  session.confirmedAt = now;
  const look = await session.look().catch(() => null);
  if (!look || session.signal.aborted || session.stored !== stored) return;
  const same =
    look.phase === 'finished' && look.startedAt === source.startedAt && look.finishedAt === source.finishedAt;
  if (same) await confirm(session, stored);
  else session.damaged();
}

/** Somebody may have deleted the log on the CI server: then it is not shown here either. */
async function confirm(session: LogSession, text: LogReader): Promise<void> {
  const { address, signal } = session;
  const enough = new AbortController();
  const end = () => enough.abort();
  signal.addEventListener('abort', end, { once: true });
  try {
    await session.call(async (client) => {
      for await (const records of client.storedLog(address.path, address.ref, enough.signal)) {
        if (records[0] && records[0].pos !== text.firstPos) anew(session, text);
        return;
      }
    });
  } catch (error) {
    if (signal.aborted || session.stored !== text) return;
    if (isFailure(error, 'log_absent')) anew(session, text);
    // A server that cannot be asked now has not said that it is gone.
  } finally {
    signal.removeEventListener('abort', end);
    enough.abort();
  }
}

function anew(session: LogSession, text: LogReader): void {
  if (session.stored !== text) return;
  text.forget?.();
  session.damaged();
}
