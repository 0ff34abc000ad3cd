import { abortable } from './abortable.ts';
import { LiveText } from './live-text.ts';
import { STORED_GENERATION, type StoredLogs, type StoredReading, type StoredSource } from './log-store.ts';
import { LogText } from './log-text.ts';
import type { MemoryRoom } from './memory-room.ts';
import type { PatternRunner } from './pattern-runner.ts';
import { isOutOfRoom, takeWithRoom } from './take-with-room.ts';

/** Records read before other work gets its turn: some milliseconds. */
const RECORDS_A_TURN = 1_000;

/**
 * Stored logs in memory: where no disk is to be used, and where it is full. Of one that finds no room there either its
 * beginning is kept, and a gap says that the rest is not.
 */
export function createMemoryLogs(patterns: PatternRunner, room: MemoryRoom): StoredLogs {
  return {
    find: async () => null,
    begin: async (source) => reading(source, patterns, room),
    close: () => {},
  };
}

function reading({ address }: StoredSource, patterns: PatternRunner, room: MemoryRoom): StoredReading {
  const live = new LiveText(new LogText(STORED_GENERATION, patterns, { room }));
  return {
    text: live.text,
    gaps: live.gaps,
    get lastPos() {
      return live.lastPos;
    },
    async take(client, signal, grown) {
      let sinceTurn = 0;
      for await (const records of abortable(client.storedLog(address.path, address.ref, signal), signal)) {
        const before = live.bytes;
        takeWithRoom(live, records, live.lastPos < 0 ? 'head' : 'slow', 'slow');
        grown(live.bytes - before);
        if (isOutOfRoom(live)) return;
        // What has arrived is read without ever letting go: others would wait until the log ends.
        sinceTurn += records.length;
        if (sinceTurn < RECORDS_A_TURN) continue;
        sinceTurn = 0;
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
    finish: async (cut) => {
      if (cut) live.lose('tail');
    },
    drop: () => live.text.close(),
  };
}
