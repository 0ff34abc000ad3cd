import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LogRecord } from '../../../ports/ci-server.ts';
import { Ordered } from './ordered.ts';

const record = (pos: number): LogRecord => ({ pos, out: `${pos}\n`, time: 0 });
const positions = (records: readonly LogRecord[]) => records.map(({ pos }) => pos);

test('whatever overtakes what, and in whatever pieces: all come out once, in order', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 60 }).chain((count) =>
        fc.tuple(
          fc.shuffledSubarray(
            Array.from({ length: count }, (_, pos) => pos),
            { minLength: count },
          ),
          fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 60 }),
        ),
      ),
      ([order, sizes]) => {
        const ordered = new Ordered();
        const out: LogRecord[] = [];
        let at = 0;
        for (let i = 0; at < order.length; i += 1) {
          const size = sizes[i % sizes.length] ?? 1;
          out.push(...ordered.take(order.slice(at, at + size).map(record)));
          at += size;
        }
        expect(positions(out)).toEqual(order.map((_, pos) => pos));
        expect(ordered.rest()).toEqual([]);
      },
    ),
  );
});

test('what is sent again is left out', () => {
  const ordered = new Ordered();
  expect(positions(ordered.take([record(0), record(1)]))).toEqual([0, 1]);
  expect(positions(ordered.take([record(1), record(0), record(2)]))).toEqual([2]);
});

test('a hole is left behind at the end, or when too many wait for it', () => {
  const short = new Ordered();
  expect(positions(short.take([record(0), record(3), record(2)]))).toEqual([0]);
  expect(positions(short.rest())).toEqual([2, 3]);
  const long = new Ordered();
  const late = Array.from({ length: 2_001 }, (_, at) => record(at + 5));
  expect(positions(long.take(late))).toEqual(positions(late));
  expect(positions(long.take([record(4), record(2_006)]))).toEqual([2_006]);
});
