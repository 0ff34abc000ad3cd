import { LINK_LINES, type Look, lineRuns, linkAfter, type Run } from '@flightdeck/api-client/model';
import { paletteCss } from './log-palette.ts';
import { type Carry, carryAfter } from './sgr-carry.ts';

const css = [
  ':root{color-scheme:light dark;--text:light-dark(#23292f,#d5dae0);--ground:light-dark(#fbfcfc,#0c0f12)}',
  'body{background:var(--ground);color:var(--text);margin:1rem;font:13px/1.5 ui-monospace,monospace}',
  'pre{white-space:pre-wrap;overflow-wrap:anywhere;tab-size:8;margin:0;font:inherit}a{color:inherit}',
  '.a-b{font-weight:bold}.a-i{font-style:italic}.a-u{text-decoration:underline}.a-s{text-decoration:line-through}',
  '.a-u.a-s{text-decoration:underline line-through}.a-dim{opacity:.75}.a-hidden{visibility:hidden}',
  '.a-inv-bg{background:var(--text)}.a-inv-fg{color:var(--ground)}',
];

/** What is in force where a line begins. */
interface Before {
  carry: Carry;
  link: string | null;
  /** Lines since the link was opened. */
  open: number;
}
export const nothingBefore: Before = { carry: '', link: null, open: 0 };

/**
 * A page of its own that shows a log as the console does: no script, nothing from elsewhere, light or dark as its reader has
 * it. `parts` end with a line's end.
 */
export async function* htmlOf(parts: AsyncIterable<Buffer>, title: string): AsyncGenerator<Buffer> {
  yield Buffer.from(
    `<!doctype html>\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width">\n<title>${escaped(title)}</title>\n<style>${css.join('')}${paletteCss()}</style>\n<pre>`,
  );
  let before = nothingBefore;
  for await (const part of parts) {
    const lines = part.toString('utf8').split('\n');
    const last = lines.length - 1;
    let made = '';
    for (const [index, line] of lines.entries()) {
      if (index === last && line === '') break;
      for (const [html, then] of htmlPieces(line, before)) {
        made += html;
        before = then;
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
/** A line up to this long is drawn as the console draws it. Of a longer one that is written over itself the last is shown. */
const DRAWN = 64 * 1024;
/** A string sequence is no longer; a piece ends so far behind an escape, or before one. */
const SEQUENCE = 4_200;

/** One line as the console shows it, however long, in pieces, each with what is in force after it. */
export function* htmlPieces(line: string, before: Before): Generator<[html: string, after: Before]> {
  if (line.length <= DRAWN) {
    yield [htmlOfText(line, before), atEnd(after(line, before))];
    return;
  }
  const text = line.endsWith('\r') ? line.slice(0, -1) : line;
  const shown = text.lastIndexOf('\r') + 1;
  let state = after(text.slice(0, shown), before);
  yield ['', state];
  for (let from = shown; from < text.length; ) {
    const to = endOfPiece(text, from + PIECE);
    const piece = text.slice(from, to);
    const html = htmlOfText(piece, state);
    state = after(piece, state);
    from = to;
    yield [html, from < text.length ? state : atEnd(state)];
  }
}

function htmlOfText(text: string, { carry, link }: Before): string {
  const { runs, cut } = lineRuns(text, { carry, link, whole: true });
  return runs.map(htmlRun).join('') + (cut ? ' …' : '');
}

/** What is in force after a text, within its line. */
function after(text: string, before: Before): Before {
  const link = linkAfter(text);
  const carry = carryAfter(before.carry, text);
  return link === undefined ? { ...before, carry } : { carry, link, open: 0 };
}

/** …and where its line ends: a link that has been open for so many lines has lost its end. */
const atEnd = (state: Before): Before => ({
  ...state,
  open: state.open + 1,
  link: state.open < LINK_LINES ? state.link : null,
});

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

function htmlRun({ text, look, href }: Run): string {
  const shown = escaped(text);
  const opened = openingOf(look);
  const spanned = opened === '' ? shown : `<span${opened}>${shown}</span>`;
  return href === null
    ? spanned
    : `<a href="${escaped(href)}" rel="noopener noreferrer nofollow">${spanned}</a>`;
}

/** Attributes of a look: looks repeat. */
const openings = new Map<string, string>();
const KEEP_OPENINGS = 1_000;

function openingOf(look: Look): string {
  const key = Object.values(look).join();
  let made = openings.get(key);
  if (made === undefined) {
    made = attributesOf(look);
    if (openings.size < KEEP_OPENINGS) openings.set(key, made);
  }
  return made;
}

function attributesOf(look: Look): string {
  const [text, ground] = look.inverse ? [look.bg, look.fg] : [look.fg, look.bg];
  const classes = [
    typeof ground === 'number' && `g${ground}`,
    typeof text === 'number' && `f${text}`,
    look.inverse && ground === null && 'a-inv-bg',
    look.inverse && text === null && 'a-inv-fg',
    look.bold && 'a-b',
    look.italic && 'a-i',
    look.underline && 'a-u',
    look.strike && 'a-s',
    look.dim && 'a-dim',
    look.hidden && 'a-hidden',
  ].filter((name) => name !== false);
  const styles = [
    typeof text === 'string' && `color:${text}`,
    typeof ground === 'string' && `background:${ground}`,
  ].filter((one) => one !== false);
  return [
    classes.length > 0 ? ` class="${classes.join(' ')}"` : '',
    styles.length > 0 ? ` style="${styles.join(';')}"` : '',
  ].join('');
}

const signs: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string): string => text.replace(/[&<>"]/g, (sign) => signs[sign] ?? '');
