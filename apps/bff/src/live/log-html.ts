import { signOf, UNSEEN } from '@flightdeck/api-client/model';
import { type Carry, carryAfter } from './sgr-carry.ts';
import { stripEscapes } from './strip-escapes.ts';

/** Parts of lines between SGR sequences; everything else that is an escape sequence goes. */
const sgr = /((?:\u001b\[|\u009b)[0-9;:]*m|\u001bc)/;
const basic = [
  ...['#3b3f4a', '#d4424b', '#3f9c51', '#b58900', '#3b78d8', '#a347ba', '#1f96a8', '#c9ccd3'],
  ...['#6b7280', '#ef6a72', '#63c174', '#d9a928', '#659bf0', '#c673da', '#45b9cb', '#f3f4f6'],
];
const styles: Readonly<Record<string, string>> = {
  '1': 'font-weight:bold',
  '2': 'opacity:.65',
  '3': 'font-style:italic',
  '4': 'text-decoration:underline',
  '21': 'text-decoration:underline',
  '8': 'visibility:hidden',
  '9': 'text-decoration:line-through',
};

/** A page of its own with the colours of a log: no script, nothing from elsewhere. `parts` end with a line's end. */
export async function* htmlOf(parts: AsyncIterable<Buffer>, title: string): AsyncGenerator<Buffer> {
  yield Buffer.from(
    `<!doctype html>\n<meta charset="utf-8">\n<title>${escaped(title)}</title>\n<style>body{background:#14161b;color:#dcdfe6;margin:1rem;font:13px/1.5 ui-monospace,monospace}pre{white-space:pre-wrap;overflow-wrap:anywhere}</style>\n<pre>`,
  );
  let carry: Carry = '';
  for await (const part of parts) {
    const lines = part.toString('utf8').split('\n');
    const last = lines.length - 1;
    let made = '';
    for (const [index, line] of lines.entries()) {
      for (const [html, after] of htmlPieces(line, carry)) {
        made += html;
        carry = after;
        if (made.length < A_TURN) continue;
        yield Buffer.from(made);
        made = '';
        await new Promise((resolve) => setImmediate(resolve));
      }
      if (index < last) made += '\n';
    }
    yield Buffer.from(made);
    await new Promise((resolve) => setImmediate(resolve));
  }
  yield Buffer.from('</pre>\n');
}

/** Characters made before others get their turn, and about how many of a line are worked on at a time. */
const A_TURN = 256 * 1024;
const PIECE = 16 * 1024;
/** A string sequence is no longer; a piece ends so far behind an escape, or before one. */
const SEQUENCE = 4_200;

/** One line in pieces, each with the state after it. Of what is printed over itself (`\r`) the last is shown. */
export function* htmlPieces(line: string, before: Carry): Generator<[html: string, after: Carry]> {
  const text = line.endsWith('\r') ? line.slice(0, -1) : line;
  const shown = text.lastIndexOf('\r') + 1;
  let carry = carryAfter(before, text.slice(0, shown));
  yield ['', carry];
  for (let from = shown; from < text.length; ) {
    const to = endOfPiece(text, from + PIECE);
    let html = '';
    for (const part of text.slice(from, to).split(sgr)) {
      if (part === '') continue;
      if (sgr.test(part)) carry = carryAfter(carry, part);
      else html += spanned(escaped(stripEscapes(part)), carry);
    }
    yield [html, carry];
    from = to;
  }
}

/** Where a line may be cut at or behind a place: not within a sequence, nor between the halves of a pair. */
function endOfPiece(text: string, place: number): number {
  for (let to = place; to < text.length; to += PIECE) {
    if (text.slice(to - SEQUENCE, to).search(/[\u001b\u009b]/) < 0)
      return text.charCodeAt(to) >> 10 === 0x37 ? to + 1 : to;
    const next = text.indexOf('\u001b[', to);
    if (next >= 0 && next - to < PIECE) return next;
  }
  return text.length;
}

const opened = new Map<Carry, string>();

function spanned(text: string, carry: Carry): string {
  if (carry === '' || text === '') return text;
  let style = opened.get(carry);
  if (style === undefined) {
    style = styleOf(carry.split(';'));
    if (opened.size < 1_000) opened.set(carry, style);
  }
  return style === '' ? text : `<span style="${style}">${text}</span>`;
}

function styleOf(codes: readonly string[]): string {
  const made: string[] = [];
  let front = '';
  let back = '';
  let inverse = false;
  for (let at = 0; at < codes.length; at++) {
    const code = codes[at] as string;
    const number = Number(code);
    if (code === '38' || code === '48') {
      const rgb = codes[at + 1] === '2';
      const colour = rgb ? rgbOf(codes.slice(at + 2, at + 5)) : indexed(Number(codes[at + 2]));
      at += rgb ? 4 : 2;
      if (code === '38') front = colour;
      else back = colour;
    } else if (code === '7') inverse = true;
    else if (styles[code]) made.push(styles[code]);
    else if (number >= 90)
      [front, back] = number < 100 ? [indexed(number - 82), back] : [front, indexed(number - 92)];
    else if (number >= 40) back = indexed(number - 40);
    else if (number >= 30) front = indexed(number - 30);
  }
  if (inverse) [front, back] = [back || '#14161b', front || '#dcdfe6'];
  if (front) made.push(`color:${front}`);
  if (back) made.push(`background:${back}`);
  return made.join(';');
}

const rgbOf = (parts: readonly string[]): string =>
  `rgb(${parts.map((part) => Number(part) & 255).join(',')})`;

/** xterm's 256 colours. */
function indexed(index: number): string {
  if (index < 16) return basic[index] ?? '';
  if (index >= 232) return rgbOf([8, 8, 8].map((least) => String(least + (index - 232) * 10)));
  const cube = index - 16;
  const level = (step: number) => String(step === 0 ? 0 : 55 + step * 40);
  return rgbOf([Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6].map(level));
}

const special = new RegExp(`[&<>"]|[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f]|${UNSEEN}`, 'gu');
const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Markup is text here, too, and what nobody would see is shown as on the page. */
const escaped = (text: string): string =>
  text.replace(
    special,
    (character) => entities[character] ?? (character < '\u00a0' ? '\ufffd' : signOf(character)),
  );
