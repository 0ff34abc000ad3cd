import { lineRuns, lineText, plainLook } from '@flightdeck/api-client/model';
import { render } from '@testing-library/react';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { colourRun, toNodes } from './colour-run.tsx';

const E = '\u001b';
const shown = (text: string, carry = '') =>
  render(lineRuns(text, { carry }).runs.map((run) => colourRun(run.text, run.look))).container;

describe('features/logs/ansi', () => {
  it('reads compound codes one by one: bold and 256 colours, not blink', () => {
    expect(lineRuns(`${E}[1;38;5;208mhot${E}[0m cold`, { carry: '' }).runs).toMatchObject([
      { text: 'hot', look: { bold: true, fg: 208 } },
      { text: ' cold', look: { bold: false, fg: null } },
    ]);
    expect(shown(`${E}[1;38;5;208mhot${E}[0m`).innerHTML).toBe('<span class="a-b f208">hot</span>');
  });
  it('shows exact colours through the style property and never as markup', () => {
    const element = shown(`${E}[38;2;255;136;0mx`).querySelector('span');
    expect(element?.style.color).toBe('rgb(255, 136, 0)');
    expect(lineRuns(`${E}[48:2::10:20:30mx`, { carry: '' }).runs[0]?.look.bg).toBe('#0a141e');
  });
  it('knows inverse, dim, italic, underline, strike and their ends', () => {
    expect(shown(`${E}[7;31mx`).innerHTML).toContain('g1');
    expect(shown(`${E}[2mx`).innerHTML).toBe('<span class="a-dim">x</span>');
    expect(lineRuns(`${E}[1;2;3;4;9mx${E}[22;23;24;29my`, { carry: '' }).runs[1]?.look).toEqual(plainLook);
  });
  it('needs one element for what is bold, italic, underlined, struck and coloured, and one more for a ground', () => {
    expect(shown(`${E}[1;3;4;9;31mx`).innerHTML).toBe('<span class="a-b a-i a-u a-s f1">x</span>');
    expect(shown(`${E}[1;31;44mx`).innerHTML).toBe('<span class="g4"><span class="a-b f1">x</span></span>');
  });
  it('lets a carriage return overwrite, as progress bars do', () => {
    expect(lineText('progress 10%\rprogress 50%\rprogress 100%')).toBe('progress 100%');
    expect(lineText('abcdef\rxy')).toBe('xycdef');
    expect(lineText(`abcdef\r${E}[Kxy`)).toBe('xy');
    expect(lineText('ab\b\bxy')).toBe('xy');
  });
  it('keeps links to http and https, and only those', () => {
    expect(
      lineRuns(`${E}]8;;https://example.test/a${E}\\here${E}]8;;${E}\\ there`, { carry: '' }).runs,
    ).toMatchObject([
      { text: 'here', href: 'https://example.test/a' },
      { text: ' there', href: null },
    ]);
    for (const bad of [
      'javascript:alert(1)',
      'data:text/html,x',
      '//evil.test',
      'file:///etc/passwd',
      'vbscript:x',
    ]) {
      expect(lineRuns(`${E}]8;;${bad}\u0007x${E}]8;;\u0007`, { carry: '' }).runs[0]?.href).toBeNull();
    }
  });
  it('removes every other sequence and control, and shows what is invisible or turns text around', () => {
    expect(lineText(`${E}[2J${E}[1;1H${E}]0;title\u0007${E}(Ba\u0000b\u0007c${E}c`)).toBe('abc');
    expect(lineText('admin\u202e // 1')).toBe('admin‹U+202E› // 1');
    expect(lineText('rm\u200b -rf\u00ad \u2028/\ufeff \u{e0041}')).toBe(
      'rm‹U+200B› -rf‹U+00AD› ‹U+2028›/‹U+FEFF› ‹U+E0041›',
    );
    expect(lineText('👩‍💻 ❤️')).toBe('👩‍💻 ❤️');
    expect(lineText(`${E}]8;;never ends and text`)).toBe('8;;never ends and text');
  });
  it('lets no text disappear in a broken sequence, and takes one that is long', () => {
    expect(lineText(`a${E}[1;2Gb`)).toBe('b');
    expect(lineText(`${E}[?5Gb${E}[;Gc`)).toBe('c');
    expect(lineText(`a${E}汉 b${E}((Bc${E}[${'38;5;1;'.repeat(5_000)}4mx`)).toBe('a汉 bcx');
    expect(lineText(`x${E}[3`)).toBe('x');
  });
  it('shows what else takes no room, and leaves what chooses between forms of a character', () => {
    expect(lineText('a\u034fb\u180fc\u{e0080}d\u{1d173}')).toBe('a‹U+034F›b‹U+180F›c‹U+E0080›d‹U+1D173›');
    expect(lineText('❤️ ☎︎ 葛\u{e0100}')).toBe('❤️ ☎︎ 葛\u{e0100}');
  });
  it('shows markup as text', () => {
    const line = `${E}[31m<img src=x onerror=alert(1)>${E}[0m <b>&amp;`;
    expect(shown(line).textContent).toBe('<img src=x onerror=alert(1)> <b>&amp;');
    expect(shown(line).querySelector('img, b')).toBeNull();
  });
  it('lets no element, attribute or property through but its own', () => {
    const hostile =
      '<span style="color:c1;background:url(x)">a</span><a href="javascript:1">b</a><span onclick="x" style="color:c1">c</span><span style="color:red">d';
    const { container } = render(toNodes(hostile));
    expect(
      [...container.querySelectorAll('*')].every(
        (e) =>
          e.tagName === 'SPAN' &&
          [...e.attributes].every(
            (a) => a.name === 'class' && /^((f|g)\d+|a-[bius])( ((f|g)\d+|a-[bius]))*$/.test(a.value),
          ),
      ),
    ).toBe(true);
  });
  it('begins a line with the colours carried into it', () => {
    expect(lineRuns('still', { carry: '1;38;5;1' }).runs[0]?.look).toMatchObject({ bold: true, fg: 1 });
    expect(lineRuns(`${E}[0mnot any more`, { carry: '1;38;5;1' }).runs[0]?.look).toEqual(plainLook);
  });
  it('stays small with 20,000 changes of colour in a line', () => {
    const line = Array.from({ length: 20_000 }, (_, i) => `${E}[3${i % 8}mx`).join('');
    const { runs } = lineRuns(line, { carry: '' });
    expect(runs.length).toBeLessThanOrEqual(500);
    expect(runs.map((r) => r.text).join('')).toHaveLength(20_000);
  });
  it.each<[string, (times: number) => string]>([
    ['strings that never end', (times) => `${E}]`.repeat(times * 8)],
    ['strings of the other kinds', (times) => `${E}P${E}X`.repeat(times * 4)],
    ['erasing what is long', (times) => 'x'.repeat(times * 5) + `${E}[1K`.repeat(times * 3)],
    ['jumping far and erasing', (times) => `${E}[${times * 5}Gx${E}[2K`.repeat(times)],
    ['going back and forth', (times) => `\r${E}[${times * 5}Gx\r${E}[K`.repeat(times)],
  ])('a line of 64 KiB made of %s takes little more than its length', (_, line) => {
    const best = (text: string) => {
      const runs = Array.from({ length: 5 }, () => {
        const began = performance.now();
        lineRuns(text, { carry: '' });
        return performance.now() - began;
      });
      return Math.min(...runs);
    };
    // Eight times the length; the square of it would be 64 times the time.
    expect(best(line(4_000)) / best(line(500))).toBeLessThan(32);
  });
  it('says when a line is longer than what is laid out', () => {
    expect(lineRuns('x'.repeat(300_000), { carry: '' }).cut).toBe(true);
    expect(lineRuns(`${E}[1m${'x'.repeat(300_000)}`, { carry: '' }).cut).toBe(true);
  });

  const hostileText = fc
    .array(
      fc.oneof(
        fc.constantFrom(
          E,
          '\u009b',
          '[',
          ']',
          '8;;',
          'm',
          'K',
          ';',
          '38;5;',
          '2',
          '1',
          ':',
          '\u0007',
          `${E}\\`,
          '\r',
          '\b',
          '<b>',
          '&lt;',
          '\u202e',
          '中',
          '😀',
        ),
        fc.string(),
      ),
      { maxLength: 40 },
    )
    .map((parts) => parts.join(''));

  it('renders exactly the text of its runs, whatever comes', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const { runs } = lineRuns(text, { carry: '' });
        const container = render(
          // biome-ignore lint/suspicious/noArrayIndexKey: rendered once.
          runs.map((run, i) => <i key={i}>{colourRun(run.text, run.look)}</i>),
        ).container;
        expect(container.textContent).toBe(runs.map((r) => r.text).join(''));
        expect(container.textContent).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u202a-\u202e]/);
      }),
      { numRuns: 300 },
    );
  });
});
