import { z } from 'zod';
import type { Deviation } from './compare.ts';

const Log = z.array(z.object({ pos: z.number(), out: z.string(), time: z.number() }).strict());
type Log = z.infer<typeof Log>;

export function isLog(value: unknown): value is Log {
  return Array.isArray(value) && value.length > 0 && Log.safeParse(value).success;
}

/** The runner makes a folder of a random name for each build. */
const plain = (out: string): string => out.replace(/drone-\w{16}/g, 'drone-0000000000000000');

/**
 * A log, record by record. Whether two writes of a step come to the runner in one read is a race of its machine; it
 * shows as an empty record more or less, or as a cut at another place. A log whose whole text is the recorded one and
 * which differs in nothing else than that has the single deviation `log`; any other difference is one of `json`.
 */
export function compareLog(recorded: Log, given: unknown): Deviation[] {
  const parsed = Log.safeParse(given);
  if (!parsed.success) return [{ at: 'json', kind: 'type', recorded: 'a log', actual: given }];
  const actual = parsed.data;
  const same = (one: Log[number], other: Log[number] | undefined) =>
    other !== undefined &&
    one.pos === other.pos &&
    one.time === other.time &&
    plain(one.out) === plain(other.out);
  if (recorded.length === actual.length && recorded.every((one, i) => same(one, actual[i]))) return [];
  const text = (log: Log) => plain(log.map((one) => one.out).join(''));
  const numbered = actual.every((one, i) => one.pos === (actual[0]?.pos ?? 0) + i);
  const lines = (log: Log) => text(log).split('\n');
  if (numbered && text(recorded) === text(actual) && sameTimes(recorded, actual)) {
    return [{ at: 'log', kind: 'length', recorded: recorded.length, actual: actual.length }];
  }
  const wrong = lines(recorded).findIndex((line, i) => line !== lines(actual)[i]);
  return [
    {
      at: 'json',
      kind: 'value',
      recorded: wrong < 0 ? recorded : lines(recorded)[wrong],
      actual: wrong < 0 ? actual : lines(actual)[wrong],
    },
  ];
}

/** Every character was written in the same second, to within one at a second's edge. */
function sameTimes(recorded: Log, actual: Log): boolean {
  const spans = (log: Log) => log.flatMap((one) => Array<number>(one.out.length).fill(one.time));
  const other = spans(actual);
  return spans(recorded).every((time, i) => Math.abs(time - (other[i] ?? Number.NaN)) <= 1);
}
