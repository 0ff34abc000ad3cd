import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { carryAfter } from './sgr-carry.ts';

const esc = (parameters: string) => `\u001b[${parameters}m`;

describe('carryAfter', () => {
  it.each([
    ['nothing', 'plain text', '', ''],
    ['nothing keeps what was', 'plain text', '1;31', '1;31'],
    ['bold and red', esc('1;31'), '', '1;31'],
    ['order does not matter', esc('31;1'), '', '1;31'],
    ['a later colour replaces an earlier one', esc('31') + esc('92'), '', '92'],
    ['an empty parameter is a reset', `${esc('1;31')}x${esc('')}`, '', ''],
    ['0 among others', esc('1;0;4'), '', '4'],
    ['22 ends bold and dim', esc('22'), '1;2;3', '3'],
    ['each end', esc('23;24;25;27;28;29'), '3;4;5;7;8;9', ''],
    ['39 and 49', esc('39;49'), '1;31;42', '1'],
    ['21 underlines', esc('21'), '', '21'],
    ['24 ends what 21 began', esc('24'), '21', ''],
    ['256 colours', esc('38;5;208;48;5;17'), '', '38;5;208;48;5;17'],
    ['true colour', esc('38;2;1;2;3'), '', '38;2;1;2;3'],
    ['what follows a true colour', esc('48;2;1;2;3;1'), '', '1;48;2;1;2;3'],
    ['colons', esc('38:5:208'), '', '38;5;208'],
    ['colons, true colour', esc('38:2:1:2:3'), '', '38;2;1;2;3'],
    ['colons with a colour space', esc('38:2::1:2:3'), '', '38;2;1;2;3'],
    ['curly underline', esc('4:3'), '', '4'],
    ['underline switched off by colons', esc('4:0'), '4', ''],
    ['colour of the underline is no blink', esc('58;5;5'), '', ''],
    ['a form that breaks off changes nothing', esc('38;5'), '1', '1'],
    ['a colour out of range', esc('38;5;256'), '1', '1'],
    ['bright background', esc('105'), '', '105'],
    ['private forms are something else', '\u001b[?31m\u001b[>4;2m', '1', '1'],
    ['cursor movements too', '\u001b[31A\u001b[2K', '1', '1'],
    ['8 bit introducer', '\u009b32m', '', '32'],
    ['full reset', '\u001bc', '1;31', ''],
    ['an escape that breaks off', 'x\u001b[3', '1', '1'],
  ])('%s', (_, text, before, after) => {
    expect(carryAfter(before, text)).toBe(after);
  });

  it('ends of one sequence of 100,000 colours', () => {
    // Quadratic time would be hours, and it is the console's own thread that reads lines.
    for (const colour of ['38;5;1', '48;2;1;2;3', '38', '58', '4:3'])
      expect(carryAfter('', esc(`${`${colour};`.repeat(100_000)}0;9`))).toBe('9');
  });

  it('is the same in one piece and in lines, and establishes itself', () => {
    const part = fc.oneof(
      fc.constantFrom(
        ...['0', '1', '2', '3', '4', '7', '9', '22', '24', '31', '39', '97', '104', '49'].map(esc),
      ),
      fc.constantFrom(esc('38;5;9'), esc('48;2;9;8;7'), esc('38:2::1:2:3'), esc('1;4;38;5;200')),
      fc.string({ maxLength: 5 }),
    );
    fc.assert(
      fc.property(fc.array(part), fc.array(part), (one, two) => {
        const first = one.join('');
        const both = carryAfter(carryAfter('', first), two.join(''));
        expect(carryAfter('', first + two.join(''))).toBe(both);
        expect(carryAfter('', esc(both === '' ? '0' : both))).toBe(both);
      }),
    );
  });
});
