import type { ReadLine } from './log-chunk.ts';
import { LogText } from './log-text.ts';

/**
 * How one generation of a log is read. Asynchronous where text is touched: an engine that keeps it on disk fits behind
 * the same interface. Line indexes count from 0.
 */
export interface LogReader {
  readonly generation: number;
  readonly lines: number;
  readonly bytes: number;
  readonly widest: number;
  readonly firstPos: number | null;
  readonly lastPos: number | null;
  /** Lines `from`…`to - 1`, fewer where there are fewer. */
  read(from: number, to: number): Promise<ReadLine[]>;
  /** Index of the line that holds a position: the last one that begins at or before it; 0 for one before the first. */
  indexAround(pos: number): number;
  /** Everything as it was printed, escape sequences and line ends included. */
  printed(): AsyncIterable<Buffer>;
  /** Lines without escape sequences, in slices, in order; `folded`: in lower case. */
  searchable(folded: boolean): AsyncIterable<string[]>;
}

/**
 * Generation of every stored log. It is the same after eviction, in another process and on another replica, so that
 * what a page holds of a finished log stays valid; and it is higher than every live one.
 */
export const STORED_GENERATION = 2 ** 52;

/**
 * Makes the texts of logs. A live generation is made of the time in ms and chance: it rises within a process, and a
 * process that is started anew does not give one again that a page may still hold with other lines.
 */
export interface LogStore {
  live(): LogText;
  stored(): LogText;
}

export function createLogStore(now: () => number, random: () => number = Math.random): LogStore {
  let last = 0;
  return {
    live: () => {
      last = Math.max(last + 1, Math.floor(now()) * 1024 + Math.floor(random() * 1024));
      return new LogText(last);
    },
    stored: () => new LogText(STORED_GENERATION),
  };
}
