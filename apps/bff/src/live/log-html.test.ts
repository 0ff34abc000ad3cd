import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { htmlOf, htmlPieces, nothingBefore } from './log-html.ts';
import { paletteCss } from './log-palette.ts';

const esc = (codes: string) => `\u001b[${codes}m`;
const osc = (to: string) => `\u001b]8;;${to}\u001b\\`;
const piecesOf = (line: string, carry = '') => [...htmlPieces(line, { ...nothingBefore, carry })];
const html = (line: string, carry = '') =>
  piecesOf(line, carry)
    .map(([made]) => made)
    .join('');

async function pageOf(...printed: string[]): Promise<string> {
  async function* parts() {
    for (const part of printed) yield Buffer.from(part);
  }
  let page = '';
  for await (const part of htmlOf(parts(), 'a<b>')) page += part.toString();
  return page;
}

describe('a log as a page', () => {
  it.each([
    ['plain', 'plain', '', 'plain'],
    ['what was carried in', 'x', '1', '<span class="a-b">x</span>'],
    [
      '256 colours and exact ones',
      `${esc('38;5;196')}a${esc('0;48;2;1;2;3')}b`,
      '',
      '<span class="f196">a</span><span style="background:#010203">b</span>',
    ],
    ['inverse', `${esc('7')}a`, '', '<span class="a-inv-bg a-inv-fg">a</span>'],
    ['colour on colour', `${esc('1;31;44')}a`, '', '<span class="g4 f1 a-b">a</span>'],
    [
      'HTML is text',
      '<script>alert("&")</script>',
      '',
      '&lt;script&gt;alert(&quot;&amp;&quot;)&lt;/script&gt;',
    ],
    [
      'links that lead to a program go, their text stays',
      `${osc('javascript:x')}click${osc('')}`,
      '',
      'click',
    ],
    [
      'links to pages stay',
      `${osc('https://example.test/?a=1&b="2"')}here${osc('')}`,
      '',
      '<a href="https://example.test/?a=1&amp;b=%222%22" rel="noopener noreferrer nofollow">here</a>',
    ],
    ['titles go', '\u001b]0;t\u0007x', '', 'x'],
    ['what is printed over is gone, what it leaves is not', '10% of all\r50%\r100%', '', '100%of all'],
    ['going back a character writes over it', 'abc\b\bx', '', 'axc'],
    ['erasing erases', `${esc('31')}downloading\r\u001b[Kdone`, '', '<span class="f1">done</span>'],
    ['a return before the line end is none', 'x\r', '', 'x'],
    ['control characters are not shown, what turns text around is', 'a\u0000b\u202ec', '', 'ab‹U+202E›c'],
  ])('%s', (_, line, carry, shown) => {
    expect(html(line, carry)).toBe(shown);
  });

  it('has all of a very long line', () => {
    const made = html(`${esc('32')}${'x'.repeat(100_000)}`).replaceAll('</span><span class="f2">', '');
    expect(made).toBe(`<span class="f2">${'x'.repeat(100_000)}</span>`);
  });

  it('makes a long line piece by piece, of the same text and colours', async () => {
    const unit = `${esc('31')}<a>${esc('0')}😀${'x'.repeat(97)}${osc('https://e.test/')}link${osc('')}`;
    const shown = (made: string) => made.replaceAll('</span><span class="f1">', '');
    for (const line of [
      unit.repeat(2_000),
      'x'.repeat(300_000),
      '😀'.repeat(100_000),
      `${esc('1;')}`.repeat(90_000),
    ]) {
      const pieces = piecesOf(line);
      expect(pieces.length).toBeGreaterThan(5);
      expect(Math.max(...pieces.map(([made]) => made.length))).toBeLessThan(200_000);
      if (line.startsWith(unit)) expect(shown(html(line))).toBe(html(unit).repeat(2_000));
      else expect(html(line)).toBe(line.replaceAll(esc('1;'), ''));
      expect(html(line)).not.toMatch(/\p{Cs}/u);
    }
    async function* parts() {
      yield Buffer.from(unit.repeat(20_000));
    }
    const made: number[] = [];
    for await (const part of htmlOf(parts(), 'x')) made.push(part.length);
    expect(Math.max(...made)).toBeLessThan(1_000_000);
  });

  it('a long line that was written over shows what came last, and colours and links go on behind it', async () => {
    const page = await pageOf(
      `${'10%'.repeat(30_000)}\r${esc('31')}${osc('https://a.test')}done\n`,
      'more\n',
    );
    expect(page).not.toContain('10%');
    expect(
      page.match(/<a href="https:\/\/a.test\/"[^>]*><span class="f1">(done|more)<\/span>/g),
    ).toHaveLength(2);
  });

  it('carries colours from line to line, also between parts, and runs nothing', async () => {
    const page = await pageOf(`${esc('31')}red\n`, 'still\nlast');
    expect(page).toContain('<title>a&lt;b&gt;</title>');
    expect(page.match(/<span class="f1">(red|still|last)<\/span>/g)).toHaveLength(3);
    expect(page).not.toMatch(/<script|<link|<img|src=|href=|url\(/);
  });

  it('carries a link over a line end, and lets go of one that is never closed', async () => {
    const linked = (page: string) =>
      [...page.matchAll(/<a href="[^"]*"[^>]*>([^<]*)/g)].map(([, text]) => text);
    expect(linked(await pageOf(`${osc('https://a.test')}one\n`, `two${osc('')} not\nnot\n`))).toEqual([
      'one',
      'two',
    ]);
    const endless = await pageOf(`${osc('https://a.test')}one\n${'more\n'.repeat(100)}`);
    expect(linked(endless).length).toBeLessThan(30);
  });
});

describe('its colours', () => {
  const read = (path: string) => readFileSync(new URL(`../../../web/src/${path}`, import.meta.url), 'utf8');
  const numbers = (colour: string) => [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
  const rules = new Map(
    [...paletteCss().matchAll(/\.([fg]\d+)\{([^}]*)\}/g)].map(([, name, rule]) => [name, rule]),
  );

  it('are those of the console’s page: the chosen ones exactly, the shared ones nearly', () => {
    const tokens = read('ui/tokens.css');
    const chosen = [...tokens.matchAll(/--ansi-(\d+): (#\w{6})/g)];
    const both = (index: number) =>
      chosen.filter(([, at]) => Number(at) === index).map(([, , colour]) => colour);
    for (let index = 0; index < 16; index += 1) {
      const [light, dark] = both(index);
      expect(rules.get(`f${index}`)).toBe(`color:light-dark(${light},${dark})`);
    }
    const page = read('features/logs/log-ansi.css');
    let compared = 0;
    for (const [, name, rule] of page.matchAll(/\.([fg]\d+) \{([^}]*)\}/g)) {
      // Of a ground the ground alone: what stands on it is black or white.
      const theirs = (rule?.match(/#\w{6}/g) ?? []).slice(0, name?.startsWith('g') ? 1 : 2);
      if (theirs.length === 0) continue;
      const found = rules.get(name)?.match(/#\w{6}/g) ?? [];
      const ours = found.length < theirs.length ? [...found, ...found] : found;
      compared += 1;
      for (const [at, colour] of theirs.entries()) {
        const apart = numbers(colour).map((part, i) => Math.abs(part - (numbers(ours[at] ?? '')[i] ?? 999)));
        expect(Math.max(...apart), `${name}: ${ours} for ${theirs}`).toBeLessThanOrEqual(8);
      }
    }
    expect(compared).toBe(256 + 240);
  });
});
