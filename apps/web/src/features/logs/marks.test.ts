import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plain } from './ansi/sgr.ts';
import { findMarks, splitAtMarks } from './marks.ts';

const run = (text: string) => ({ text, look: plain, href: null });

describe('features/logs/marks', () => {
  it('finds without case unless asked', () => {
    expect(findMarks('Error and error', { q: 'error', matchCase: false, regex: false })).toEqual([
      [0, 5],
      [10, 15],
    ]);
    expect(findMarks('Error and error', { q: 'error', matchCase: true, regex: false })).toEqual([[10, 15]]);
    expect(findMarks('a1b22', { q: '\\d+', matchCase: true, regex: true })).toEqual([
      [1, 2],
      [3, 5],
    ]);
  });
  it('is quiet about a broken pattern and about empty matches', () => {
    expect(findMarks('abc', { q: '(', matchCase: true, regex: true })).toEqual([]);
    expect(findMarks('abc', { q: 'x*', matchCase: true, regex: true })).toEqual([]);
  });
  it('cuts runs at the marks and keeps every character', () => {
    expect(splitAtMarks([run('abc'), run('def')], [[2, 4]]).map((r) => [r.text, r.marked])).toEqual([
      ['ab', false],
      ['c', true],
      ['d', true],
      ['ef', false],
    ]);
    fc.assert(
      fc.property(
        fc.array(fc.string({ minLength: 1 })),
        fc.string({ minLength: 1, maxLength: 3 }),
        (texts, q) => {
          const whole = texts.join('');
          const marks = findMarks(whole, { q, matchCase: true, regex: false });
          const cut = splitAtMarks(texts.map(run), marks);
          expect(cut.map((r) => r.text).join('')).toBe(whole);
          expect(
            cut
              .filter((r) => r.marked)
              .map((r) => r.text)
              .join(''),
          ).toBe(q.repeat(marks.length));
        },
      ),
    );
  });
});
