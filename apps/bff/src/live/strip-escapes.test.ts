import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stripEscapes } from './strip-escapes.ts';

describe('stripEscapes', () => {
  it.each([
    ['nothing to do', 'plain', 'plain'],
    ['colours', '\u001b[1;31mred\u001b[0m', 'red'],
    ['cursor and erase', 'a\u001b[2K\u001b[1Gb', 'ab'],
    ['private modes', '\u001b[?25lx\u001b[?25h', 'x'],
    ['a title ended by BEL', '\u001b]0;title\u0007x', 'x'],
    [
      'a link ended by ST keeps its text',
      '\u001b]8;;https://e.example\u001b\\text\u001b]8;;\u001b\\',
      'text',
    ],
    ['a link ended by BEL', '\u001b]8;;https://e.example\u0007text\u001b]8;;\u0007', 'text'],
    ['device control', '\u001bPq#0;2\u001b\\x', 'x'],
    ['short escapes', '\u001b(Bx\u001b7y\u001bc', 'xy'],
    ['8 bit introducer of colours', '\u009b31mx', 'x'],
    ['other 8 bit controls go alone', 'a\u009d0;t\u0085b', 'a0;tb'],
    ['broken off at the end', 'x\u001b[3', 'x'],
    ['a lone escape', 'x\u001b', 'x'],
    ['escape before a wide character', '\u001b汉', '汉'],
    ['the text of a title that never ends is not lost', '\u001b]0;t\u001b[31mx', '0;tx'],
    ['nor what is too long for one', `\u001b]0;${'t'.repeat(5_000)}\u0007`, `0;${'t'.repeat(5_000)}`],
    ['nor what stands behind a broken sequence', '\u001b[31\u0001m', '31m'],
    ['controls that nobody sees', 'p\u0000a\u0007ss\u007f\u0085', 'pass'],
    ['what moves within the line stays', 'a\rb\tc\bd', 'a\rb\tc\bd'],
  ])('%s', (_, text, plain) => {
    expect(stripEscapes(text)).toBe(plain);
  });

  it('leaves no escape, takes nothing else from text without any, and needs linear time', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('\u001b', '[', ']', '3', ';', 'm', '\u0007', '\\', 'x', ' ', 'P')),
        (parts) => {
          expect(stripEscapes(parts.join(''))).not.toContain('\u001b');
        },
      ),
    );
    // Quadratic time would be minutes.
    for (const hostile of [
      '\u001b[',
      '\u001b]',
      '\u001b[3',
      '\u001b[ ',
      '\u001bP',
      '\u001b[31',
      '\u001b]a\u009d',
    ])
      expect(stripEscapes(hostile.repeat(300_000))).not.toContain('\u001b');
    expect(stripEscapes(`\u001b[${'3'.repeat(1_000_000)}`)).toBe('');
  });
});

describe('several lines at once', () => {
  it('is the same as one by one, whatever is left open at a line’s end', () => {
    const piece = fc.constantFrom(
      '\u001b',
      '[',
      ']',
      '8',
      ';',
      'm',
      '\u0007',
      '\\',
      'x',
      ' ',
      'P',
      '\u009b',
      '\n',
      '\u009d',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (parts) => {
        const text = parts.join('');
        expect(stripEscapes(text)).toBe(text.split('\n').map(stripEscapes).join('\n'));
      }),
      { numRuns: 2_000 },
    );
  });
});
