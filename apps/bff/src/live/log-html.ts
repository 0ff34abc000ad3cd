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
    const last = lines.pop() ?? '';
    const made: string[] = [];
    for (const line of lines) {
      const [html, after] = htmlLine(line, before);
      made.push(html, '\n');
      before = after;
    }
    if (last !== '') made.push(htmlLine(last, before)[0]);
    yield Buffer.from(made.join(''));
    await new Promise((resolve) => setImmediate(resolve));
  }
  yield Buffer.from('</pre>\n');
}

/** One line as the console shows it, however long, and what is in force after it. */
export function htmlLine(line: string, before: Before): [html: string, after: Before] {
  const { runs, cut } = lineRuns(line, { carry: before.carry, link: before.link, whole: true });
  const html = runs.map(htmlRun).join('') + (cut ? ' …' : '');
  const said = linkAfter(line);
  const open = said === undefined ? before.open + 1 : 0;
  const link = said === undefined ? before.link : said;
  return [html, { carry: carryAfter(before.carry, line), link: open < LINK_LINES ? link : null, open }];
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
