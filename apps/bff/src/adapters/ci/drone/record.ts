import { positionOf, type ReadRecord, secondsOf } from '../records.ts';

/** `null` is no record (seen in the source at the end of a stream with Redis). */
export const asRecord: ReadRecord = (value) => {
  if (typeof value !== 'object' || value === null) return null;
  const { pos, out, time } = value as Record<string, unknown>;
  const position = positionOf(pos);
  if (position === null) return null;
  return { pos: position, out: typeof out === 'string' ? out : '', time: secondsOf(time) };
};
