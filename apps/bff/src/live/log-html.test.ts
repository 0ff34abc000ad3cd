import { describe, expect, it } from 'vitest';
import { htmlLine, htmlOf } from './log-html.ts';

const esc = (codes: string) => `\u001b[${codes}m`;

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
    ['control characters are shown as such', 'a\u0000b\u0008', '', 'a\ufffdb\ufffd'],
  ])('%s', (_, line, carry, html) => {
    expect(htmlLine(line, carry)[0]).toBe(html);
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
