import type { StoredLogs } from './log-store.ts';
import { LogText } from './log-text.ts';
import { createMemoryLogs } from './memory-logs.ts';
import type { PatternRunner } from './pattern-runner.ts';

/**
 * Makes the texts of logs. A live generation is made of the time in ms and chance: it rises within a process, and a
 * process that is started anew does not give one again that a page may still hold with other lines.
 */
export interface LogStore {
  live(): LogText;
  /** Where stored logs belong. */
  readonly stored: StoredLogs;
  /** Where they go when there is no room for them there. */
  readonly memory: StoredLogs;
}

export interface LogStoreDeps {
  now: () => number;
  random?: () => number;
  patterns: PatternRunner;
  /** null: memory only. */
  disk?: StoredLogs | null;
}

export function createLogStore({ now, random = Math.random, patterns, disk = null }: LogStoreDeps): LogStore {
  let last = 0;
  const memory = createMemoryLogs(patterns);
  return {
    live: () => {
      last = Math.max(last + 1, Math.floor(now()) * 1024 + Math.floor(random() * 1024));
      return new LogText(last, patterns);
    },
    stored: disk ?? memory,
    memory,
  };
}
