import type { LogQuery } from '@flightdeck/api-client/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { candidateFinder } from './candidates.ts';
import { foldCase } from './fold-case.ts';

const query = (q: string, more: Partial<LogQuery> = {}): LogQuery => ({
  ...{ q, matchCase: false, word: false, regex: false },
  ...more,
});

describe('a term as bytes', () => {
  const escaped = (code: number) => `\\u${code.toString(16).padStart(4, '0')}`;
  const codes = Array.from({ length: 0x10000 }, (_, code) => code).filter(
    (code) => code < 0xd800 || code > 0xdfff,
  );
  const found = codes.filter((code) => {
    const finder = candidateFinder(query(String.fromCharCode(code)));
    return finder?.exact;
  });

  it('has no character that is also written in another way when case is ignored, but for a-z', () => {
    const others = new RegExp(`[${found.map(escaped).join('')}]`, 'i');
    const known = new Set(found);
    const wrong = codes.filter((code) => !known.has(code) && others.test(String.fromCharCode(code)));
    expect(wrong).toEqual([]);
    expect(found.length).toBeGreaterThan(50_000);
    // The traps: they are lower or upper case of an ASCII letter for Unicode, and of none for a regular expression.
    for (const trap of ['\u0130', '\u0131', '\u017f', '\u212a', 'ß', 'é', 'я'])
      expect([trap, known.has(trap.charCodeAt(0))]).toEqual([trap, false]);
  });

  it('is the longest part of it that has no case beyond ASCII, and its places are looked at more closely', () => {
    const text = Buffer.from('grünes licht, grüne welle\n');
    const finder = candidateFinder(query('GRÜNE WELLE'));
    expect(finder).toMatchObject({ text: 'folded', exact: false });
    expect(finder?.next(text, 0)).toBe(text.indexOf('ne welle'));
    expect(candidateFinder(query('Привет'))).toBeNull();
    expect(candidateFinder(query('a.c', { regex: true }))).toBeNull();
  });

  it('is found wherever it stands, also where it stands often', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', 'b', 'ab', '汉', '\n'), { minLength: 1, maxLength: 400, size: 'max' }),
        (parts) => {
          const text = Buffer.from(parts.join(''));
          const finder = candidateFinder(query('a', { matchCase: true }));
          // The first text decides how the second is looked through.
          for (let turn = 0; turn < 2; turn += 1) {
            const places: number[] = [];
            for (let at = finder?.next(text, 0) ?? -1; at >= 0; at = finder?.next(text, at + 1) ?? -1)
              places.push(at);
            expect(places).toEqual([...text.keys()].filter((at) => text[at] === 0x61));
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});

it('only A-Z become small, in their places, and every line’s end is known', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'A', 'Z', '[', '@', 'É', 'İ', 'K', '汉', '😀', '\n') });
  fc.assert(
    fc.property(word, (text) => {
      const bytes = Buffer.from(text);
      const ends = new Uint32Array(text.split('\n').length - 1);
      const into = Buffer.alloc(bytes.length);
      const changed = foldCase(bytes, ends, into);
      expect(into.toString()).toBe(text.replace(/[A-Z]/g, (letter) => letter.toLowerCase()));
      expect(changed).toBe(/[A-Z]/.test(text));
      expect([...ends]).toEqual([...bytes.keys()].filter((at) => bytes[at] === 0x0a));
    }),
    { numRuns: 300 },
  );
});
