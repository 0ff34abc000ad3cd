import { describe, expect, it } from 'vitest';
import { htmlOf, htmlPieces } from './log-html.ts';

const esc = (codes: string) => `\u001b[${codes}m`;

const htmlLine = (line: string, carry: string): string =>
  [...htmlPieces(line, carry)].map(([html]) => html).join('');

describe('a log as a page', () => {
  it.each([
    ['plain', 'plain', '', 'plain'],
    ['what was carried in', 'x', '1', '<span style="font-weight:bold">x</span>'],
    [
      '256 colours and exact ones',
      `${esc('38;5;196')}a${esc('0;48;2;1;2;3')}b`,
      '',
      '<span style="color:rgb(255,0,0)">a</span><span style="background:rgb(1,2,3)">b</span>',
    ],
    ['inverse', `${esc('7')}a`, '', '<span style="color:#14161b;background:#dcdfe6">a</span>'],
    [
      'HTML is text',
      '<script>alert("&")</script>',
      '',
      '&lt;script&gt;alert(&quot;&amp;&quot;)&lt;/script&gt;',
    ],
    [
      'links and titles go, their text stays',
      '\u001b]8;;javascript:x\u0007click\u001b]8;;\u0007\u001b]0;t\u0007',
      '',
      'click',
    ],
    ['what is printed over is gone', '10%\r50%\r100%', '', '100%'],
    ['a return before the line end is none', 'x\r', '', 'x'],
    ['control characters are gone', 'a\u0000b\u0007', '', 'ab'],
    ['what is invisible or turns text around is shown', 'a\u202eb\u{e0041}', '', 'a‹U+202E›b‹U+E0041›'],
  ])('%s', (_, line, carry, html) => {
    expect(htmlLine(line, carry)).toBe(html);
  });

  it('makes a long line piece by piece, of the same text and colours', async () => {
    const unit = `${esc('31')}<a>${esc('0')}😀${'x'.repeat(97)}\u001b]8;;https://e.test/\u001b\\link\u001b]8;;\u001b\\`;
    for (const line of [
      unit.repeat(2_000),
      'x'.repeat(300_000),
      '😀'.repeat(100_000),
      `${esc('1;')}`.repeat(90_000),
    ]) {
      const pieces = [...htmlPieces(line, '')];
      expect(Math.max(...pieces.map(([html]) => html.length))).toBeLessThan(200_000);
      const short = htmlLine(unit, '');
      if (line.startsWith(unit)) expect(htmlLine(line, '')).toBe(short.repeat(2_000));
      else expect(htmlLine(line, '')).toBe(line.replaceAll(esc('1;'), ''));
      expect(htmlLine(line, '')).not.toMatch(/\p{Cs}/u);
    }
    async function* parts() {
      yield Buffer.from(unit.repeat(20_000));
    }
    const made: number[] = [];
    for await (const part of htmlOf(parts(), 'x')) made.push(part.length);
    expect(Math.max(...made)).toBeLessThan(1_000_000);
  });

  it('carries colours from line to line, also between parts, and runs nothing', async () => {
    async function* parts() {
      yield Buffer.from(`${esc('31')}red\n`);
      yield Buffer.from('still\nlast');
    }
    let page = '';
    for await (const part of htmlOf(parts(), 'a<b>')) page += part.toString();
    expect(page).toContain('<title>a&lt;b&gt;</title>');
    expect(page.match(/<span style="color:#d4424b">(red|still|last)<\/span>/g)).toHaveLength(3);
    expect(page).not.toMatch(/<script|<link|<img|src=|href=/);
  });
});
