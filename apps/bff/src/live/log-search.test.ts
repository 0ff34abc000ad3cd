import type { LogQuery } from '@flightdeck/api-client/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../ports/clock.ts';
import { LineAssembler } from './line-assembler.ts';
import type { LogFound } from './log-store.ts';
import { LogText } from './log-text.ts';
import { createPatternRunner } from './pattern-runner.ts';

const patterns = createPatternRunner({ clock: systemClock, sliceMs: 150, atOnce: 4 });

function logOf(lines: readonly string[]): LogText {
  const text = new LogText(1, patterns);
  const assembler = new LineAssembler();
  text.append(assembler.push(lines.map((line, pos) => ({ pos, out: `${line}\n`, time: 0 }))));
  return text;
}
const most = { lines: 10_000, hits: 5, hitText: 0 };
const inText = (text: LogText, q: string, more: Partial<LogQuery> = {}): Promise<LogFound> =>
  text.search({
    query: { q, matchCase: false, word: false, regex: false, ...more },
    ...{ from: 0, to: Number.MAX_SAFE_INTEGER, budget: 60_000, most },
  });
const search = (lines: readonly string[], q: string, more: Partial<LogQuery> = {}) =>
  inText(logOf(lines), q, more);

describe('searching a log in memory', () => {
  const lines = ['one Error', '\u001b[31mer\u001b[1mror\u001b[0m two', 'nothing', 'ERROR 3 (x+y)', 'WARN\r'];

  it.each([
    ['any case', 'error', {}, [0, 1, 3]],
    ['this case', 'ERROR', { matchCase: true }, [3]],
    ['a colour in the middle of a word does not matter', 'error two', {}, [1]],
    ['escape sequences are not there', '31m', {}, []],
    ['not a pattern unless asked', '(x+y)', {}, [3]],
    ['a pattern', '^(one|error) ', { regex: true }, [0, 1, 3]],
    ['a pattern in this case', 'ERR.R', { regex: true, matchCase: true }, [3]],
    ['the end of a line is where it looks to be', 'warn$', { regex: true }, [4]],
    ['none', 'zzz', {}, []],
    ['a whole word', 'error', { word: true }, [0, 1, 3]],
    ['a part of a word is not one', 'err', { word: true }, []],
    ['a pattern that is a whole word', 'e..or', { word: true, regex: true }, [0, 1, 3]],
  ])('%s', async (_, q, more, hits) => {
    expect(await search(lines, q, more)).toMatchObject({ total: hits.length, lines: hits, scanned: 5 });
  });

  it('covers every chunk and the open line, and counts beyond what it lists', async () => {
    const text = logOf(Array.from({ length: 25_000 }, (_, index) => `line ${index}`));
    text.setOpen({ pos: 25_000, at: 0, text: 'line open' });
    const hits = await inText(text, 'LINE');
    expect(hits).toMatchObject({ total: 25_001, scanned: 25_001 });
    expect(hits.lines).toHaveLength(most.lines);
    const last = await inText(text, 'open');
    expect(last.lines).toEqual([25_000]);
    const many = await inText(text, '9$', { regex: true });
    expect(many.total).toBe(2_500);
    expect(many.lines.at(-1)).toBe(24_999);
  }, 20_000);

  it('finds what a scan line by line finds', async () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'B', 'b', ' ', 'ß', 'İ', '😀'), maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(fc.array(word, { maxLength: 30 }), word, fc.boolean(), async (some, q, matchCase) => {
        fc.pre(q !== '');
        const fold = (text: string) => (matchCase ? text : text.toLowerCase());
        const expected = some.flatMap((line, index) => (fold(line).includes(fold(q)) ? [index] : []));
        expect((await search(some, q, { matchCase })).lines).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  });

  it('refuses what is no pattern, and stops what takes for ever while other work goes on', async () => {
    await expect(search(lines, '(', { regex: true })).rejects.toMatchObject({ code: 'pattern_invalid' });
    let turns = 0;
    const beat = setInterval(() => {
      turns += 1;
    }, 10);
    const evil = search([`${'a'.repeat(40)}!`], '^(a+)+$', { regex: true });
    await expect(evil).rejects.toMatchObject({ code: 'pattern_too_slow' });
    clearInterval(beat);
    expect(turns).toBeGreaterThan(20);
    // Its place is free again.
    expect((await search(lines, 'one', { regex: true })).total).toBe(1);
  }, 20_000);

  it('lets only so many patterns run at once', async () => {
    const query = { q: 'a', matchCase: false, word: false, regex: true };
    const few = createPatternRunner({ clock: systemClock, sliceMs: 1_000, atOnce: 1 });
    const run = few.begin(query);
    expect(() => few.begin(query)).toThrow(expect.objectContaining({ code: 'overloaded' }));
    run.close();
    run.close();
    few.begin(query).close();
  });
});

it('a log of nothing but commands and errors gives some thousand marks at a time', async () => {
  const text = logOf(Array.from({ length: 20_000 }, (_, at) => (at % 3 === 0 ? 'error' : '+ make')));
  const first = await text.marks(0, Number.POSITIVE_INFINITY);
  expect(first.marks.length).toBeLessThan(5_600);
  expect(first.marks.filter(({ kind }) => kind === 'error')).toHaveLength(1_000);
  const next = await text.marks(first.scanned, Number.POSITIVE_INFINITY);
  expect(next.marks[0]).toMatchObject({ index: first.scanned, pos: first.scanned });
});
