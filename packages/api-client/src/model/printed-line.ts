import { applySgr, type Look, plainLook, sameLook } from './look.ts';
import { signOf, UNSEEN } from './unseen.ts';

/** Characters of one look in a line. `href` only ever holds an http(s) address. */
export interface Run {
  text: string;
  look: Look;
  href: string | null;
}

/** A line with more changes of look than this is shown in one look from there on: sixty such rows must not freeze a page. */
const MAX_RUNS = 500;
/** Characters of one line that are laid out; the rest is in the download, and the row says so. */
export const MAX_COLUMNS = 20_000;
/** Of a line that is written over itself, where all of it is wanted: each column is held while it is drawn. */
const WHOLE_COLUMNS = 200_000;
/** A link that is open for more lines than this has lost its end. */
export const LINK_LINES = 20;

/** Cells that jumps and erasing may fill in one line: a few bytes ask for 20,000 of them, again and again. */
const MAX_FILLED = 10 * MAX_COLUMNS;
const blank: Cell = { char: ' ', look: plainLook, href: null };

interface Cell {
  char: string;
  look: Look;
  href: string | null;
}

const ESC = '\u001b';
const LINK = `${ESC}]8;`;
const bell = '\u0007';

export interface LineState {
  /** SGR parameters in force where the line begins; '' for none. */
  carry: string;
  /** Address of a link that an earlier line opened and did not close. */
  link?: string | null;
  /** Also of a very long line all is wanted. */
  whole?: boolean;
}

/**
 * A printed line as a terminal leaves it: colours and an open link carried in and applied, `\r` and backspace overwrite,
 * erase-in-line obeyed, OSC 8 links kept when http(s), every other escape sequence and control character removed. What is
 * invisible or turns text around becomes a visible mark: it could make a line read as what it is not. `cut`: the line goes on.
 */
export function lineRuns(
  text: string,
  { carry, link = null, whole = false }: LineState,
): { runs: Run[]; cut: boolean } {
  const look = carry === '' ? plainLook : applySgr(plainLook, carry);
  const printed = withoutReturns(text);
  if (whole || printed.length <= MAX_COLUMNS) {
    const runs = straightRuns(printed, look, link);
    if (runs) return { runs, cut: false };
  } else if (!special.test(printed)) {
    return { runs: [{ text: printed.slice(0, MAX_COLUMNS), look, href: link }], cut: true };
  }
  return drawnRuns(printed, look, link, whole ? WHOLE_COLUMNS : MAX_COLUMNS);
}

/**
 * The link in force after a line: its address, null where the line ended one (or it leads nowhere a page may link to),
 * undefined where the line says nothing of links.
 */
export function linkAfter(text: string): string | null | undefined {
  for (let at = text.lastIndexOf(LINK); at >= 0; at = at === 0 ? -1 : text.lastIndexOf(LINK, at - 1)) {
    const sequence = readSequence(text, at);
    if (sequence.kind === 'link') return safeLink(sequence.body);
  }
  return undefined;
}

/** Returns before the line's end draw nothing. */
function withoutReturns(text: string): string {
  let end = text.length;
  while (text.charCodeAt(end - 1) === 13) end -= 1;
  return end === text.length ? text : text.slice(0, end);
}

/** A line in which nothing is written over: its parts as they stand. null where something is. */
function straightRuns(text: string, first: Look, link: string | null): Run[] | null {
  const runs: Run[] = [];
  let look = first;
  let href = link;
  let from = 0;
  while (from < text.length) {
    specials.lastIndex = from;
    const at = specials.exec(text)?.index ?? text.length;
    if (at > from) write(runs, text.slice(from, at), look, href);
    if (at === text.length) break;
    const char = text.charAt(at);
    if (char === ESC || char === '\u009b') {
      const { kind, body, length } = readSequence(text, at);
      if (kind === 'sgr') look = applySgr(look, body);
      else if (kind === 'link') href = safeLink(body);
      else if (kind === 'column' || (kind === 'erase' && body !== '' && body !== '0')) return null;
      from = at + length;
    } else if (char === '\r' || char === '\b') return null;
    else {
      const point = String.fromCodePoint(text.codePointAt(at) ?? 0);
      const shown = visible(point);
      if (shown !== '') write(runs, shown, look, href);
      from = at + point.length;
    }
  }
  return runs;
}

/** A line that is drawn, column by column. */
function drawnRuns(
  text: string,
  first: Look,
  link: string | null,
  columns: number,
): { runs: Run[]; cut: boolean } {
  const cells: Cell[] = [];
  let look = first;
  let href = link;
  let column = 0;
  let cut = false;
  let filled = 0;

  for (let i = 0; i < text.length; ) {
    const char = text.charAt(i);
    if (char === ESC || char === '\u009b') {
      const sequence = readSequence(text, i);
      i += sequence.length;
      if (sequence.kind === 'sgr') look = applySgr(look, sequence.body);
      else if (sequence.kind === 'link') href = safeLink(sequence.body);
      else if (sequence.kind === 'erase') {
        if (filled < MAX_FILLED) filled += eraseInLine(cells, column, sequence.body);
      } else if (sequence.kind === 'column')
        column = Math.min((Number.parseInt(sequence.body, 10) || 1) - 1, MAX_COLUMNS);
      continue;
    }
    if (char === '\r') {
      column = 0;
      i += 1;
      continue;
    }
    if (char === '\b') {
      column = Math.max(0, column - 1);
      i += 1;
      continue;
    }
    const point = String.fromCodePoint(text.codePointAt(i) ?? 0);
    i += point.length;
    const shown = visible(point);
    if (shown === '') continue;
    if (column >= columns) {
      cut = true;
      continue;
    }
    if (filled > MAX_FILLED) column = Math.min(column, cells.length);
    filled += Math.max(0, column - cells.length);
    while (cells.length < column) cells.push(blank);
    cells[column] = { char: shown, look, href };
    column += 1;
  }
  const runs: Run[] = [];
  for (const cell of cells) write(runs, cell.char, cell.look, cell.href);
  return { runs, cut };
}

/** More text at the end, in a run of its own where it looks different. */
function write(runs: Run[], text: string, look: Look, href: string | null): void {
  const last = runs.at(-1);
  if (last && (runs.length >= MAX_RUNS || (last.href === href && sameLook(last.look, look))))
    last.text += text;
  else runs.push({ text, look, href });
}

const unseen = new RegExp(UNSEEN, 'u');
const special = new RegExp(`[\\u0000-\\u0008\\u000a-\\u001f\\u007f-\\u009f]|${UNSEEN}`, 'u');
const specials = new RegExp(special.source, 'gu');

function visible(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  if (code === 9) return char;
  if (code < 32 || (code >= 127 && code < 160)) return '';
  if (code < 0xad) return char;
  return unseen.test(char) ? signOf(char) : char;
}

interface Sequence {
  kind: 'sgr' | 'link' | 'erase' | 'column' | 'other';
  body: string;
  length: number;
}

const csi = /(?:\u001b\[|\u009b)([0-?]*)[ -/]*([@-~]|$)/y;
const strings = /\u001b[\]PX^_]/y;
const short = /\u001b[ -/]*[0-~]/y;

/** What a pattern (sticky) finds at a place. */
function at(pattern: RegExp, text: string, start: number): RegExpExecArray | null {
  pattern.lastIndex = start;
  return pattern.exec(text);
}

/**
 * One escape sequence from `start`, as the server reads it too (`strip-escapes.ts`). Of a string that never ends only the
 * introducer goes, of an ESC before something that is no sequence the ESC: no text is swallowed.
 */
function readSequence(text: string, start: number): Sequence {
  const control = at(csi, text, start);
  if (control) {
    const [{ length }, body = '', final] = control;
    if (final === 'm' && /^[0-9;:]*$/.test(body)) return { kind: 'sgr', body, length };
    if (final === 'K') return { kind: 'erase', body, length };
    if (final === 'G') return { kind: 'column', body, length };
    return { kind: 'other', body, length };
  }
  if (at(strings, text, start)) {
    const end = endOfString(text, start + 2);
    if (!end) return { kind: 'other', body: '', length: 2 };
    const body = text.slice(start + 2, end.at);
    if (text.charAt(start + 1) === ']' && body.startsWith('8;'))
      return { kind: 'link', body: body.slice(body.indexOf(';', 2) + 1), length: end.after - start };
    return { kind: 'other', body, length: end.after - start };
  }
  return { kind: 'other', body: '', length: at(short, text, start)?.[0].length ?? 1 };
}

function endOfString(text: string, from: number): { at: number; after: number } | null {
  // A title or link is short; looking further would let one stray byte hide a line.
  const limit = Math.min(text.length, from + 4_096);
  for (let i = from; i < limit; i += 1) {
    const char = text.charAt(i);
    if (char === bell || char === '\u009c') return { at: i, after: i + 1 };
    // Any other sequence ends it too: a line of nothing but beginnings must not be read again for each of them.
    if (char === ESC) return text.charAt(i + 1) === '\\' ? { at: i, after: i + 2 } : null;
  }
  return null;
}

function safeLink(target: string): string | null {
  if (target === '' || target.length > 2_048) return null;
  try {
    const url = new URL(target);
    return url.protocol === 'http:' || url.protocol === 'https:' ? url.href : null;
  } catch {
    return null;
  }
}

/** How many cells it had to write. */
function eraseInLine(cells: Cell[], column: number, mode: string): number {
  if (mode === '' || mode === '0') cells.length = Math.min(cells.length, column);
  else if (mode === '2') cells.length = 0;
  else if (mode === '1') {
    const end = Math.min(column + 1, cells.length);
    cells.fill(blank, 0, end);
    return end;
  }
  return 0;
}

/** What a person reads in the line, without looks: for search marks, copying and screen readers. */
export const lineText = (text: string): string =>
  lineRuns(text, { carry: '' })
    .runs.map((run) => run.text)
    .join('');
