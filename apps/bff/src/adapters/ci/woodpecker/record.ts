import type { LogDecoder } from '../../../ports/ci-server.ts';
import { listDecoder } from '../../upstream/log-decoder.ts';
import { positionOf, type ReadRecord, secondsOf } from '../records.ts';

/**
 * An entry is one line without its line end, as base64; `null` is an empty one. A line of more than 1 MiB comes as
 * several entries that nothing joins (3.17.0).
 */
export const asRecord: ReadRecord = (value) => {
  if (typeof value !== 'object' || value === null) return null;
  const { line, data, time } = value as Record<string, unknown>;
  const position = positionOf(line);
  if (position === null) return null;
  return { pos: position, out: typeof data === 'string' ? lineOf(data) : '\n', time: secondsOf(time) };
};

const LINE_FEED = 0x0a;
/** One for all entries: a million of them would each cost a Buffer. */
const room = Buffer.allocUnsafe(8 * 1024);

function lineOf(data: string): string {
  if (data.length >= room.length) return `${Buffer.from(data, 'base64').toString('utf8')}\n`;
  const length = room.write(data, 'base64');
  room[length] = LINE_FEED;
  return room.toString('utf8', 0, length + 1);
}

/** Of a stored log. Whatever ran begins with the command it ran: `null` means not yet, never ran, or deleted. */
export const entryLog = (): LogDecoder => listDecoder(asRecord, { emptyIsAbsent: true });
