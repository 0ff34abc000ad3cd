import { expect, it } from 'vitest';
import { LogBook } from './log-book.ts';
import { readLines } from './read-lines.ts';

it('copies lines as they are read, with their numbers where asked, and says where some are missing', async () => {
  const texts = ['\u001b[1mone\u001b[0m', '10%\r20%', 'a\u202eb'];
  const lines = Array.from({ length: 100 }, (_, pos) => ({ pos, at: 0, text: texts[pos - 97] ?? 'x' }));
  const book = new LogBook(async (generation, from) => ({
    generation,
    from,
    lines,
    carry: lines.map(() => ''),
  }));
  book.setSummary({
    state: 'complete',
    generation: 1,
    lines: 100,
    bytes: 0,
    firstPos: 0,
    lastPos: 99,
    gaps: [97, 99].map((beforeLine) => ({ beforeLine, after: 5, before: 9, reason: 'slow' as const })),
    limitBytes: null,
    widest: 9,
    indexed: true,
  });
  const copied = (from: number, to: number, numbers: boolean) =>
    readLines(book, { from, to }, numbers, (gap) => `${gap.reason} ${gap.beforeLine}`);
  expect(await copied(97, 98, false)).toBe('one\n20%');
  expect(await copied(97, 99, true)).toBe(' 98  one\n 99  20%\n[slow 99]\n100  a‹U+202E›b');
});
