import fc from 'fast-check';
import type { LogRecord } from '../../ports/ci-server.ts';

/** Pieces that break naive readers: line ends of all kinds, escapes, wide and paired characters, nothing at all. */
const piece = fc.oneof(
  { weight: 6, arbitrary: fc.string({ maxLength: 12 }) },
  { weight: 5, arbitrary: fc.constantFrom('\n', '\n', '\r\n', '\r', '\n\n') },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      '\u001b[1;31m',
      '\u001b[0m',
      '\u001b[38;5;20m',
      '😀',
      '汉字',
      '\ufffd',
      '\u0000',
      '\u001b]8;;x\u0007',
    ),
  },
);

/** Text cut into records anywhere, also between the halves of a surrogate pair; empty records in between. */
export const recordsArbitrary: fc.Arbitrary<LogRecord[]> = fc
  .tuple(
    fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join('')),
    fc.array(fc.nat({ max: 9 }), { minLength: 1, maxLength: 40 }),
  )
  .map(([text, sizes]) => {
    const records: LogRecord[] = [];
    let from = 0;
    for (let index = 0; from < text.length; index++) {
      // A size of 0 is an empty record, but not for ever.
      const size = sizes[index % sizes.length] as number;
      const length = size === 0 && index % 2 === 1 ? 1 : size;
      records.push({
        pos: records.length,
        out: text.slice(from, from + length),
        time: Math.floor(index / 10),
      });
      from += length;
      if (records.length > 400) {
        records.push({ pos: records.length, out: text.slice(from), time: 99 });
        break;
      }
    }
    return records;
  });

export type Action =
  | { kind: 'print'; count: number }
  | { kind: 'printLossy'; count: number; lost: number }
  | { kind: 'printSwapped'; count: number }
  | { kind: 'wait'; ms: number }
  | { kind: 'cut' }
  | { kind: 'down'; ms: number }
  | { kind: 'restart' }
  | { kind: 'poke' }
  | { kind: 'leave'; ms: number }
  | { kind: 'readiness'; mask: number };

export const actionArbitrary: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ kind: fc.constant('print' as const), count: fc.integer({ min: 1, max: 40 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('printLossy' as const),
      count: fc.integer({ min: 1, max: 20 }),
      lost: fc.integer({ min: 1, max: 0xffff }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('printSwapped' as const),
      count: fc.integer({ min: 2, max: 20 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 20_000 }) }),
  },
  { weight: 3, arbitrary: fc.constant({ kind: 'cut' as const }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('down' as const), ms: fc.integer({ min: 1, max: 60_000 }) }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'restart' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'poke' as const }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('leave' as const), ms: fc.integer({ min: 1, max: 60_000 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('readiness' as const),
      mask: fc.oneof(fc.constantFrom(0, 0xffff), fc.nat({ max: 0xffff })),
    }),
  },
);
