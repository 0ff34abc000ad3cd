import type { ChunkOptions } from './log-chunks.ts';
import type { StoredLogs } from './log-store.ts';
import { LogText } from './log-text.ts';
import { createMemoryLogs } from './memory-logs.ts';
import { MemoryRoom } from './memory-room.ts';
import type { PatternRunner } from './pattern-runner.ts';

/**
 * Makes the texts of logs. A live generation is made of the time in ms and chance: it rises within a process, and a
 * process that is started anew does not give one again that a page may still hold with other lines.
 */
export interface LogStore {
  /** `lost`: what was put away of it cannot be read any more. To be closed. */
  live(lost: () => void): LogText;
  /** Where stored logs belong. */
  readonly stored: StoredLogs;
  /** Where they go when there is no room for them there. */
  readonly memory: StoredLogs;
  /** What all texts in memory share. */
  readonly room: MemoryRoom;
}

export interface LogStoreDeps {
  now: () => number;
  random?: () => number;
  patterns: PatternRunner;
  /** null: memory only. */
  disk?: StoredLogs | null;
  /** Where running logs go but for their newest lines; default: they stay in memory. */
  running?: ChunkOptions;
  /** Text held in memory at most, bytes, of all logs together; default: no limit. */
  memoryBytes?: number;
}

export function createLogStore({
  now,
  random = Math.random,
  patterns,
  disk = null,
  running: chunks = { place: null },
  memoryBytes = Number.POSITIVE_INFINITY,
}: LogStoreDeps): LogStore {
  let last = 0;
  const room = new MemoryRoom(memoryBytes);
  const memory = createMemoryLogs(patterns, room);
  return {
    live: (lost) => {
      last = Math.max(last + 1, Math.floor(now()) * 1024 + Math.floor(random() * 1024));
      return new LogText(last, patterns, { chunks, room, lost });
    },
    stored: disk ?? memory,
    memory,
    room,
  };
}
