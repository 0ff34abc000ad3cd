import type { RawLine } from './line-assembler.ts';

/** Where the lines of one generation go, in order. Complete lines never change; the open last line may grow. */
export interface LineSink {
  /** Lines a page shows: the open one counts. */
  readonly lines: number;
  bytes: number;
  append(lines: readonly RawLine[]): void;
  setOpen(line: RawLine | null): void;
}
