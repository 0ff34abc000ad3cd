import type { DownMessage } from '@flightdeck/api-client/contract';
import { LOG_CHUNK_LINES } from '@flightdeck/api-client/model';
import type { ReadLine } from './log-chunk.ts';
import type { LogReader } from './log-store.ts';
import { textFrame } from './text-frame.ts';

/** Waiting times in ms and sizes in bytes and lines. */
export const channelFigures = {
  tick: 25,
  /** Counts of a log that only grows are told this often. */
  summaryEvery: 500,
  /** An open line longer than `longOpen` characters is sent again at most this often. */
  longOpenEvery: 1_000,
  longOpen: 4_096,
  /** Lines of a frame: as many as give about this much text, at most a chunk. */
  frameBytes: 64 * 1024,
  /** Lines a viewer who comes or comes back is sent; it fetches the others when it wants to see them. */
  catchUpLines: 1_024,
} as const;

/**
 * The one place where live messages become bytes: a whole websocket frame, made once for all who get it. To hand the text
 * to `ws` for each of a thousand viewers costs half as much processor time again (8.23: 22 against 15 ms a thousand).
 */
export const encode = (message: DownMessage): Buffer => textFrame(JSON.stringify(message));

/** A message with lines, and the index of the line after its last one. */
export interface LinesFrame {
  bytes: Buffer;
  to: number;
}

/** Complete lines from `from`, as many as make a frame; `to` is the next. `log`: how this connection calls the log. */
export async function linesFrame(
  log: number,
  text: LogReader,
  from: number,
  end: number,
): Promise<LinesFrame> {
  const read = await text.read(from, Math.min(end, from + LOG_CHUNK_LINES), channelFigures.frameBytes);
  return { bytes: encodeLines(log, text, from, read, false), to: from + read.length };
}

/**
 * Frames of the lines before `end` by their first line, each encoded once: after a restart of the console everybody
 * comes back at once and is owed the same lines.
 */
export function sharedFrames(
  log: number,
  text: LogReader,
  end: number,
): (from: number) => Promise<LinesFrame> {
  const made = new Map<number, Promise<LinesFrame>>();
  return (from) => {
    const frame = made.get(from) ?? linesFrame(log, text, from, end);
    made.set(from, frame);
    return frame;
  };
}

/** The line that is still being written, at `from`. */
export async function openFrame(log: number, text: LogReader, from: number): Promise<Buffer> {
  const read = await text.read(from, from + 1);
  return encodeLines(log, text, from, read, text.open !== null && text.complete === from);
}

function encodeLines(
  log: number,
  text: LogReader,
  from: number,
  read: readonly ReadLine[],
  open: boolean,
): Buffer {
  return encode({
    type: 'lines',
    log,
    generation: text.generation,
    from,
    lines: read.map(({ line }) => line),
    carry: read.map(({ carry }) => carry),
    open,
  });
}
