import { abortable } from './abortable.ts';
import { LiveText } from './live-text.ts';
import { STORED_GENERATION, type StoredLogs, type StoredReading, type StoredSource } from './log-store.ts';
import { LogText } from './log-text.ts';
import type { PatternRunner } from './pattern-runner.ts';

/** Records read before other work gets its turn: some milliseconds. */
const RECORDS_A_TURN = 1_000;

/** Stored logs in memory: where no disk is to be used, and where it is full. */
export function createMemoryLogs(patterns: PatternRunner): StoredLogs {
  return {
    find: async () => null,
    begin: async (source) => reading(source, patterns),
    close: () => {},
  };
}

function reading({ address }: StoredSource, patterns: PatternRunner): StoredReading {
  const live = new LiveText(new LogText(STORED_GENERATION, patterns));
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
        live.take(records, live.lastPos < 0 ? 'head' : 'slow', 'slow');
        grown(live.bytes - before);
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
    drop: () => {},
  };
}
