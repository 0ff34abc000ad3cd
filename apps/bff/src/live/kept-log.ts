import { isFailure } from '../domain/failure.ts';
import type { LogSession } from './log-session.ts';
import type { KeptText, StoredSource } from './log-store.ts';

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
  session.live = null;
  session.settle(session.state);
  void confirm(session, kept);
  return true;
}

/** Somebody may have deleted the log on the CI server: then it is not shown here either. */
async function confirm(session: LogSession, kept: KeptText): Promise<void> {
  const { address, signal } = session;
  const enough = new AbortController();
  const end = () => enough.abort();
  signal.addEventListener('abort', end, { once: true });
  try {
    await session.call(async (client) => {
      for await (const records of client.storedLog(address.path, address.ref, enough.signal)) {
        if (records[0] && records[0].pos !== kept.text.firstPos) anew(session, kept);
        return;
      }
    });
  } catch (error) {
    if (signal.aborted || session.stored !== kept.text) return;
    if (isFailure(error, 'log_absent')) anew(session, kept);
    // A server that cannot be asked now has not said that it is gone.
  } finally {
    signal.removeEventListener('abort', end);
    enough.abort();
  }
}

function anew(session: LogSession, kept: KeptText): void {
  if (session.stored !== kept.text) return;
  kept.remove();
  session.damaged();
}
