import { plainLook } from '@flightdeck/api-client/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findMarks, splitAtMarks } from './marks.ts';

const term = { q: '', matchCase: false, word: false, regex: false };
const run = (text: string) => ({ text, look: plainLook, href: null });

describe('features/logs/marks', () => {
  it('finds without case unless asked, and whole words where asked', () => {
    expect(findMarks('Error and error', { ...term, q: 'error' })).toEqual([
      [0, 5],
      [10, 15],
    ]);
    expect(findMarks('Error and error', { ...term, q: 'error', matchCase: true })).toEqual([[10, 15]]);
    expect(findMarks('errors, error_1, an error; 错error误', { ...term, q: 'error', word: true })).toEqual([
      [20, 25],
    ]);
    expect(findMarks('a.b', { ...term, q: 'b', word: true })).toEqual([[2, 3]]);
  });
  it('finds in lines that lower case makes longer', () => {
    expect(findMarks('İİ error', { ...term, q: 'error' })).toEqual([[3, 8]]);
  });
  it('never runs a regular expression here, where a catastrophic one would freeze the page', () => {
    expect(findMarks('aaaa!', { ...term, q: '(a+)+$', regex: true })).toEqual([]);
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
          const marks = findMarks(whole, { ...term, q, matchCase: true });
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
