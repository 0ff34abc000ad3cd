import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withoutReturn } from '../line-assembler.ts';
import { stripEscapes } from '../strip-escapes.ts';
import { stripColours } from './strip-colours.ts';

/** null: left to `stripEscapes`. */
function stripped(text: string): string | null {
  const given = Buffer.from(text);
  const bytes = Buffer.concat([Buffer.from('before'), given, Buffer.alloc(given.length)]);
  const from = 'before'.length;
  const end = stripColours(bytes, from, from + given.length, from + given.length);
  expect(bytes.toString('utf8', 0, from + given.length)).toBe(`before${given}`);
  return end < 0 ? null : bytes.toString('utf8', from + given.length, end);
}

const asStored = (text: string) => stripEscapes(text.split('\n').map(withoutReturn).join('\n'));

describe('stripColours', () => {
  it.each([
    ['nothing to do', 'plain\n汉é\n', 'plain\n汉é\n'],
    ['colours', '\u001b[1;31mred\u001b[0m\n', 'red\n'],
    ['a carriage return at the end of a line', 'a\rb\r\n\r\r\n', 'a\rb\n\r\n'],
    ['cursor, erase, private modes', 'a\u001b[2K\u001b[1Gb\u001b[?25l\u001b[ q\n', 'ab\n'],
  ])('%s', (_, text, plain) => {
    expect(stripped(text)).toBe(plain);
  });

  it.each([
    ['a title', '\u001b]0;title\u0007x\n'],
    ['broken off', 'x\u001b[3\n'],
    ['a lone escape', 'x\u001b'],
    ['8 bit forms', '\u009b31mx\n'],
    ['a control character', 'a\u0000b\u007f\n'],
    ['a wide character inside', '\u001b[3汉\n'],
  ])('leaves %s to others', (_, text) => {
    expect(stripped(text)).toBeNull();
  });

  it('gives what stripEscapes gives wherever it gives anything', () => {
    const piece = fc.constantFrom(
      ...[
        '\u001b',
        '\u001b[',
        '[',
        '3',
        ';',
        'm',
        ' ',
        '\r',
        '\n',
        '\r\n',
        'x',
        '汉',
        '\u00a0',
        '\u0085',
        '\u0000',
        '\u0007',
        '\u007f',
        '\b',
        '\t',
        '😀',
      ],
      ...['\u001b[31m', '\u001b[38;5;4m', '\u001b[?25h', '\u009b', '\u001b]8;;x\u0007', '~', '@'],
    );
    let told = 0;
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const text = `${pieces.join('')}\n`;
        const plain = stripped(text);
        if (plain === null) return;
        told += 1;
        expect(plain).toBe(asStored(text));
      }),
      { numRuns: 2_000 },
    );
    expect(told).toBeGreaterThan(100);
  });
});
