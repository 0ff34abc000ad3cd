import type { Clock } from '../../ports/clock.ts';

/** Ends of calls in time. */
export interface Deadlines {
  /** Calls `late` after `ms`, unless what is answered is called before. */
  add(ms: number, late: () => void): () => void;
  close(): void;
}

interface Entry {
  due: number;
  late: () => void;
}

/**
 * Nearly every call ends long before its limit. A timer for each would be made and thrown away with it; instead one sleeps
 * for each length of limit, until the oldest call of that length is due.
 */
export function createDeadlines(clock: Clock): Deadlines {
  const lanes = new Map<number, Set<Entry>>();
  const closing = new AbortController();

  async function watch(ms: number, lane: Set<Entry>): Promise<void> {
    for (;;) {
      const [first] = lane;
      if (!first) break;
      // Of one length: never longer than that, also when the machine's clock was set back.
      await clock.sleep(Math.min(ms, Math.max(0, first.due - clock.now())), closing.signal);
      if (closing.signal.aborted) return;
      const now = clock.now();
      for (const entry of lane) {
        if (entry !== first && entry.due > now) break;
        lane.delete(entry);
        entry.late();
      }
    }
    lanes.delete(ms);
  }

  return {
    add(ms, late) {
      const entry = { due: clock.now() + ms, late };
      const lane = lanes.get(ms) ?? new Set();
      lane.add(entry);
      if (!lanes.has(ms)) {
        lanes.set(ms, lane);
        void watch(ms, lane);
      }
      return () => void lane.delete(entry);
    },
    close: () => closing.abort(),
  };
}
