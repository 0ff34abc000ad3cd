import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineRuns, linkAfter, MAX_COLUMNS } from './printed-line.ts';

const E = '\u001b';
const link = (to: string) => `${E}]8;;${to}${E}\\`;
const to = 'https://example.test/a';

describe('a printed line', () => {
  it('reads the same whether it is taken as it stands or drawn column by column', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 4 }).map((text) => text.replace(/[\b\r]/g, '')),
      fc.constantFrom(`${E}[1;31m`, `${E}[0m`, `${E}[7;48;5;20m`, `${E}[K`, `${E}[0K`, `${E}[2J`, E),
      fc.constantFrom(link(to), link(''), link('javascript:x'), '\u202e', '\u{e0041}', '好'),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join('');
        fc.pre(!/\r/.test(text) && !/(?:\u001b\[|\u009b)[0-?]*[ -/]*$/.test(text) && !text.endsWith(E));
        // Going back at the very end writes nothing over, but makes it a line that is drawn.
        expect(lineRuns(text, { carry: '1' })).toEqual(lineRuns(`${text}\b`, { carry: '1' }));
      }),
      { numRuns: 200 },
    );
  }, 30_000);

  it('takes returns at its end for a part of the line end', () => {
    expect(lineRuns('done\r\r', { carry: '' }).runs).toMatchObject([{ text: 'done' }]);
  });

  it('goes on with a link that is carried in, until it ends', () => {
    const { runs } = lineRuns(`the rest${link('')} of it`, { carry: '', link: to });
    expect(runs).toMatchObject([
      { text: 'the rest', href: to },
      { text: ' of it', href: null },
    ]);
  });

  it('says which link is in force after it', () => {
    expect(linkAfter(`see ${link(to)}the`)).toBe(to);
    expect(linkAfter(`${link(to)}all${link('')}`)).toBeNull();
    expect(linkAfter(`${link(to)}x${link('javascript:alert(1)')}y`)).toBeNull();
    // One that breaks off is none, and the one before it holds.
    expect(linkAfter(`${link(to)}x${E}]8;;https://exa`)).toBe(to);
    expect(linkAfter(`${E}[31mred`)).toBeUndefined();
  });

  it('is cut where a page could not lay it out, and is whole where all of it is wanted', () => {
    const long = `${E}[31m${'x'.repeat(30_000)}`;
    expect(lineRuns(long, { carry: '' })).toMatchObject({ cut: true });
    expect(lineRuns(long, { carry: '' }).runs[0]?.text).toHaveLength(MAX_COLUMNS);
    expect(lineRuns(long, { carry: '', whole: true }).runs[0]?.text).toHaveLength(30_000);
    const drawn = lineRuns(`a\r${'x'.repeat(300_000)}`, { carry: '', whole: true });
    expect([drawn.cut, drawn.runs[0]?.text.length]).toEqual([true, 200_000]);
  });
});
