import type { Gap, LogHit, LogMark, LogQuery } from '@flightdeck/api-client/model';
import type { CiClient } from '../ports/ci-server.ts';
import type { RawLine } from './line-assembler.ts';
import type { ReadLine } from './log-chunk.ts';
import type { LogAddress } from './log-session.ts';

/** What a walk over the lines has found; it may have stopped before the end. */
export interface LogFound {
  /** The first line that was not looked at. */
  scanned: number;
  total: number;
  lines: number[];
  counts: [chunk: number, lines: number][];
  hits: (LogHit & { text?: string })[];
}

export interface SearchRequest {
  query: LogQuery;
  /** Lines `from`…`to - 1`. */
  from: number;
  to: number;
  /** ms after which it may stop where it is. */
  budget: number;
  /** How many lines and hits are told at most; `hitText`: characters of a hit's line. */
  most: { lines: number; hits: number; hitText: number };
}

/**
 * How one generation of a log is read, wherever it is kept. Asynchronous where text is touched. Line indexes count from 0.
 */
export interface LogReader {
  readonly generation: number;
  /** Lines a page shows: the open one counts. */
  readonly lines: number;
  /** Those that never change any more. */
  readonly complete: number;
  /** The last line while it may still grow. */
  readonly open: RawLine | null;
  readonly bytes: number;
  readonly widest: number;
  readonly firstPos: number | null;
  readonly lastPos: number | null;
  /** About how many bytes of memory it holds. */
  readonly size: number;
  /** Lines `from`…`to - 1`, fewer where there are fewer; `enough`: characters after which it may stop, after a line at least. */
  read(from: number, to: number, enough?: number): Promise<ReadLine[]>;
  /** Index of the first line at or after a position; the number of lines when there is none. */
  indexFrom(pos: number): Promise<number>;
  /** Index of the line that holds a position: the last one that begins at or before it; 0 for one before the first. */
  indexAround(pos: number): Promise<number>;
  /** Everything as it was printed, escape sequences and line ends included; parts end with a line's end. */
  printed(): AsyncIterable<Buffer>;
  /** Throws `pattern_invalid`, `pattern_too_slow`, `overloaded`. */
  search(request: SearchRequest): Promise<LogFound>;
  marks(from: number, budget: number): Promise<{ scanned: number; marks: LogMark[] }>;
  /** It is not the server's any more: what was kept of it goes. */
  forget?(): void;
}

/**
 * Generation of every stored log. It is the same after eviction, in another process and on another replica, so that
 * what a page holds of a finished log stays valid; and it is higher than every live one.
 */
export const STORED_GENERATION = 2 ** 52;

/** Where a stored log comes from, and what tells it from a later one under the same number. */
export interface StoredSource {
  address: LogAddress;
  /** Name of the decoder of its bytes. */
  format: string;
  /** When its step began and ended, by the CI server. */
  startedAt: number | null;
  finishedAt: number | null;
}

/** A stored log on its way from the CI server. */
export interface StoredReading {
  readonly text: LogReader;
  readonly gaps: Gap[];
  /** Position of the last record taken; -1 before the first. */
  readonly lastPos: number;
  /**
   * Reads it from its beginning to its end; after a failure it may be called again, and what is there already counts
   * once. `grown(bytes)` is called after each part. Throws what `CiClient.storedLog` throws, and NoRoom.
   */
  take(client: CiClient, signal: AbortSignal, grown: (bytes: number) => void): Promise<void>;
  /** All of it has been read; `cut`: the server had dropped its end. Throws NoRoom. */
  finish(cut: boolean): Promise<void>;
  /** Nobody wants it any more. */
  drop(): void;
}

/** It cannot be kept here; what was read so far cannot be read on either. */
export class NoRoom extends Error {
  override readonly name = 'NoRoom';
}

/** A log that was kept before: whole. */
export interface KeptText {
  text: LogReader;
  gaps: Gap[];
  /** Ends its use. */
  drop(): void;
}

/** Where stored logs are kept. */
export interface StoredLogs {
  /**
   * null: there is none, or it is damaged. Never throws. `damaged` is called when it turns out later that it cannot be
   * read.
   */
  find(source: StoredSource, damaged: () => void): Promise<KeptText | null>;
  /** Throws NoRoom. */
  begin(source: StoredSource, damaged: () => void): Promise<StoredReading>;
  close(): void;
}
