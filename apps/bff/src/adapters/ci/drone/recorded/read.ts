import { recordingsOf } from '../../../../testing/recordings.ts';

export type { Exchange, RecordedStream } from '../../../../testing/recordings.ts';

const recordings = recordingsOf('drone-2.25.0');

/** Both files of `08` hold excerpts of long logs. */
export const exchanges = () => recordings.exchanges((file) => !file.startsWith('08-'));
export const streams = recordings.streams;

/** The two excerpts of long stored logs. */
export function excerpt(file: string): Record<string, { pos: number; out: string; time: number }[]> {
  return recordings.json(`${file}.json`) as Record<string, { pos: number; out: string; time: number }[]>;
}
