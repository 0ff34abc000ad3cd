import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../ports/clock.ts';
import { LineAssembler } from './line-assembler.ts';
import { MAX_HITS, searchLog } from './log-search.ts';
import { LogText } from './log-text.ts';
import { createPatternRunner } from './pattern-runner.ts';

const patterns = createPatternRunner({ clock: systemClock, sliceMs: 150, atOnce: 4 });

function logOf(lines: readonly string[]): LogText {
  const text = new LogText(1);
  const assembler = new LineAssembler();
  text.append(assembler.push(lines.map((line, pos) => ({ pos, out: `${line}\n`, time: 0 }))));
  return text;
}
const search = (lines: readonly string[], q: string, more: { matchCase?: boolean; regex?: boolean } = {}) =>
  searchLog(logOf(lines), { q, matchCase: false, regex: false, ...more }, patterns);

describe('searchLog', () => {
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
  ])('%s', async (_, q, more, hits) => {
    expect(await search(lines, q, more)).toEqual({
      generation: 1,
      total: hits.length,
      lines: hits,
      scanned: 5,
    });
  });

  it('covers every chunk and the open line, and counts beyond what it lists', async () => {
    const text = logOf(Array.from({ length: 25_000 }, (_, index) => `line ${index}`));
    text.setOpen({ pos: 25_000, at: 0, text: 'line open' });
    const hits = await searchLog(text, { q: 'LINE', matchCase: false, regex: false }, patterns);
    expect(hits).toMatchObject({ total: 25_001, scanned: 25_001 });
    expect(hits.lines).toHaveLength(MAX_HITS);
    const last = await searchLog(text, { q: 'open', matchCase: false, regex: false }, patterns);
    expect(last.lines).toEqual([25_000]);
    const many = await searchLog(text, { q: '9$', matchCase: false, regex: true }, patterns);
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
    const few = createPatternRunner({ clock: systemClock, sliceMs: 1_000, atOnce: 1 });
    const run = few.begin('a', false);
    expect(() => few.begin('b', false)).toThrow(expect.objectContaining({ code: 'overloaded' }));
    run.close();
    run.close();
    few.begin('b', false).close();
  });
});
