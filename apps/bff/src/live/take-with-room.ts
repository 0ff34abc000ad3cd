import type { LogRecord } from '../ports/ci-server.ts';
import type { LiveText, Reason } from './live-text.ts';
import type { LogText } from './log-text.ts';

/** Records are left out for want of room, until there is some again. */
export const isOutOfRoom = ({ pending }: LiveText<LogText>): boolean => pending?.reason === 'room';

/** As `LiveText.take`; what finds no room is not taken, and a gap says so from there on. */
export function takeWithRoom(
  live: LiveText<LogText>,
  records: readonly LogRecord[],
  reason: Reason,
  within: Reason,
): boolean {
  const newest = records.findLast(({ pos }) => pos > live.lastPos);
  if (newest && live.text.isFull(isOutOfRoom(live))) {
    live.lose('room');
    if (live.pending) live.pending.reason = 'room';
    live.lastTime = newest.time;
    return false;
  }
  return live.take(records, reason, within);
}
