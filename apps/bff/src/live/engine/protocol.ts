import type { ProblemCode } from '@flightdeck/api-client/contract';
import type { Gap, LogHit, LogMark, LogQuery } from '@flightdeck/api-client/model';
import type { BlockEntry } from './block.ts';

/** What passes between the console's own thread and those that read and search logs. `id` names a reading or a scan. */
export type EngineRequest =
  | { op: 'begin'; id: number; name: string; key: string; format: string }
  /** Bytes of the log as the server sends it; the buffer comes back with `taken`. */
  | { op: 'part'; id: number; buffer: ArrayBuffer; length: number }
  /** The connection is over: was it the whole log? Answered with `ended`. */
  | { op: 'end'; id: number }
  /** The log is read from its beginning once more; records that are known already count once. */
  | { op: 'again'; id: number }
  /** All is read, but for an end that the server dropped (`cut`): the rest is written, and the file's end. Answered with `finished`. */
  | { op: 'finish'; id: number; cut: boolean }
  | { op: 'drop'; id: number }
  | { op: 'scan'; id: number; job: ScanJob };

export type EngineAnswer =
  | { op: 'taken'; id: number; buffer: ArrayBuffer; news: ReadingNews; trouble: Trouble | null }
  | { op: 'ended'; id: number; news: ReadingNews; trouble: Trouble | null }
  | { op: 'finished'; id: number; news: ReadingNews; trouble: Trouble | null }
  | { op: 'scanned'; id: number; found: Found | null; trouble: Trouble | null };

/** A failure that crosses threads. `disk`: the file could not be written or read. `damaged`: it is not what was written. */
export interface Trouble {
  code: ProblemCode | 'disk' | 'damaged';
  message: string;
  raw: string | null;
}

/** What a reading has got since it was last told; counts are of all of it. */
export interface ReadingNews {
  blocks: BlockEntry[];
  gaps: Gap[];
  bytes: number;
  widest: number;
  lastPos: number;
  /** Bytes of the file. */
  written: number;
  unended: boolean;
}

/** A walk over the plain text of a file's lines. */
export interface ScanJob {
  name: string;
  /** Those to be walked, in order (`tableOf`). */
  blocks: Float64Array;
  /** Lines before it are left out, and those from `to` on. */
  from: number;
  to: number;
  /** ms after which it stops where it is. */
  budget: number;
  /** Counts blocks, so that others see that it goes on. */
  beat: Int32Array | null;
  what:
    | { kind: 'search'; query: LogQuery; lines: number; hits: number; hitText: number }
    | { kind: 'marks'; most: number; errors: number };
}

export interface Found {
  /** The first line that was not looked at. */
  scanned: number;
  total: number;
  lines: number[];
  counts: [number, number][];
  hits: (LogHit & { text?: string })[];
  marks: LogMark[];
}
